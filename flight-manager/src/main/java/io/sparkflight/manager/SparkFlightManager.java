package io.sparkflight.manager;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.OptionalDouble;

/**
 * Shares out the rows of DataFrames among Flight servers and serves them. One per process; the
 * setting {@code spark.flight.manager} chooses the implementation.
 *
 * <p>Life: started by its provider, it has an internal server but is not yet visible to others;
 * {@link #join} makes it a member; {@link #close} fails what still runs and releases everything.
 */
public interface SparkFlightManager
    extends ResultSource, Upload.Factory, UploadGroups, AutoCloseable {

  /** Becomes a member that clients reach at {@code publicLocation}. */
  void join(URI publicLocation);

  /** The live members. */
  FlightServerLocator locator();

  /**
   * Starts the Spark action of a query and returns without waiting for it. What fails later is
   * reported on every endpoint's stream.
   *
   * @throws io.sparkflight.error.FlightFailure if a column has no Arrow form, or no server can take
   *     the rows
   */
  PublishedStatement publish(StatementRequest request);

  /**
   * Cancels the statement of a ticket, whichever server runs it: its Spark job is stopped, its
   * streams end with CANCELLED, its rows are freed everywhere. Cancelling it again does nothing.
   *
   * @throws io.sparkflight.error.FlightFailure NOT_FOUND if it has ended and was read, or its
   *     server is gone; UNAUTHORIZED if it is not this user's
   */
  void cancel(byte[] ticket, String user);

  /**
   * Asks how far the statement of a ticket is, whichever server runs it.
   *
   * @param patience to wait so long at most for its end; may be zero
   * @return the share of its Spark tasks that have ended, 0 to 1; empty if it has ended
   * @throws io.sparkflight.error.FlightFailure the statement's own, if it has failed; UNAUTHORIZED
   *     if it is not this user's; NOT_FOUND if its server is gone
   */
  OptionalDouble progress(byte[] ticket, String user, Duration patience);

  /**
   * Keeps what a ticket names for the whole time of its retention again, from now on.
   *
   * @return until when it can be read at least
   * @throws io.sparkflight.error.FlightFailure INVALID if the result is not retained, else as
   *     {@link #open}
   */
  Instant renew(byte[] ticket, String user);

  /**
   * Takes something that only one server of the cluster may do at a time. It is free again when the
   * lease is closed, or this server is lost.
   *
   * @param what names it, the same on every server
   * @throws io.sparkflight.error.FlightFailure UNAVAILABLE if somebody has it, or the servers
   *     cannot agree
   */
  Lease lease(String what);

  /**
   * Takes no new statements, and lets those that run or are read come to their end for this long.
   * What is left then ends with UNAVAILABLE. To be called before the public server stops.
   */
  void drain(Duration grace);

  @Override
  void close();
}
