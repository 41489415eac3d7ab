package io.sparkflight.manager.zookeeper;

import io.sparkflight.manager.run.ManagerFixture;
import java.util.HashMap;
import java.util.Map;
import org.apache.curator.test.TestingServer;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A real ZooKeeper for a test class, and servers that meet in it: those of one test, each time. */
final class ZooKeeperServers implements BeforeAllCallback, AfterAllCallback {
  @SuppressWarnings("NullAway.Init") // by beforeAll
  private TestingServer zooKeeper;

  @Override
  public void beforeAll(ExtensionContext context) throws Exception {
    zooKeeper = new TestingServer(true);
  }

  @Override
  public void afterAll(ExtensionContext context) throws Exception {
    zooKeeper.close();
  }

  ManagerFixture start(SparkSession spark, Map<String, String> settings, TestInfo test) {
    Map<String, String> all = new HashMap<>(settings);
    all.put("spark.flight.manager", "zookeeper");
    all.put("spark.flight.manager.zookeeper.url", zooKeeper.getConnectString());
    all.put(
        "spark.flight.manager.zookeeper.membershipPath",
        "/" + test.getTestMethod().orElseThrow().getName());
    return new ManagerFixture(spark, all);
  }
}
