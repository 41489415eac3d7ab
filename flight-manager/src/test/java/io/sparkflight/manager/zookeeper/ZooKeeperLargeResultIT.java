package io.sparkflight.manager.zookeeper;

import io.sparkflight.manager.run.LargeResultContract;
import io.sparkflight.manager.run.ManagerFixture;
import java.util.Map;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A large result of two servers that meet in a real ZooKeeper. */
class ZooKeeperLargeResultIT extends LargeResultContract {
  @RegisterExtension static final ZooKeeperServers SERVERS = new ZooKeeperServers();

  @Override
  protected ManagerFixture server(SparkSession spark, Map<String, String> settings, TestInfo test) {
    return SERVERS.start(spark, settings, test);
  }
}
