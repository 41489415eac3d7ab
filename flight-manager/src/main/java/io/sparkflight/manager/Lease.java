package io.sparkflight.manager;

/** The right to be the only one who does something. Closing it gives it back. */
public interface Lease extends AutoCloseable {
  /**
   * Makes sure of it, just before what must not be done twice.
   *
   * @throws io.sparkflight.error.FlightFailure UNAVAILABLE if it is lost, or nobody can tell
   */
  void check();

  @Override
  void close();
}
