package io.sparkflight.sql.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.config.Configuration;
import org.apache.logging.log4j.core.config.Configurator;
import org.jspecify.annotations.Nullable;

/**
 * What Spark says in the log of this process. While a command itself uses Spark it is quiet: what
 * fails there is told in a sentence, and Spark would tell it with a stack trace for each task.
 */
final class SparkLog implements AutoCloseable {
  private static final String[] NAMES = {"org.apache.spark", "org.apache.parquet"};

  private final Map<String, @Nullable Level> before = new LinkedHashMap<>();

  private SparkLog() {}

  /** Quiet until it is closed. */
  static SparkLog quiet() {
    SparkLog log = new SparkLog();
    Configuration configuration = LoggerContext.getContext(false).getConfiguration();
    for (String name : NAMES) {
      log.before.put(name, configuration.getLoggers().get(name) == null ? null : level(name));
      Configurator.setLevel(name, Level.OFF);
    }
    return log;
  }

  /** For good: Spark tells of every task that it loses on the way to the end. */
  static void silence() {
    Configurator.setRootLevel(Level.OFF);
    Configurator.setLevel("io.sparkflight.error", Level.OFF); // would tell of the same tasks
  }

  private static Level level(String name) {
    return LoggerContext.getContext(false).getLogger(name).getLevel();
  }

  /** A level that was not set is that of the root again, whatever that is by now. */
  @Override
  public void close() {
    before.forEach(Configurator::setLevel);
  }
}
