package io.sparkflight.manager;

import java.net.URI;

/**
 * Shares out the rows of DataFrames among Flight servers and serves them. One per process; the
 * setting {@code spark.flight.manager} chooses the implementation.
 *
 * <p>Life: started by its provider, it has an internal server but is not yet visible to others;
 * {@link #join} makes it a member; {@link #close} fails what still runs and releases everything.
 */
public interface SparkFlightManager extends AutoCloseable {

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
   * Opens the stream that a ticket names. The caller closes it.
   *
   * @throws io.sparkflight.error.FlightFailure if the ticket is not valid, not this user's, of
   *     another server, or was read already
   */
  ResultStream open(byte[] ticket, String user);

  /** Whether the bytes have the form of a ticket of this manager (valid or not). */
  boolean recognises(byte[] ticket);

  /**
   * Cancels a statement that this server initiated: its Spark job is stopped, its streams end with
   * CANCELLED, its buffers are freed. Cancelling an ended statement does nothing.
   *
   * @throws io.sparkflight.error.FlightFailure if the statement is unknown here or not this user's
   */
  void cancel(StatementHandle statement, String user);

  @Override
  void close();
}
