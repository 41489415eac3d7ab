package io.sparkflight.error;

import org.jspecify.annotations.Nullable;

/**
 * A failure as a client sees it. The message has the form "Cannot do what to which: why. What to
 * do."; the cause stays on the server.
 */
public final class FlightFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ErrorKind kind;

  public FlightFailure(ErrorKind kind, String message) {
    this(kind, message, null);
  }

  public FlightFailure(ErrorKind kind, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  /** Who has to act. */
  public ErrorKind kind() {
    return kind;
  }

  /** The sentence for the client; never null. */
  public String sentence() {
    return String.valueOf(getMessage());
  }

  /** Names the kind: from an executor, only this text comes back to the driver. */
  @Override
  @SuppressWarnings("OverrideThrowableToString") // the message is for the client: without the kind
  public String toString() {
    return "%s[%s]: %s".formatted(FlightFailure.class.getName(), kind, getMessage());
  }
}
