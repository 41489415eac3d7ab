package io.sparkflight.manager;

/** The announcement was refused: this process is no longer the owner of the statement. */
public final class RejectedAnnouncementException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public RejectedAnnouncementException(StatementHandle statement, Throwable cause) {
    super(
        "Cannot announce the outcome of statement %s: this server is no longer its owner."
            .formatted(statement),
        cause);
  }
}
