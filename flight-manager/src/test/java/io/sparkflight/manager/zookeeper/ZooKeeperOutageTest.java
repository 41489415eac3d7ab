package io.sparkflight.manager.zookeeper;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.sparkflight.error.ErrorKind;
import io.sparkflight.error.FlightFailure;
import io.sparkflight.manager.Digest;
import io.sparkflight.manager.Outcome;
import io.sparkflight.manager.StatementHandle;
import io.sparkflight.manager.Subscription;
import io.sparkflight.manager.UnknownAnnouncementException;
import io.sparkflight.testing.FreePorts;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import org.apache.curator.test.TestingServer;
import org.junit.jupiter.api.Test;

/** What happens while there is no ZooKeeper. */
class ZooKeeperOutageTest {
  private static final Outcome COMPLETE =
      new Outcome.Complete(Map.of("aa", new Digest(1, 2, 3, 4)));

  private static ZooKeeperConfig config(String url, Duration session) {
    return new ZooKeeperConfig(url, "/outage", session, Duration.ofSeconds(3));
  }

  private static Set<String> threads() {
    return Thread.getAllStackTraces().keySet().stream().map(Thread::getName).collect(toSet());
  }

  @Test
  void aStartWithoutZooKeeperFailsInTimeAndLeavesNothing() {
    Set<String> before = threads();
    long start = System.nanoTime();
    String nobody = "127.0.0.1:" + FreePorts.take();
    assertThatThrownBy(() -> ZooKeeperCluster.start(config(nobody, Duration.ofSeconds(6))))
        .isInstanceOfSatisfying(
            FlightFailure.class,
            failure -> assertThat(failure.kind()).isEqualTo(ErrorKind.UNAVAILABLE))
        .hasMessage(
            "Cannot join the other servers: ZooKeeper at %s did not answer within 3000 ms. Start it, or correct spark.flight.manager.zookeeper.url."
                .formatted(nobody));
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(30));
    await("no thread more than before")
        .untilAsserted(() -> assertThat(threads()).allMatch(name -> isKnown(name, before)));
  }

  private static boolean isKnown(String thread, Set<String> before) {
    return before.contains(thread)
        || !(thread.contains("ookeeper")
            || thread.contains("Curator")
            || thread.contains("SendThread")
            || thread.contains("EventThread"));
  }

  @Test
  void anAnnouncementDuringAShortOutageArrives() throws Exception {
    try (TestingServer server = new TestingServer(FreePorts.take());
        ZooKeeperCluster owner =
            ZooKeeperCluster.start(config(server.getConnectString(), Duration.ofSeconds(20)));
        ZooKeeperCluster watcher =
            ZooKeeperCluster.start(config(server.getConnectString(), Duration.ofSeconds(20)))) {
      StatementHandle statement = StatementHandle.random();
      owner.board().own(statement);
      ConcurrentLinkedQueue<Outcome> told = new ConcurrentLinkedQueue<>();
      Subscription unused = watcher.board().watch(statement, told::add);
      server.stop();
      CompletableFuture<Void> announcement =
          CompletableFuture.runAsync(() -> owner.board().announce(statement, COMPLETE));
      await("the disconnection").until(() -> !owner.client().getZookeeperClient().isConnected());
      assertThat(told).isEmpty();
      server.restart();
      announcement.get();
      await("the outcome")
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(() -> assertThat(told).containsExactly(COMPLETE));
    }
  }

  @Test
  void whatIsForgottenDuringAnOutageIsRemovedAfterIt() throws Exception {
    try (TestingServer server = new TestingServer(FreePorts.take());
        ZooKeeperCluster owner =
            ZooKeeperCluster.start(config(server.getConnectString(), Duration.ofSeconds(40)))) {
      StatementHandle statement = StatementHandle.random();
      owner.board().own(statement);
      owner.board().announce(statement, COMPLETE);
      server.stop();
      owner.board().forget(statement);
      server.restart();
      await("the end of its nodes")
          .atMost(Duration.ofSeconds(30))
          .until(() -> owner.client().getChildren().forPath("/outage/queries").isEmpty());
    }
  }

  @Test
  void anAnnouncementWithoutZooKeeperIsUnknownAfterABoundedTime() throws Exception {
    TestingServer server = new TestingServer(FreePorts.take());
    ZooKeeperCluster owner =
        ZooKeeperCluster.start(config(server.getConnectString(), Duration.ofSeconds(4)));
    StatementHandle statement = StatementHandle.random();
    owner.board().own(statement);
    server.close();
    CompletableFuture<Void> announcement =
        CompletableFuture.runAsync(() -> owner.board().announce(statement, COMPLETE));
    await("the end of the announcement").atMost(Duration.ofSeconds(25)).until(announcement::isDone);
    assertThatThrownBy(announcement::get)
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(UnknownAnnouncementException.class);
    long start = System.nanoTime();
    owner.close();
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(30));
  }
}
