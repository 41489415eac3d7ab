package io.sparkflight.datasource.client;

import java.net.URI;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLException;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStatusCode;
import org.jspecify.annotations.Nullable;

/** What a server, or the way to it, said no with. Its message names the server. */
public final class FlightSqlException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** What a proxy, a lost connection, or an interrupted wait may say of a call that goes on. */
  private static final Set<FlightStatusCode> UNDECIDED =
      EnumSet.of(
          FlightStatusCode.UNAVAILABLE,
          FlightStatusCode.UNKNOWN,
          FlightStatusCode.TIMED_OUT,
          FlightStatusCode.CANCELLED);

  private final boolean undone;

  private FlightSqlException(String message, @Nullable Throwable cause, boolean undone) {
    super(message, cause);
    this.undone = undone;
  }

  /**
   * The failure of a call.
   *
   * @param what completes "Cannot … SERVER", for example "connect to"
   */
  public static FlightSqlException of(String what, URI server, Exception cause) {
    return of(what, server, cause, false);
  }

  /** The same of something that never takes effect, whatever became of the call. */
  static FlightSqlException undone(String what, URI server, Exception cause) {
    return of(what, server, cause, true);
  }

  private static FlightSqlException of(String what, URI server, Exception cause, boolean undone) {
    return new FlightSqlException(
        "Cannot %s %s: %s".formatted(what, server, reason(cause)), cause, undone);
  }

  /** The failure of this side. */
  public static FlightSqlException because(String sentence) {
    return new FlightSqlException(sentence, null, false);
  }

  /** The failure of something that the sentence names, with what failed before. */
  public static FlightSqlException because(String sentence, Throwable cause) {
    return new FlightSqlException(sentence, cause, false);
  }

  /** The status of the call; empty if it was not the server that said no. */
  public Optional<FlightStatusCode> status() {
    return getCause() instanceof FlightRuntimeException flight
        ? Optional.of(flight.status().code())
        : Optional.empty();
  }

  /** Whether the server may have done, or may still do, what it was asked for. */
  public boolean isUndecided() {
    return !undone
        && getCause() instanceof FlightRuntimeException flight
        && (UNDECIDED.contains(flight.status().code())
            || (flight.status().code() == FlightStatusCode.INTERNAL && !isConsidered(flight)));
  }

  /**
   * Whether a server of ours knows what has failed: its sentences begin so, and one says that it
   * does not know. gRPC and proxies say INTERNAL of a stream that was reset.
   */
  private static boolean isConsidered(FlightRuntimeException failure) {
    String said = String.valueOf(failure.status().description());
    return said.contains("Cannot ") && !said.contains("the server has a fault");
  }

  /** Why a call failed, and what to do if it was the way to the server or the sign-in. */
  public static String reason(Throwable failure) {
    if (failure instanceof FlightSqlException known) {
      return String.valueOf(known.getMessage());
    }
    if (!(failure instanceof FlightRuntimeException flight)) {
      return failure.getMessage() == null ? failure.toString() : failure.getMessage();
    }
    String said = "%s: %s".formatted(flight.status().code(), flight.status().description());
    return switch (flight.status().code()) {
      case UNAVAILABLE -> said.contains("Cannot ") ? said : said + onTheWay(flight);
      case UNAUTHENTICATED ->
          said + " Check user and password, token, or token-file; a token may have expired.";
      case UNIMPLEMENTED -> said + " This server does not have what was asked for.";
      default -> said;
    };
  }

  /** gRPC says "io exception", and what that was stands deep among the causes. */
  private static String onTheWay(Throwable failure) {
    Throwable root = failure;
    Throwable ssl = null;
    while (root.getCause() != null && root.getCause() != root) {
      root = root.getCause();
      ssl = root instanceof SSLException ? root : ssl;
    }
    String told = root == failure ? "" : " (%s)".formatted(root.getMessage());
    String all = failure.getMessage() + told + (ssl == null ? "" : ssl.getMessage());
    if (all.contains("not an SSL/TLS record")) {
      return told + ". The server does not speak TLS: use grpc:// if it may be so.";
    }
    if (ssl != null) {
      return told
          + ". TLS failed: tls.ca has to hold who signed the server's certificate, the certificate has to name the host of the uri, and a server that asks for a certificate needs tls.client-cert and tls.client-key.";
    }
    if (all.contains("Network closed for unknown reason") || all.contains("First received frame")) {
      return told + ". If the server speaks TLS, use grpc+tls://.";
    }
    return told + ". Check that the server runs, and host and port.";
  }
}
