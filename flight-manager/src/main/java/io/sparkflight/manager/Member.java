package io.sparkflight.manager;

import java.net.URI;

/**
 * One Flight server process as the others see it.
 *
 * @param incarnation random per start, so that a restarted server is another member
 * @param location where clients reach its public server, for example {@code grpc://10.0.0.7:32010}
 * @param internalHost where executors and other members reach its internal server
 * @param internalPort the internal server's port
 * @param version the software version
 * @param draining whether it takes no new statements
 */
public record Member(
    String incarnation,
    URI location,
    String internalHost,
    int internalPort,
    String version,
    boolean draining) {

  /** The same member, which takes no new statements. */
  public Member asDraining() {
    return new Member(incarnation, location, internalHost, internalPort, version, true);
  }

  @Override
  public String toString() {
    return location + " (" + incarnation + ")";
  }
}
