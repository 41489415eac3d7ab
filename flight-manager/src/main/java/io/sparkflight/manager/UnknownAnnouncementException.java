package io.sparkflight.manager;

/** Nobody knows whether the announcement took place; do not repeat it, do not clean up after it. */
public final class UnknownAnnouncementException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public UnknownAnnouncementException(StatementHandle statement, Throwable cause) {
    super(
        "Cannot tell whether the outcome of statement %s was announced.".formatted(statement),
        cause);
  }
}
