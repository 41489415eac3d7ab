package io.sparkflight.manager;

/** Opens the streams that tickets name. */
public interface ResultSource {

  /** Whether the bytes have the form of a ticket of this source (valid or not). */
  boolean recognises(byte[] ticket);

  /**
   * Opens the stream that a ticket names. The caller closes it.
   *
   * @throws io.sparkflight.error.FlightFailure if the ticket is not valid, not this user's, of a
   *     server that is gone, or was read already
   */
  ResultStream open(byte[] ticket, String user);
}
