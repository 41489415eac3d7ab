package io.sparkflight.manager.local;

import io.sparkflight.config.ConfigSource;
import io.sparkflight.manager.ManagerConfig;
import io.sparkflight.manager.exchange.ExchangeConfig;
import io.sparkflight.manager.run.DistributedContract;
import io.sparkflight.manager.run.ExchangeManager;
import io.sparkflight.manager.run.ManagerFixture;
import java.util.Map;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.TestInfo;

/** Two servers that meet in memory. */
class LocalDistributedIT extends DistributedContract {
  private final LocalCluster cluster = new LocalCluster();

  @Override
  protected ManagerFixture server(SparkSession spark, Map<String, String> settings, TestInfo test) {
    ConfigSource source = ConfigSource.of(settings);
    return new ManagerFixture(
        () ->
            ExchangeManager.start(
                ManagerConfig.from(source), ExchangeConfig.from(source), cluster.peer()));
  }
}
