package io.sparkflight.manager.exchange;

import io.sparkflight.error.ErrorKind;
import io.sparkflight.error.FlightFailure;
import io.sparkflight.manager.StatementHandle;
import io.sparkflight.manager.statement.AttemptTotals;
import io.sparkflight.manager.statement.ContractViolation;
import io.sparkflight.manager.statement.PartitionAttempt;
import java.io.IOException;
import java.time.Duration;

/** What can go wrong with one statement on one server: one method each, one place for the words. */
final class StatementFailures {
  private StatementFailures() {}

  static FlightFailure refused(PartitionAttempt attempt, int sequence) {
    return new FlightFailure(
        ErrorKind.CANCELLED,
        "Cannot take batch %d of %s: the attempt or its statement has ended."
            .formatted(sequence, attempt));
  }

  static FlightFailure notWhatArrived(PartitionAttempt attempt, AttemptTotals sent) {
    return new FlightFailure(
        ErrorKind.DATA_LOSS,
        "Cannot seal %s: the executor sent %s, which is not what arrived."
            .formatted(attempt, sent));
  }

  static FlightFailure inexact(StatementHandle statement, ContractViolation violation) {
    return new FlightFailure(
        ErrorKind.DATA_LOSS,
        "Cannot deliver statement %s exactly: %s. Execute it again; %s=committed lets tasks with"
                .formatted(statement, violation.getMessage(), ExchangeConfig.DELIVERY.name())
            + " unstable output be retried.",
        violation);
  }

  static FlightFailure readBefore(StatementHandle statement) {
    return new FlightFailure(
        ErrorKind.NOT_FOUND,
        "Cannot read statement %s again: its ticket was used, and a result is kept for one read."
                .formatted(statement)
            + " Execute the statement again.");
  }

  static FlightFailure unreadable(StatementHandle statement, IOException cause) {
    return new FlightFailure(
        ErrorKind.DATA_LOSS,
        "Cannot deliver statement %s: %s. Execute it again."
            .formatted(statement, cause.getMessage()),
        cause);
  }

  static FlightFailure noRoom(StatementHandle statement, IOException cause) {
    return new FlightFailure(
        ErrorKind.RESOURCES,
        "Cannot keep the result of statement %s: %s. Read it faster, ask for less, or raise %s."
            .formatted(statement, cause.getMessage(), ExchangeConfig.SPILL_LIMIT.name()),
        cause);
  }

  static FlightFailure readerLeft(StatementHandle statement) {
    return new FlightFailure(
        ErrorKind.CANCELLED,
        "Statement %s was cancelled: its reader left before the end.".formatted(statement));
  }

  static FlightFailure nobodyReads(StatementHandle statement, Duration idle) {
    return new FlightFailure(
        ErrorKind.TIMED_OUT,
        "Statement %s was cancelled: nobody read it for %s (%s)."
            .formatted(statement, idle, ExchangeConfig.IDLE_TIMEOUT.name()));
  }

  static FlightFailure incomplete(StatementHandle statement) {
    return new FlightFailure(
        ErrorKind.DATA_LOSS,
        "Cannot end statement %s: not all of its committed batches are here. Execute it again."
            .formatted(statement));
  }
}
