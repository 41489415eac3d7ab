package io.sparkflight.manager.statement;

/** One batch; its checksum stands for its rows: equal rows, equal checksum. */
record SimulatedBatch(int sequence, int rows, int bytes, int crc) {

  /** The same batch after a bit was flipped on its way. */
  SimulatedBatch flipped() {
    return new SimulatedBatch(sequence, rows, bytes, crc ^ 1);
  }
}
