package io.sparkflight.datasource.read;

import io.sparkflight.datasource.client.ServerOptions;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.apache.arrow.flight.FlightEndpoint;
import org.apache.arrow.flight.Location;
import org.apache.arrow.flight.Ticket;
import org.apache.spark.sql.connector.read.InputPartition;
import org.jspecify.annotations.Nullable;

/**
 * One endpoint of an executed query. Spark serialises it when it launches a task, so that the task
 * has what the last renewal in the driver has made of it. Thread-safe.
 */
final class EndpointPartition implements InputPartition {
  private static final long serialVersionUID = 1L;

  private final int number;
  private final boolean reread;
  private volatile Told told;
  private int launches; // guarded by this

  /** In the driver, whoever can still run a task keeps the query from being given up. */
  @SuppressWarnings({"unused", "UnusedVariable"})
  private final transient Object query;

  /**
   * What the server said last.
   *
   * @param expiration of what is kept; null if it is not
   * @param renewal when half of the time is over
   */
  @SuppressWarnings("ArrayRecordComponent") // opaque, and nobody compares these records
  private record Told(
      byte[] ticket,
      List<URI> locations,
      byte @Nullable [] metadata,
      @Nullable Instant expiration,
      @Nullable Instant renewal)
      implements Serializable {

    static Told of(FlightEndpoint endpoint) {
      Instant now = Instant.now();
      Instant end =
          endpoint.getExpirationTime().map(time -> ArrowTimestamps.read(time, now)).orElse(null);
      return new Told(
          endpoint.getTicket().getBytes(),
          endpoint.getLocations().stream().map(Location::getUri).toList(),
          endpoint.getAppMetadata(),
          end,
          end == null ? null : now.plus(Duration.between(now, end).dividedBy(2)));
    }
  }

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
    this.told = Told.of(endpoint);
  }

  /** Each task, and each attempt of one, that may read it has a copy of its own. */
  private synchronized void writeObject(ObjectOutputStream task) throws IOException {
    launches++;
    task.defaultWriteObject();
  }

  /** How many tasks have got it by now; in a task, itself and those before. */
  synchronized int launches() {
    return launches;
  }

  int number() {
    return number;
  }

  /** Whether it can be read more than once. */
  boolean again() {
    return reread || told.expiration != null;
  }

  /** Until when the server keeps it; null if it does not. */
  @Nullable Instant expiration() {
    return told.expiration;
  }

  /** When it should be renewed: after half of the time that was left; null if it is not kept. */
  @Nullable Instant renewal() {
    return told.renewal;
  }

  Ticket ticket() {
    return new Ticket(told.ticket);
  }

  /** As the server told it last. */
  FlightEndpoint endpoint() {
    Told now = told;
    FlightEndpoint.Builder endpoint =
        FlightEndpoint.builder(
            new Ticket(now.ticket),
            now.locations.stream().map(Location::new).toArray(Location[]::new));
    if (now.expiration != null) {
      endpoint.setExpirationTime(now.expiration);
    }
    if (now.metadata != null) {
      endpoint.setAppMetadata(now.metadata);
    }
    return endpoint.build();
  }

  /** Has tasks that begin from now on read a renewed endpoint. */
  void renewed(FlightEndpoint renewed) {
    told = Told.of(renewed);
  }

  /**
   * Where it can be read, at least one.
   *
   * @param asked the server that was asked
   */
  List<URI> locations(URI asked) {
    return ServerOptions.locations(told.locations, asked);
  }

  @Override
  public String[] preferredLocations() {
    return told.locations.stream()
        .map(URI::getHost)
        .filter(Objects::nonNull)
        .distinct()
        .toArray(String[]::new);
  }
}
