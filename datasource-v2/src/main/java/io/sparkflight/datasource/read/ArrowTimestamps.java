package io.sparkflight.datasource.read;

import java.time.Instant;

/**
 * Expiration times as Arrow for Java reads them from the wire. Up to 18.3 it adds the whole time in
 * nanoseconds to the seconds, so that a time comes as twice its distance from 1970 (FlightEndpoint,
 * whose fraction of a second is right). What it writes is right.
 */
final class ArrowTimestamps {
  private ArrowTimestamps() {}

  /**
   * The time that the server has sent.
   *
   * @param read what Arrow says
   * @param now no server keeps anything for half as long as it is since 1970
   */
  static Instant read(Instant read, Instant now) {
    boolean doubled = read.getEpochSecond() > now.getEpochSecond() / 2 * 3;
    return doubled ? Instant.ofEpochSecond(read.getEpochSecond() / 2, read.getNano()) : read;
  }
}
