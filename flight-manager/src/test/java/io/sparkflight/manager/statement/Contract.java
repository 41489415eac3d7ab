package io.sparkflight.manager.statement;

/** The rules that one simulation obeys. This one is the production code's; mutations extend it. */
class Contract {
  ServerContract server(String incarnation) {
    return new ServerContract(incarnation);
  }

  OwnerContract owner() {
    return new OwnerContract();
  }

  /** The board's rule: an outcome is written once, and only while its owner's node exists. */
  SimulatedBoard board() {
    return new SimulatedBoard();
  }
}
