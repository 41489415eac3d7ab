package io.sparkflight.manager.zookeeper;

import io.sparkflight.manager.run.DistributedContract;
import io.sparkflight.manager.run.ManagerFixture;
import java.util.HashMap;
import java.util.Map;
import org.apache.curator.test.TestingServer;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInfo;

/** Two servers that meet in a real ZooKeeper. */
class ZooKeeperDistributedIT extends DistributedContract {
  private static TestingServer zooKeeper;

  @BeforeAll
  static void startZooKeeper() throws Exception {
    zooKeeper = new TestingServer(true);
  }

  @AfterAll
  static void stopZooKeeper() throws Exception {
    zooKeeper.close();
  }

  @Override
  protected ManagerFixture server(SparkSession spark, TestInfo test) {
    Map<String, String> settings = new HashMap<>(TIGHT);
    settings.put("spark.flight.manager", "zookeeper");
    settings.put("spark.flight.manager.zookeeper.url", zooKeeper.getConnectString());
    settings.put(
        "spark.flight.manager.zookeeper.membershipPath",
        "/" + test.getTestMethod().orElseThrow().getName());
    return new ManagerFixture(spark, settings);
  }
}
