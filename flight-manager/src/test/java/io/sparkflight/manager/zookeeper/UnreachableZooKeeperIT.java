package io.sparkflight.manager.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.sparkflight.error.ErrorKind;
import io.sparkflight.error.FlightFailure;
import io.sparkflight.manager.Placement;
import io.sparkflight.manager.PublishedStatement;
import io.sparkflight.manager.run.ManagerFixture;
import io.sparkflight.manager.run.ManagerFixture.Numbers;
import io.sparkflight.manager.zookeeper.EnsemblePair.HeldStatement;
import io.sparkflight.relay.Behaviour;
import io.sparkflight.relay.FaultRelay;
import java.time.Duration;
import java.util.List;
import org.apache.curator.test.InstanceSpec;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** One of two servers cannot reach ZooKeeper, and can again. */
class UnreachableZooKeeperIT {
  private static final long ROWS = 10_000;

  /**
   * Two thirds of a session's time to notice the silence, all of it for one more try, and a bit.
   */
  private static final Duration AT_FIRST = Duration.ofSeconds(13);

  /** Once it is known that there is no connection. */
  private static final Duration LATER = Duration.ofSeconds(5);

  /** It takes two thirds of a session's time to notice, then that of a session and of a start. */
  private static final Duration GIVEN_UP_WITHIN = Duration.ofSeconds(60);

  private static Ensemble ensemble;
  private static SparkSession spark;

  /** How the connection of a server to ZooKeeper breaks. */
  private enum Broken {
    CUT,
    SILENT;

    void by(FaultRelay relay) {
      switch (this) {
        case CUT -> relay.refuse();
        case SILENT -> relay.behave(Behaviour.BLACK_HOLE);
      }
    }
  }

  @BeforeAll
  static void start() throws Exception {
    ensemble = Ensemble.start();
    spark =
        SparkSession.builder().master("local[2]").config("spark.ui.enabled", false).getOrCreate();
  }

  @AfterAll
  static void stop() throws Exception {
    spark.stop();
    ensemble.close();
  }

  @ParameterizedTest
  @EnumSource
  void whatNeedsNoZooKeeperGoesOnAndTheRestIsRefused(Broken connection) throws Exception {
    try (FaultRelay relay = FaultRelay.start(ensemble.servers().get(0).getPort(), 0);
        EnsemblePair servers =
            new EnsemblePair(spark, ensemble.connectString(), relay.authority())) {
      connection.by(relay);
      ManagerFixture cutOff = servers.b().fixture();
      assertRefused(cutOff, AT_FIRST);
      assertExact(cutOff, Placement.INITIATOR);
      assertExact(cutOff, Placement.COLLECTED);
      await("the other server alone")
          .atMost(EnsemblePair.EXPIRED_WITHIN)
          .until(() -> servers.a().members().size() == 1);
      assertRefused(cutOff, LATER);
      assertExact(servers.a().fixture(), Placement.DISTRIBUTED);
      relay.behave(Behaviour.PASS);
      servers.awaitEachOther();
      servers.assertNextIsExact();
    }
  }

  @ParameterizedTest
  @EnumSource
  void streamsOfTheServerThatIsCutOffEndAsWell(Broken connection) throws Exception {
    try (FaultRelay relay = FaultRelay.start(ensemble.servers().get(0).getPort(), 0);
        EnsemblePair servers =
            new EnsemblePair(spark, ensemble.connectString(), relay.authority())) {
      WholeRead read = servers.read(servers.hold(8));
      read.awaitRows();
      connection.by(relay);
      EnsemblePair.assertUnavailable(read.end(GIVEN_UP_WITHIN));
      servers.awaitNoJob();
      relay.behave(Behaviour.PASS);
      servers.awaitEachOther();
      servers.assertNextIsExact();
    }
  }

  @Test
  void anEnsembleWithoutQuorumLeavesNoStreamWaiting() throws Exception {
    try (EnsemblePair servers =
        new EnsemblePair(spark, ensemble.connectString(), ensemble.connectString())) {
      HeldStatement statement = servers.hold(8);
      WholeRead read = servers.read(statement);
      read.awaitRows();
      List<InstanceSpec> most = ensemble.servers().subList(0, 2);
      for (InstanceSpec server : most) {
        ensemble.kill(server);
      }
      try {
        statement.gate().run();
        EnsemblePair.assertUnavailable(read.end(GIVEN_UP_WITHIN));
        servers.awaitNoJob();
      } finally {
        ensemble.restart(most);
      }
      servers.awaitEachOther();
      servers.assertNextIsExact();
    }
  }

  private static void assertRefused(ManagerFixture server, Duration within) {
    long start = System.nanoTime();
    assertThatThrownBy(() -> server.publish(spark.range(ROWS).toDF(), Placement.DISTRIBUTED))
        .isInstanceOfSatisfying(
            FlightFailure.class,
            refused -> assertThat(refused.kind()).isEqualTo(ErrorKind.UNAVAILABLE))
        .hasMessageMatching(
            "Cannot start statement \\w+ on several servers: ZooKeeper does not answer. Try again.");
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(within);
  }

  private static void assertExact(ManagerFixture server, Placement placement) throws Exception {
    PublishedStatement statement = server.publish(spark.range(ROWS).toDF(), placement);
    assertThat(statement.endpoints()).hasSize(1);
    Numbers rows = server.readNumbers(statement);
    assertThat(rows.sameAs(Numbers.upTo(ROWS))).as("%s", rows).isTrue();
  }
}
