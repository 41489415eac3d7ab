package io.sparkflight.manager.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sparkflight.config.ConfigSource;
import io.sparkflight.lifecycle.Threads;
import io.sparkflight.manager.ManagerConfig;
import io.sparkflight.manager.Member;
import io.sparkflight.manager.Placement;
import io.sparkflight.manager.PublishedStatement;
import io.sparkflight.manager.ResultEndpoint;
import io.sparkflight.manager.exchange.ExchangeConfig;
import io.sparkflight.manager.run.ExchangeManager;
import io.sparkflight.manager.run.HeldPartition;
import io.sparkflight.manager.run.ManagerFixture;
import io.sparkflight.manager.run.ManagerFixture.Numbers;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;

/** A member that takes connections and says nothing: each call to it takes eight seconds. */
class SilentMemberIT {
  private static final long ROWS = 1_000;
  private static final int STATEMENTS = 3;
  private static final String GATE = "silent member";

  /** Twice of it is how long a part stays of which its initiator says nothing. */
  private static final Duration IDLE = Duration.ofSeconds(4);

  /**
   * It may keep something of each statement that goes on without it, and is told so; meanwhile a
   * part is kept that waits, because another part of its result is read.
   */
  @Test
  void statementsThatGoOnWithoutItDoNotLetTheResultsOfOthersExpire() throws Exception {
    ExecutorService pool = Threads.pool("test-statements");
    try (SparkSession spark =
            SparkSession.builder()
                .master("local[2]") // one waits at the gate
                .config("spark.ui.enabled", false)
                .getOrCreate();
        LocalCluster cluster = new LocalCluster();
        ManagerFixture a = server(cluster);
        ManagerFixture b = server(cluster);
        ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      PublishedStatement held =
          a.publish(
              spark
                  .range(0, ROWS, 1, 4)
                  .mapPartitions(new HeldPartition(GATE, 0), Encoders.LONG())
                  .toDF("id"),
              Placement.DISTRIBUTED);
      Future<Numbers> ofA = pool.submit(() -> read(a, held));
      cluster.join(
          new Member(
              "0".repeat(16),
              URI.create("grpc://127.0.0.1:1"),
              "127.0.0.1",
              silent.getLocalPort(),
              "test",
              false));
      List<Future<PublishedStatement>> published = new ArrayList<>();
      for (int i = 0; i < STATEMENTS; i++) {
        published.add(
            pool.submit(
                () -> a.publish(spark.range(0, ROWS, 1, 4).toDF("id"), Placement.DISTRIBUTED)));
      }
      for (Future<PublishedStatement> statement : published) {
        assertExact(a.readNumbers(statement.get(1, TimeUnit.MINUTES)));
      }
      await("as long as a part stays of which nobody says anything, and more")
          .during(IDLE.multipliedBy(3))
          .atMost(IDLE.multipliedBy(10))
          .until(() -> b.manager().usage().statements() == 1 && !ofA.isDone());
      HeldPartition.open(GATE);
      Numbers ofB = read(b, held);
      assertThat(ofA.get(1, TimeUnit.MINUTES).rows + ofB.rows).isEqualTo(ROWS);
    } finally {
      HeldPartition.open(GATE);
      Threads.stop(pool);
    }
  }

  private static ManagerFixture server(LocalCluster cluster) {
    ConfigSource source =
        ConfigSource.of(
            Map.of(
                "spark.flight.cluster.secret",
                "only for these two servers",
                "spark.flight.exchange.idle-timeout",
                "%ds".formatted(IDLE.toSeconds())));
    return new ManagerFixture(
        () ->
            ExchangeManager.start(
                ManagerConfig.from(source), ExchangeConfig.from(source), cluster.peer()));
  }

  private static ResultEndpoint endpoint(ManagerFixture server, PublishedStatement statement) {
    return statement.endpoints().stream()
        .filter(each -> each.locations().contains(server.location()))
        .findAny()
        .orElseThrow();
  }

  private static Numbers read(ManagerFixture server, PublishedStatement statement)
      throws Exception {
    Numbers numbers = new Numbers();
    server.read(endpoint(server, statement).ticket(), numbers::add);
    return numbers;
  }

  private static void assertExact(Numbers read) {
    assertThat(read.sameAs(Numbers.upTo(ROWS))).as("%s", read).isTrue();
  }
}
