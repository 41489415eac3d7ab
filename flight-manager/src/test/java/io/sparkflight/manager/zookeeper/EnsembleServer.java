package io.sparkflight.manager.zookeeper;

import io.sparkflight.config.ConfigSource;
import io.sparkflight.manager.ManagerConfig;
import io.sparkflight.manager.Member;
import io.sparkflight.manager.PublishedStatement;
import io.sparkflight.manager.exchange.ExchangeConfig;
import io.sparkflight.manager.run.DistributedContract;
import io.sparkflight.manager.run.ExchangeManager;
import io.sparkflight.manager.run.ManagerFixture;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.curator.framework.CuratorFramework;
import org.apache.zookeeper.ZooKeeper;

/** A server whose session with ZooKeeper a test can see and end. */
record EnsembleServer(ManagerFixture fixture, ZooKeeperCluster cluster) implements AutoCloseable {

  /** Starts a server of the cluster that meets at a path. */
  static EnsembleServer start(String connectString, String path) {
    Map<String, String> settings = new HashMap<>(DistributedContract.TIGHT);
    settings.put("spark.flight.manager.zookeeper.url", connectString);
    settings.put("spark.flight.manager.zookeeper.membershipPath", path);
    ConfigSource source = ConfigSource.of(settings);
    ZooKeeperCluster cluster = ZooKeeperCluster.start(ZooKeeperConfig.from(source));
    return new EnsembleServer(
        new ManagerFixture(
            () ->
                ExchangeManager.start(
                    ManagerConfig.from(source), ExchangeConfig.from(source), cluster)),
        cluster);
  }

  CuratorFramework client() {
    return cluster.client();
  }

  /** Its hold on the session of the moment. */
  ZooKeeper session() throws Exception {
    return client().getZookeeperClient().getZooKeeper();
  }

  List<Member> members() {
    return cluster.locator().members();
  }

  /** Whether it serves one of the statement's endpoints. */
  boolean serves(PublishedStatement statement) {
    return statement.endpoints().stream()
        .anyMatch(endpoint -> endpoint.locations().contains(fixture.location()));
  }

  @Override
  public void close() {
    fixture.close();
  }
}
