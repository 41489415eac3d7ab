package io.sparkflight.sql;

import java.util.HashMap;
import java.util.Map;
import org.apache.arrow.memory.RootAllocator;
import org.apache.spark.SparkContext;
import org.apache.spark.api.plugin.DriverPlugin;
import org.apache.spark.api.plugin.ExecutorPlugin;
import org.apache.spark.api.plugin.PluginContext;
import org.apache.spark.api.plugin.SparkPlugin;
import org.apache.spark.sql.sparkflight.SqlBridge;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a server inside any Spark application, for as long as the application lives: {@code
 * spark.plugins=io.sparkflight.sql.FlightSqlPlugin}. Clients see the application's tables, cached
 * ones included. An application whose server cannot start does not start either.
 */
public final class FlightSqlPlugin implements SparkPlugin {
  private static final Logger LOG = LoggerFactory.getLogger(FlightSqlPlugin.class);

  @Override
  public DriverPlugin driverPlugin() {
    return new Driver();
  }

  /** Executors push rows with the bundle's classes and need no part of their own. */
  @Override
  public @Nullable ExecutorPlugin executorPlugin() {
    return null;
  }

  private static final class Driver implements DriverPlugin {
    private @Nullable SparkContext context;
    private @Nullable SparkFlightSqlServer server;

    @Override
    public Map<String, String> init(SparkContext starting, PluginContext plugin) {
      context = starting;
      return Map.of();
    }

    /** Spark calls this last, when its scheduler can already run jobs. */
    @Override
    public void registerMetrics(String applicationId, PluginContext plugin) {
      SparkContext started = context;
      if (started == null) {
        throw new IllegalStateException("Spark did not initialise the plugin");
      }
      Map<String, String> conf = new HashMap<>();
      for (var setting : started.getConf().getAll()) {
        conf.put(setting._1(), setting._2());
      }
      server =
          SparkFlightSqlServer.start(() -> SqlBridge.session(started), conf, new RootAllocator());
      LOG.info("Flight SQL clients of {} connect to {}", applicationId, server.uri());
    }

    @Override
    public void shutdown() {
      if (server != null) {
        server.close();
      }
    }
  }
}
