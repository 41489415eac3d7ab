package io.sparkflight.manager.exchange;

import io.sparkflight.error.ErrorKind;
import io.sparkflight.error.FlightFailure;
import io.sparkflight.manager.ResultOptions;
import io.sparkflight.manager.StatementHandle;
import io.sparkflight.manager.statement.AttemptTotals;
import io.sparkflight.manager.statement.ContractViolation;
import io.sparkflight.manager.statement.PartitionAttempt;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;

/** What can go wrong with one statement on one server: one method each, one place for the words. */
public final class StatementFailures {
  /** Completes "the statement …". */
  public static final String CANCELLED = "was cancelled";

  /** The same. */
  static final String FAILED = "has failed";

  /** What is over, so that cancelling has nothing to do. */
  static final Set<String> OVER = Set.of(CANCELLED, FAILED);

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

  /** A new object for each caller, so that nobody shares a stack trace or suppressed failures. */
  static FlightFailure again(FlightFailure known) {
    return new FlightFailure(known.kind(), known.sentence(), known);
  }

  /**
   * Somebody wants a statement that is not here.
   *
   * @param why completes "the statement …"
   */
  static FlightFailure notHere(StatementHandle statement, String why) {
    return new FlightFailure(
        ErrorKind.NOT_FOUND,
        "Cannot read statement %s: it %s. Execute it again.".formatted(statement, why));
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
        "Cannot keep the result of statement %s: %s. Read it faster, ask for less, or have more room"
                .formatted(statement, cause.getMessage())
            + " made.",
        cause);
  }

  static FlightFailure readerLeft(StatementHandle statement) {
    return new FlightFailure(
        ErrorKind.CANCELLED,
        "Statement %s was cancelled: its reader left before the end.".formatted(statement));
  }

  /** A statement ends because nobody reads it. */
  public static FlightFailure nobodyReads(StatementHandle statement, Duration idle) {
    return new FlightFailure(
        ErrorKind.TIMED_OUT, "Statement %s %s.".formatted(statement, unread(idle)));
  }

  /** The same as completes "the statement …". */
  public static String unread(Duration idle) {
    return "has expired: nobody read it for %s (%s)"
        .formatted(idle, ExchangeConfig.IDLE_TIMEOUT.name());
  }

  static FlightFailure keptElsewhere(StatementHandle statement) {
    return new FlightFailure(
        ErrorKind.NOT_FOUND,
        "Cannot read statement %s: the server that kept this part of it is gone, or was restarted."
                .formatted(statement)
            + " Execute the statement again.");
  }

  /** Somebody else than its owner wants something of a statement. */
  public static FlightFailure ofAnother(StatementHandle statement) {
    return new FlightFailure(
        ErrorKind.UNAUTHORIZED,
        "Cannot use statement %s: it belongs to another user. Sign in as its owner."
            .formatted(statement));
  }

  static FlightFailure notRetained(StatementHandle statement) {
    return new FlightFailure(
        ErrorKind.INVALID,
        "Cannot renew statement %s: its result is kept for one read. Set %s before it is executed."
            .formatted(statement, ResultOptions.RETENTION.name()));
  }

  /** A statement ends because its owner wants it to. */
  public static FlightFailure cancelled(StatementHandle statement) {
    return new FlightFailure(
        ErrorKind.CANCELLED, "Statement %s %s.".formatted(statement, CANCELLED));
  }

  /** This server will stop. */
  public static FlightFailure draining() {
    return new FlightFailure(
        ErrorKind.UNAVAILABLE,
        "Cannot run the statement: this server is about to stop. Execute it on another one.");
  }

  /** This server stops. */
  public static FlightFailure stopping() {
    return new FlightFailure(
        ErrorKind.UNAVAILABLE,
        "Cannot go on: this server is stopping. Execute the statement on another one.");
  }

  static FlightFailure incomplete(StatementHandle statement) {
    return new FlightFailure(
        ErrorKind.DATA_LOSS,
        "Cannot end statement %s: not all of its committed batches are here. Execute it again."
            .formatted(statement));
  }
}
