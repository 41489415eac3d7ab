package io.sparkflight.manager;

import io.sparkflight.config.ConfigKey;
import io.sparkflight.config.ConfigSource;
import java.util.List;
import org.apache.spark.sql.SparkSession;

/** Makes a manager. Found by {@link java.util.ServiceLoader}, chosen by {@link #name}. */
public interface SparkFlightManagerProvider {

  /** The value of {@code spark.flight.manager} that chooses this provider. */
  String name();

  /** The settings that this provider adds to the common ones. */
  List<ConfigKey<?>> settings();

  /**
   * Notes in the source, by {@link ConfigSource#reject}, what this provider's settings have wrong
   * together; a server calls it before anything starts. What is wrong with one alone is known.
   */
  default void check(ConfigSource source) {}

  /**
   * Starts a manager, or fails and leaves nothing behind.
   *
   * @param spark the session whose application the executors belong to
   * @param source the settings; the provider reads its own and must not verify them
   */
  SparkFlightManager start(SparkSession spark, ConfigSource source);
}
