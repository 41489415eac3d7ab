package io.sparkflight.manager.zookeeper;

import io.sparkflight.manager.run.ManagerFixture;
import io.sparkflight.manager.run.ResultLifeContract;
import java.util.Map;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.RegisterExtension;

/** How long results stay on two servers that meet in a real ZooKeeper. */
class ZooKeeperResultLifeIT extends ResultLifeContract {
  @RegisterExtension static final ZooKeeperServers SERVERS = new ZooKeeperServers();

  @Override
  protected ManagerFixture server(SparkSession spark, Map<String, String> settings, TestInfo test) {
    return SERVERS.start(spark, settings, test);
  }
}
