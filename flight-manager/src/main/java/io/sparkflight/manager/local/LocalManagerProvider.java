package io.sparkflight.manager.local;

import io.sparkflight.config.ConfigKey;
import io.sparkflight.config.ConfigSource;
import io.sparkflight.manager.ManagerConfig;
import io.sparkflight.manager.SparkFlightManager;
import io.sparkflight.manager.SparkFlightManagerProvider;
import io.sparkflight.manager.exchange.ExchangeConfig;
import io.sparkflight.manager.run.ExchangeManager;
import java.util.List;
import org.apache.spark.sql.SparkSession;

/** Makes the manager of one process, which needs nothing beside it. */
public final class LocalManagerProvider implements SparkFlightManagerProvider {
  @Override
  public String name() {
    return "local";
  }

  @Override
  public List<ConfigKey<?>> settings() {
    return ExchangeConfig.KEYS;
  }

  @Override
  public void check(ConfigSource source) {
    var unused = ExchangeConfig.from(source);
  }

  @Override
  public SparkFlightManager start(SparkSession spark, ConfigSource source) {
    return ExchangeManager.start(
        ManagerConfig.from(source), ExchangeConfig.from(source), new LocalCluster());
  }
}
