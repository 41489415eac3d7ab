package io.sparkflight.faults;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.sparkflight.lifecycle.Threads;
import io.sparkflight.testing.DevCluster;
import io.sparkflight.testing.WideTable;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.UnaryOperator;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightEndpoint;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.Location;
import org.apache.arrow.flight.sql.FlightSqlClient;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.jspecify.annotations.Nullable;

/**
 * One statement, read in the background as the fastest clients do it: every endpoint at once, each
 * on a connection of its own; and the oracle of what came.
 *
 * <p>Concurrency: a thread for the statement and one for each endpoint; the rows of all of them are
 * checked under one lock.
 */
final class Reading implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int SMALL = 2_000;
  private static final long PAUSE_MILLIS = 5_000;

  private final String sql;
  private final int expected;
  private final UnaryOperator<Location> route;
  private final BufferAllocator memory = new RootAllocator();
  private final ExecutorService threads = Threads.pool("reading");
  private final Set<FlightStream> open = ConcurrentHashMap.newKeySet();
  private final Set<String> held = ConcurrentHashMap.newKeySet();
  private final CountDownLatch released = new CountDownLatch(1);
  private final WideTable table = new WideTable();
  private volatile List<Part> parts = List.of();
  private volatile @Nullable Future<Outcome> whole;

  /** The host and port of an endpoint, and the read of it. */
  private record Part(String authority, Future<Outcome> outcome) {}

  /**
   * @param sql a query of the first rows of {@link WideTable}
   * @param expected how many they are
   */
  Reading(String sql, int expected) {
    this(sql, expected, location -> location);
  }

  /**
   * @param route where to connect instead of to the location of an endpoint
   */
  Reading(String sql, int expected, UnaryOperator<Location> route) {
    this.sql = sql;
    this.expected = expected;
    this.route = route;
  }

  /** A statement that is just too large to be collected by the driver. */
  static Reading small() {
    return new Reading(WideTable.rows(SMALL, 2, ""), SMALL);
  }

  /** Lets what comes from a server come slowly, until {@link #release}. */
  void hold(DevCluster.Server server) {
    held.add(server.uri().getAuthority());
  }

  /** Lets everything come as fast as it can. */
  void release() {
    released.countDown();
  }

  /** Executes the statement and reads it. Returns at once. */
  Reading begin(DevCluster.Server initiator) {
    whole =
        threads.submit(
            () -> {
              try {
                return readAll(execute(initiator));
              } catch (FlightRuntimeException e) { // told at once
                return Outcome.error(e);
              }
            });
    return this;
  }

  /** Reads the endpoints of a statement that was executed before. Returns at once. */
  Reading begin(List<FlightEndpoint> endpoints) {
    whole = threads.submit(() -> readAll(endpoints));
    return this;
  }

  /** Executes the statement, and returns its endpoints. */
  List<FlightEndpoint> execute(DevCluster.Server initiator) throws Exception {
    try (FlightSqlClient client = new FlightSqlClient(initiator.client(memory))) {
      return client.execute(sql).getEndpoints().stream()
          .map(endpoint -> located(endpoint, initiator))
          .toList();
    }
  }

  private static FlightEndpoint located(FlightEndpoint endpoint, DevCluster.Server initiator) {
    return endpoint.getLocations().isEmpty()
        ? new FlightEndpoint(endpoint.getTicket(), initiator.location())
        : endpoint;
  }

  /** Waits until so many rows have come, or all that will. */
  void awaitRows(int rows) {
    await("%d rows".formatted(rows))
        .atMost(Duration.ofSeconds(100))
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(5))
        .until(() -> ended() || rows() >= rows);
  }

  /** Waits for the end, but not longer than this; tells whether it came. */
  boolean awaitEnd(Duration time) throws InterruptedException {
    return ended(reading(), time);
  }

  /** The same for the stream from one server, if there is to be one. */
  boolean awaitEnd(DevCluster.Server server, Duration time) throws InterruptedException {
    return ended(takesPart(server) ? part(server) : reading(), time);
  }

  private static boolean ended(Future<Outcome> read, Duration time) throws InterruptedException {
    try {
      return read.get(time.toNanos(), TimeUnit.NANOSECONDS) != null;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      return true;
    }
  }

  /** Waits for the end, and tells what it was. */
  Outcome outcome() throws Exception {
    return reading().get();
  }

  /** How the stream from a server ended, or the whole if it has none; waits for it. */
  Outcome outcome(DevCluster.Server server) throws Exception {
    return takesPart(server) ? part(server).get() : outcome();
  }

  /** Whether rows come from a server; false as long as nobody has told. */
  boolean takesPart(DevCluster.Server server) {
    return parts.stream().anyMatch(part -> part.authority().equals(server.uri().getAuthority()));
  }

  /** How many servers the rows come from; 0 as long as nobody has told. */
  int spread() {
    return parts.size();
  }

  private Future<Outcome> part(DevCluster.Server server) {
    return parts.stream()
        .filter(part -> part.authority().equals(server.uri().getAuthority()))
        .findAny()
        .orElseThrow()
        .outcome();
  }

  int rows() {
    synchronized (table) {
      return table.rows();
    }
  }

  boolean ended() {
    return reading().isDone();
  }

  private Future<Outcome> reading() {
    Future<Outcome> reading = whole;
    if (reading == null) {
      throw new IllegalStateException("not begun");
    }
    return reading;
  }

  private Outcome readAll(List<FlightEndpoint> endpoints) throws Exception {
    parts = endpoints.stream().map(this::part).toList();
    List<Outcome> outcomes = new ArrayList<>();
    for (Part part : parts) {
      outcomes.add(part.outcome().get());
    }
    return whole(outcomes);
  }

  private Part part(FlightEndpoint endpoint) {
    Location location = endpoint.getLocations().get(0);
    String authority = location.getUri().getAuthority();
    return new Part(
        authority,
        threads.submit(() -> read(route.apply(location), endpoint, held.contains(authority))));
  }

  private Outcome whole(List<Outcome> outcomes) {
    for (Ending worst : List.of(Ending.WRONG, Ending.ERROR)) {
      for (Outcome outcome : outcomes) {
        if (outcome.ending() == worst) {
          return outcome;
        }
      }
    }
    return rows() == expected
        ? Outcome.EXACT
        : Outcome.wrong("%d of %d rows, and no error".formatted(rows(), expected));
  }

  private Outcome read(Location location, FlightEndpoint endpoint, boolean slowly)
      throws Exception {
    try (FlightClient client = FlightClient.builder(memory, location).build();
        FlightStream stream = client.getStream(endpoint.getTicket())) {
      open.add(stream);
      return read(stream, slowly);
    } catch (FlightRuntimeException e) {
      return Outcome.error(e);
    }
  }

  private Outcome read(FlightStream stream, boolean slowly) throws Exception {
    long own = 0;
    long promised = 0;
    try {
      while (stream.next()) {
        own += stream.getRoot().getRowCount();
        promised = promised(stream.getLatestMetadata());
        synchronized (table) {
          table.check(stream.getRoot());
        }
        if (slowly && released.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS)) {
          slowly = false;
        }
      }
    } catch (AssertionError wrong) {
      return Outcome.wrong(String.valueOf(wrong.getMessage()));
    } finally {
      open.remove(stream);
    }
    return own == promised
        ? Outcome.EXACT
        : Outcome.wrong("%d rows came, and its end tells of %d".formatted(own, promised));
  }

  /** The number of rows that the last batch of a stream tells; 0 where nothing is told. */
  private static long promised(@Nullable ArrowBuf metadata) throws IOException {
    if (metadata == null) {
      return 0;
    }
    byte[] bytes = new byte[(int) metadata.readableBytes()];
    metadata.getBytes(metadata.readerIndex(), bytes);
    return JSON.readTree(new String(bytes, UTF_8)).path("rows").asLong();
  }

  @Override
  public void close() {
    released.countDown();
    open.forEach(stream -> stream.cancel("the run has ended", null));
    boolean finished = whole == null || ended();
    Threads.stop(threads);
    if (finished) {
      memory.close(); // finds what the client was left with
    }
  }
}
