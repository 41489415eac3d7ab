package io.sparkflight.manager.statement;

import io.sparkflight.manager.Outcome;
import org.jspecify.annotations.Nullable;

/** ZooKeeper's part in one statement: the owner's ephemeral node and the one outcome. */
class SimulatedBoard {
  boolean ownerExists = true;
  @Nullable Outcome outcome;

  /** Creates the outcome's node; false if ZooKeeper refuses. */
  boolean announce(Outcome announced) {
    if (!ownerExists || outcome != null) {
      return false;
    }
    outcome = announced;
    return true;
  }
}
