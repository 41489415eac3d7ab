package io.sparkflight.manager.zookeeper;

import static io.sparkflight.manager.zookeeper.TwoServers.EXPIRED_WITHIN;
import static io.sparkflight.manager.zookeeper.TwoServers.TOLD_WITHIN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sparkflight.lifecycle.Threads;
import io.sparkflight.manager.Member;
import io.sparkflight.manager.zookeeper.TwoServers.HeldStatement;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ScheduledExecutorService;
import java.util.stream.Stream;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.curator.test.KillSession;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Sessions end, and servers of ZooKeeper come and go, while a statement of two servers runs. */
class EnsembleFaultsIT {
  private static final int PARTITIONS = 8;

  private static Ensemble ensemble;
  private static SparkSession spark;

  private final ScheduledExecutorService timer = Threads.timer("test-gate");
  private TwoServers servers;

  /** How a session ends. */
  private enum Expiry {
    /** The client gives it up; for the ensemble it lasts until its time is over. */
    BY_THE_CLIENT {
      @Override
      void end(EnsembleServer server) throws Exception {
        KillSession.kill(server.session());
      }
    },
    /** The ensemble ends it; the client learns that when it comes back. */
    BY_THE_ENSEMBLE {
      @Override
      void end(EnsembleServer server) throws Exception {
        ensemble.end(server.session());
      }
    };

    abstract void end(EnsembleServer server) throws Exception;
  }

  @BeforeAll
  static void start() throws Exception {
    ensemble = Ensemble.start();
    spark =
        SparkSession.builder().master("local[2,4]").config("spark.ui.enabled", false).getOrCreate();
  }

  @AfterAll
  static void stop() throws Exception {
    spark.stop();
    ensemble.close();
  }

  @BeforeEach
  void startServers() {
    servers = new TwoServers(spark, ensemble.connectString(), ensemble.connectString());
  }

  @AfterEach
  void stopServers() {
    servers.close();
    Threads.stop(timer);
  }

  static Stream<Arguments> expiries() {
    return Arrays.stream(Expiry.values())
        .flatMap(expiry -> TwoServers.seeds().mapToObj(seed -> Arguments.of(expiry, seed)));
  }

  @ParameterizedTest
  @MethodSource("expiries")
  void aFollowerWhoseSessionEndsComesBackAsItWas(Expiry expiry, long seed) throws Exception {
    List<Member> members = servers.a().members();
    long session = servers.b().session().getSessionId();
    HeldStatement statement = servers.hold(PARTITIONS);
    WholeRead read = servers.read(statement);
    read.awaitRows();
    openWithin(Duration.ofMillis(200), statement, seed);
    expiry.end(servers.b());
    assertExactOrUnavailable(read.end(TOLD_WITHIN));
    awaitOtherSessionThan(session);
    assertThat(servers.a().members()).isEqualTo(members);
    servers.assertNextIsExact();
  }

  private void openWithin(Duration most, HeldStatement statement, long seed) {
    Duration delay = Duration.ofMillis(new Random(seed).nextInt((int) most.toMillis()));
    Threads.later(timer, delay, "open a gate", statement.gate());
  }

  private static void assertExactOrUnavailable(WholeRead.End end) {
    if (end.failures().isEmpty()) {
      TwoServers.assertExact(end);
    } else {
      assertUnavailable(end);
    }
  }

  private static void assertUnavailable(WholeRead.End end) {
    assertThat(end.failures())
        .isNotEmpty()
        .allSatisfy(
            failure ->
                assertThat(failure)
                    .isInstanceOfSatisfying(
                        FlightRuntimeException.class,
                        e ->
                            assertThat(e.status().code()).isEqualTo(FlightStatusCode.UNAVAILABLE)));
  }

  /** Waits until there is one node for each of both members, and none of a session that is over. */
  private void awaitOtherSessionThan(long over) {
    await("the nodes of members without session %x".formatted(over))
        .atMost(EXPIRED_WITHIN)
        .until(
            () ->
                servers.sessionsOfMembers().size() == 2
                    && !servers.sessionsOfMembers().contains(over));
    servers.awaitEachOther();
  }
}
