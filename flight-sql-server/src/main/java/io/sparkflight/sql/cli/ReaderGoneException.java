package io.sparkflight.sql.cli;

/** Whoever reads standard output has enough, as {@code head} has: an end, but no failure. */
final class ReaderGoneException extends RuntimeException {
  ReaderGoneException() {
    super("nobody reads standard output any more");
  }
}
