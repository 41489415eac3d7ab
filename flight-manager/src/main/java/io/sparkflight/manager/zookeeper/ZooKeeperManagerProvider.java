package io.sparkflight.manager.zookeeper;

import io.sparkflight.config.ConfigKey;
import io.sparkflight.config.ConfigSource;
import io.sparkflight.error.ErrorKind;
import io.sparkflight.error.FlightFailure;
import io.sparkflight.manager.ManagerConfig;
import io.sparkflight.manager.SparkFlightManager;
import io.sparkflight.manager.SparkFlightManagerProvider;
import io.sparkflight.manager.exchange.ExchangeConfig;
import io.sparkflight.manager.run.ExchangeManager;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;

/** Makes the manager of servers that find each other through ZooKeeper. */
public final class ZooKeeperManagerProvider implements SparkFlightManagerProvider {
  @Override
  public String name() {
    return "zookeeper";
  }

  @Override
  public List<ConfigKey<?>> settings() {
    return Stream.of(ExchangeConfig.KEYS, ZooKeeperConfig.KEYS)
        .<ConfigKey<?>>flatMap(List::stream)
        .toList();
  }

  @Override
  public void check(ConfigSource source) {
    var unused = ExchangeConfig.from(source);
  }

  @Override
  public SparkFlightManager start(SparkSession spark, ConfigSource source) {
    ManagerConfig config = ManagerConfig.from(source);
    if (config.secret().isEmpty()) {
      throw new FlightFailure(
          ErrorKind.INVALID,
          "Cannot join other servers: %s is not set, so they could not trust each other. Give all servers"
                  .formatted(ManagerConfig.SECRET.name())
              + " the same one.");
    }
    return ExchangeManager.start(
        config, ExchangeConfig.from(source), ZooKeeperCluster.start(ZooKeeperConfig.from(source)));
  }
}
