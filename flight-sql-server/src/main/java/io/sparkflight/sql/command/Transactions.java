package io.sparkflight.sql.command;

import com.google.protobuf.ByteString;
import io.sparkflight.error.ErrorKind;
import io.sparkflight.error.FlightFailure;

/** What is said about transactions, which Spark does not have. */
final class Transactions {
  private Transactions() {}

  /** Refuses a command that names a transaction: it would not be rolled back. */
  static void refuse(ByteString transaction) {
    if (!transaction.isEmpty()) {
      throw new FlightFailure(
          ErrorKind.UNIMPLEMENTED,
          "Cannot run the statement in a transaction: Spark has none. Leave autocommit on.");
    }
  }
}
