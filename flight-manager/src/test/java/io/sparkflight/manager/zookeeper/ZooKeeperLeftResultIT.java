package io.sparkflight.manager.zookeeper;

import io.sparkflight.manager.run.LeftResultContract;
import io.sparkflight.manager.run.ManagerFixture;
import java.util.Map;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Results that readers of two servers leave, which meet in a real ZooKeeper. */
class ZooKeeperLeftResultIT extends LeftResultContract {
  @RegisterExtension static final ZooKeeperServers SERVERS = new ZooKeeperServers();

  @Override
  protected ManagerFixture server(SparkSession spark, Map<String, String> settings, TestInfo test) {
    return SERVERS.start(spark, settings, test);
  }
}
