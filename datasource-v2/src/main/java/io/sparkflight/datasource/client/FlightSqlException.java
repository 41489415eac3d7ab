package io.sparkflight.datasource.client;

import java.net.URI;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStatusCode;
import org.jspecify.annotations.Nullable;

/** What a server, or the way to it, said no with. Its message names the server. */
public final class FlightSqlException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private static final Set<FlightStatusCode> UNDECIDED =
      EnumSet.of(
          FlightStatusCode.UNAVAILABLE, FlightStatusCode.UNKNOWN, FlightStatusCode.TIMED_OUT);

  private FlightSqlException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /**
   * The failure of a call.
   *
   * @param what completes "Cannot … SERVER", for example "connect to"
   */
  public static FlightSqlException of(String what, URI server, Exception cause) {
    String said =
        cause instanceof FlightRuntimeException flight
            ? "%s: %s".formatted(flight.status().code(), flight.status().description())
            : String.valueOf(cause);
    return new FlightSqlException("Cannot %s %s: %s".formatted(what, server, said), cause);
  }

  /** The failure of this side. */
  public static FlightSqlException because(String sentence) {
    return new FlightSqlException(sentence, null);
  }

  /** The failure of this side, or of several calls. */
  public static FlightSqlException because(String sentence, Exception cause) {
    return new FlightSqlException(sentence, cause);
  }

  /** The status of the call; empty if it was not the server that said no. */
  public Optional<FlightStatusCode> status() {
    return getCause() instanceof FlightRuntimeException flight
        ? Optional.of(flight.status().code())
        : Optional.empty();
  }

  /** Whether the server may have done, or may still do, what it was asked for. */
  public boolean isUndecided() {
    return status().filter(UNDECIDED::contains).isPresent();
  }
}
