package io.sparkflight.faults;

import io.sparkflight.lifecycle.Closer;
import io.sparkflight.relay.Behaviour;
import io.sparkflight.relay.FaultRelay;
import io.sparkflight.relay.FaultRelay.Direction;
import io.sparkflight.testing.DevCluster;
import io.sparkflight.testing.FreePorts;
import io.sparkflight.testing.WideTable;
import java.time.Duration;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.arrow.flight.Location;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Connections break while a result is read. One server has a relay in front of its internal port,
 * which executors and the other server go through, and one in front of its public port.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class NetworkFaultsIT {
  private static final int ROWS = 1_000_000;
  private static final String SQL = WideTable.rows(ROWS, 8, "");

  /** Within this a reader has the rows or an error, once the network is well again. */
  private static final Duration SOON = Duration.ofSeconds(30);

  @RegisterExtension
  static final DevCluster PROCESSES =
      DevCluster.withoutTables(
          "faults-network",
          Stream.concat(Stream.of("--servers", "1", "--workers", "1"), FaultCluster.TIGHT.stream())
              .toArray(String[]::new));

  private static final FaultCluster CLUSTER = new FaultCluster(PROCESSES);

  @RegisterExtension static final FaultTable TABLE = new FaultTable("network", CLUSTER);

  private static final Closer CLOSER = new Closer();
  private static DevCluster.Server initiator;
  private static DevCluster.Server behind;
  private static FaultRelay internal;
  private static FaultRelay outside;

  /** What a statement that nothing disturbs sends through the relays. */
  private static long pushed;

  private static long answered;
  private static long delivered;

  @BeforeAll
  static void startTheServerBehindRelays() throws Exception {
    int port = FreePorts.take();
    internal = CLOSER.register("internal relay", FaultRelay.start(port, FaultTable.SEED));
    initiator = CLUSTER.server("server-1");
    behind =
        PROCESSES.start(
            "server-2",
            "--conf",
            "spark.flight.internal.port=" + port,
            "--conf",
            "spark.flight.internal.advertised-port=" + internal.port());
    outside =
        CLOSER.register("public relay", FaultRelay.start(behind.uri().getPort(), FaultTable.SEED));
    CLUSTER.awaitMembers(2, initiator);
  }

  @AfterAll
  static void closeRelays() {
    CLOSER.close();
  }

  @Test
  @Order(1)
  void nothingBreaks() throws Exception {
    long pushedBefore = internal.passed(Direction.TO_TARGET);
    long answeredBefore = internal.passed(Direction.TO_CALLER);
    long deliveredBefore = outside.passed(Direction.TO_CALLER);
    TABLE.exactly(
        "N00",
        "nothing breaks, through relays",
        chance -> with(internal, Direction.TO_TARGET, Behaviour.PASS));
    pushed = (internal.passed(Direction.TO_TARGET) - pushedBefore) / FaultTable.RUNS;
    answered = (internal.passed(Direction.TO_CALLER) - answeredBefore) / FaultTable.RUNS;
    delivered = (outside.passed(Direction.TO_CALLER) - deliveredBefore) / FaultTable.RUNS;
  }

  @Test
  @Order(2)
  void pushesComeLate() throws Exception {
    TABLE.exactly(
        "N01",
        "pushes delayed, unevenly",
        chance ->
            with(
                internal,
                Direction.TO_TARGET,
                Behaviour.latency(Duration.ZERO, Duration.ofMillis(5))));
  }

  @Test
  @Order(3)
  void aClientIsSlow() throws Exception {
    TABLE.exactly(
        "R32",
        "client's connection slow",
        chance -> with(outside, Direction.TO_CALLER, Behaviour.slow((int) (1 + delivered / 6))));
  }

  @Test
  @Order(4)
  void aPushIsReset() throws Exception {
    TABLE.safely(
        "R08",
        "push reset somewhere",
        chance ->
            with(internal, Direction.TO_TARGET, Behaviour.resetAfter(within(pushed, chance))));
  }

  @Test
  @Order(5)
  void theAnswerToAPushIsLost() throws Exception {
    TABLE.safely(
        "R08a",
        "push reset in an answer",
        chance ->
            with(internal, Direction.TO_CALLER, Behaviour.resetAfter(within(answered, chance))));
  }

  /** The first answer is that the other server has opened the statement, which goes without it. */
  @Test
  @Order(6)
  void theAnswerToAnOpenIsLost() throws Exception {
    TABLE.exactly(
        "R08o",
        "open reset in its answer",
        chance -> with(internal, Direction.TO_CALLER, Behaviour.resetAfter(1)));
  }

  @Test
  @Order(7)
  void nothingGoesThroughForAWhile() throws Exception {
    TABLE.safely("R18", "black hole before a server for a while", NetworkFaultsIT::blackHole);
  }

  @Test
  @Order(8)
  void theControlConnectionIsReset() throws Exception {
    TABLE.safely("R18c", "initiator's control connection reset", NetworkFaultsIT::controlReset);
  }

  @Test
  @Order(9)
  void aClientsConnectionIsReset() throws Exception {
    TABLE.safely(
        "R18r",
        "client's connection reset somewhere",
        chance ->
            with(outside, Direction.TO_CALLER, Behaviour.resetAfter(within(delivered, chance))));
  }

  @Test
  @Order(10)
  void aClientsConnectionIsClosed() throws Exception {
    TABLE.safely(
        "R18e",
        "client's connection closed in order",
        chance ->
            with(outside, Direction.TO_CALLER, Behaviour.cutAfter(within(delivered, chance))));
  }

  /** Reads everything while one direction of a relay behaves badly. */
  private static Outcome with(FaultRelay relay, Direction direction, Behaviour behaviour)
      throws Exception {
    relay.behave(direction, behaviour);
    try (Reading reading = read()) {
      return reading.outcome();
    } finally {
      wellAgain();
    }
  }

  private static Outcome blackHole(Random chance) throws Exception {
    try (Reading reading = read()) {
      reading.awaitRows(1 + chance.nextInt(ROWS));
      switch (chance.nextInt(3)) {
        case 0 -> internal.behave(Direction.TO_TARGET, Behaviour.BLACK_HOLE);
        case 1 -> internal.behave(Direction.TO_CALLER, Behaviour.BLACK_HOLE);
        default -> internal.behave(Behaviour.BLACK_HOLE);
      }
      reading.awaitEnd(Duration.ofMillis(500 + chance.nextInt(15_000)));
      return soon(reading);
    }
  }

  /**
   * The oldest connection is the initiator's own: it opens the statement before any task pushes.
   */
  private static Outcome controlReset(Random chance) throws Exception {
    internal.resetAll();
    try (Reading reading = read()) {
      reading.awaitRows(1 + chance.nextInt(ROWS));
      internal.resetOldest();
      return soon(reading);
    }
  }

  private static Outcome soon(Reading reading) throws Exception {
    wellAgain();
    return reading.awaitEnd(SOON)
        ? reading.outcome()
        : Outcome.hang("no end within %s".formatted(SOON));
  }

  /** Reads a statement, what comes from the server behind the relays through one of them. */
  private static Reading read() {
    Location relayed = Location.forGrpcInsecure(behind.uri().getHost(), outside.port());
    return new Reading(
            SQL,
            ROWS,
            location -> location.getUri().getPort() == behind.uri().getPort() ? relayed : location)
        .begin(initiator);
  }

  private static void wellAgain() {
    internal.behave(Behaviour.PASS);
    outside.behave(Behaviour.PASS);
  }

  private static long within(long bytes, Random chance) {
    return 1 + (long) (bytes * 0.95 * chance.nextDouble());
  }
}
