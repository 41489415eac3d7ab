package io.sparkflight.error;

import java.security.SecureRandom;
import java.util.HexFormat;
import org.apache.arrow.flight.CallStatus;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStatusCode;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns whatever was thrown into what a client may be told. */
public final class FlightErrors {
  private static final Logger LOG = LoggerFactory.getLogger(FlightErrors.class);
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int ID_BYTES = 6;

  private FlightErrors() {}

  /** The failure as a Flight status. What the client could not understand is logged with an id. */
  public static FlightRuntimeException toFlight(Throwable failure) {
    if (failure instanceof FlightRuntimeException flight) {
      return flight;
    }
    FlightFailure told = ofSpark("answer the call", failure);
    return status(told.kind())
        .withDescription(WireText.fit(told.sentence()))
        .withCause(failure)
        .toRuntimeException();
  }

  /**
   * The failure of something that Spark did for us: a {@link FlightFailure} among the causes, or in
   * the text that an executor sent; else Spark's own words without its stack traces.
   *
   * @param what completes "Cannot …", for example "run the statement"
   */
  public static FlightFailure ofSpark(String what, Throwable failure) {
    for (Throwable each = failure; each != null; each = each.getCause()) {
      if (each instanceof FlightFailure known) {
        return known;
      }
      if (each instanceof StackOverflowError) {
        return new FlightFailure(
            ErrorKind.INVALID,
            "Cannot %s: the statement is nested too deeply. Write it with fewer levels."
                .formatted(what),
            failure);
      }
      if (each instanceof OutOfMemoryError) {
        return outOfMemory(what, String.valueOf(each.getMessage()), failure);
      }
    }
    return SparkMessage.of(failure)
        .map(message -> message.failure(what, failure))
        .orElseGet(() -> unknown(what, failure));
  }

  /**
   * What another server of the cluster answered with: its own sentence; or, if it did not answer,
   * one that says so.
   *
   * @param what completes "Cannot …", for example "push rows to server 10.0.0.7:4000"
   */
  public static FlightFailure ofServer(String what, CallStatus status) {
    ErrorKind kind = kindOf(status.code());
    String said = String.valueOf(status.description());
    boolean silent = kind == ErrorKind.UNAVAILABLE || kind == ErrorKind.TIMED_OUT;
    return silent && !said.startsWith("Cannot ")
        ? new FlightFailure(
            ErrorKind.UNAVAILABLE,
            "Cannot %s: %s. Execute the statement again.".formatted(what, said))
        : new FlightFailure(kind, said);
  }

  /** What another server meant by a status; the inverse of what this class tells clients. */
  private static ErrorKind kindOf(FlightStatusCode code) {
    return switch (code) {
      case INVALID_ARGUMENT -> ErrorKind.INVALID;
      case NOT_FOUND -> ErrorKind.NOT_FOUND;
      case ALREADY_EXISTS -> ErrorKind.EXISTS;
      case UNAUTHENTICATED -> ErrorKind.UNAUTHENTICATED;
      case UNAUTHORIZED -> ErrorKind.UNAUTHORIZED;
      case UNAVAILABLE -> ErrorKind.UNAVAILABLE;
      case RESOURCE_EXHAUSTED -> ErrorKind.RESOURCES;
      case CANCELLED -> ErrorKind.CANCELLED;
      case TIMED_OUT -> ErrorKind.TIMED_OUT;
      case UNIMPLEMENTED -> ErrorKind.UNIMPLEMENTED;
      default -> ErrorKind.INTERNAL;
    };
  }

  /** In the driver, or as the text that came back from a task. */
  static FlightFailure outOfMemory(String what, String reason, @Nullable Throwable cause) {
    return new FlightFailure(
        ErrorKind.RESOURCES,
        "Cannot %s: it needs more memory than its process has (%s). Ask for less at once, or give the"
                .formatted(what, reason)
            + " process more.",
        cause);
  }

  private static FlightFailure unknown(String what, Throwable failure) {
    byte[] random = new byte[ID_BYTES];
    RANDOM.nextBytes(random);
    String id = HexFormat.of().formatHex(random);
    LOG.error("Cannot {}: unexpected failure {}", what, id, failure);
    return new FlightFailure(
        ErrorKind.INTERNAL,
        "Cannot %s: the server has a fault. Its operator finds it in the log under %s."
            .formatted(what, id),
        failure);
  }

  private static CallStatus status(ErrorKind kind) {
    return switch (kind) {
      case INVALID -> CallStatus.INVALID_ARGUMENT;
      case NOT_FOUND -> CallStatus.NOT_FOUND;
      case EXISTS -> CallStatus.ALREADY_EXISTS;
      case UNAUTHENTICATED -> CallStatus.UNAUTHENTICATED;
      case UNAUTHORIZED -> CallStatus.UNAUTHORIZED;
      case UNAVAILABLE -> CallStatus.UNAVAILABLE;
      case RESOURCES -> CallStatus.RESOURCE_EXHAUSTED;
      case CANCELLED -> CallStatus.CANCELLED;
      case TIMED_OUT -> CallStatus.TIMED_OUT;
      case UNIMPLEMENTED -> CallStatus.UNIMPLEMENTED;
      case INTERNAL, DATA_LOSS -> CallStatus.INTERNAL;
    };
  }
}
