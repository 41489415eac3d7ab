package io.sparkflight.datasource.read;

import io.sparkflight.datasource.client.FlightSqlException;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.apache.arrow.flight.FlightEndpoint;
import org.apache.arrow.flight.Location;
import org.apache.spark.sql.connector.read.InputPartition;
import org.jspecify.annotations.Nullable;

/**
 * One endpoint of an executed query. Spark serialises it when it launches a task, so that the task
 * has what the last renewal in the driver has made of it. Thread-safe.
 */
final class EndpointPartition implements InputPartition {
  private static final long serialVersionUID = 1L;
  private static final String REUSE = Location.reuseConnection().getUri().getScheme();

  private final int number;
  private final boolean reread;
  private volatile byte[] endpoint;
  private volatile @Nullable Instant renewal;

  /** In the driver, whoever can still run a task keeps the query from being given up. */
  @SuppressWarnings({"unused", "UnusedVariable"})
  private final transient Object query;

  /**
   * @param number from 0
   * @param endpoint as the server has told it
   * @param reread whether it can be read again although it has no expiration time
   * @param query that it belongs to
   */
  EndpointPartition(int number, FlightEndpoint endpoint, boolean reread, Object query) {
    this.number = number;
    this.reread = reread;
    this.query = query;
    this.endpoint = bytes(endpoint);
    this.renewal = renewal(endpoint);
  }

  int number() {
    return number;
  }

  /** Whether it can be read more than once. */
  boolean again() {
    return reread || renewal != null;
  }

  /**
   * When it should be renewed: after half of the time that was left; null if it does not expire.
   */
  @Nullable Instant renewal() {
    return renewal;
  }

  /** As the server told it last. */
  FlightEndpoint endpoint() {
    try {
      return FlightEndpoint.deserialize(ByteBuffer.wrap(endpoint));
    } catch (IOException | URISyntaxException e) {
      throw FlightSqlException.because(
          "Cannot read endpoint %d: its location is not a URI.".formatted(number), e);
    }
  }

  /** Has tasks that begin from now on read a renewed endpoint. */
  void renewed(FlightEndpoint renewed) {
    endpoint = bytes(renewed);
    renewal = renewal(renewed);
  }

  /**
   * Where it can be read, at least one.
   *
   * @param asked the server that was asked, which is meant by no location, and by the URI that says
   *     to use the same connection
   */
  List<URI> locations(URI asked) {
    List<URI> told =
        endpoint().getLocations().stream()
            .map(Location::getUri)
            .map(uri -> REUSE.equals(uri.getScheme()) ? asked : uri)
            .distinct()
            .toList();
    return told.isEmpty() ? List.of(asked) : told;
  }

  @Override
  public String[] preferredLocations() {
    return endpoint().getLocations().stream()
        .map(location -> location.getUri().getHost())
        .filter(Objects::nonNull)
        .distinct()
        .toArray(String[]::new);
  }

  private static byte[] bytes(FlightEndpoint endpoint) {
    ByteBuffer buffer = endpoint.serialize();
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return bytes;
  }

  private static @Nullable Instant renewal(FlightEndpoint endpoint) {
    Instant now = Instant.now();
    return endpoint
        .getExpirationTime()
        .map(end -> now.plus(Duration.between(now, end).dividedBy(2)))
        .orElse(null);
  }
}
