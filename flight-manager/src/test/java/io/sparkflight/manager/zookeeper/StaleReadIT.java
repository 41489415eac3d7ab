package io.sparkflight.manager.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sparkflight.manager.Digest;
import io.sparkflight.manager.Outcome;
import io.sparkflight.manager.StatementHandle;
import io.sparkflight.manager.Subscription;
import io.sparkflight.relay.Behaviour;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.test.InstanceSpec;
import org.junit.jupiter.api.Test;

/** What a server concludes whose ZooKeeper knows less than the others. */
class StaleReadIT {
  private static final Outcome COMPLETE =
      new Outcome.Complete(Map.of("aa", new Digest(1, 2, 3, 4)));

  @Test
  void aFollowerThatLagsBehindNeverMakesAStatementLost() throws Exception {
    try (Ensemble ensemble = Ensemble.start();
        ZooKeeperCluster watcher = cluster(ensemble.follower());
        ZooKeeperCluster bystander = cluster(ensemble.follower());
        ZooKeeperCluster owner = cluster(ensemble.leader())) {
      StatementHandle statement = StatementHandle.random();
      ConcurrentLinkedQueue<Outcome> told = new ConcurrentLinkedQueue<>();
      ensemble.follow(Behaviour.BLACK_HOLE);
      owner.board().own(statement);
      assertThat(exists(owner.client(), statement)).isTrue();
      Subscription unused = watcher.board().watch(statement, told::add);
      assertThat(exists(bystander.client(), statement)).as("the follower lags behind").isFalse();
      await("a while without a conclusion").during(Duration.ofSeconds(1)).until(told::isEmpty);
      ensemble.follow(Behaviour.PASS);
      owner.board().announce(statement, COMPLETE);
      await("the outcome")
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(() -> assertThat(told).containsExactly(COMPLETE));
    }
  }

  private static ZooKeeperCluster cluster(InstanceSpec server) {
    return ZooKeeperCluster.start(
        new ZooKeeperConfig(
            "127.0.0.1:" + server.getPort(),
            "/stale",
            Duration.ofSeconds(6),
            Duration.ofSeconds(10)));
  }

  /** Whether the owner node exists, as the server says that the client is connected to. */
  private static boolean exists(CuratorFramework client, StatementHandle statement)
      throws Exception {
    return client.checkExists().forPath("/stale/queries/%s/owner".formatted(statement)) != null;
  }
}
