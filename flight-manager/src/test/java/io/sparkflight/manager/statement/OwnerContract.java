package io.sparkflight.manager.statement;

import io.sparkflight.error.ErrorKind;
import io.sparkflight.manager.Outcome;
import org.jspecify.annotations.Nullable;

/** The initiating server's rules as the simulator calls them: the real ledger, unless mutated. */
class OwnerContract {
  private final OwnerLedger ledger = new OwnerLedger();

  boolean accept(AttemptRecord record) {
    return ledger.accept(record);
  }

  void confirm(int commits) {
    ledger.confirm(commits);
  }

  Outcome complete(int partitions) {
    return ledger.complete(partitions);
  }

  Outcome fail(ErrorKind kind, String message) {
    return ledger.fail(kind, message);
  }

  @Nullable Outcome outcome() {
    return ledger.outcome();
  }
}
