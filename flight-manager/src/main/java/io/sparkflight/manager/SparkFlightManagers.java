package io.sparkflight.manager;

import io.sparkflight.config.ConfigKey;
import io.sparkflight.config.ConfigSource;
import io.sparkflight.error.ErrorKind;
import io.sparkflight.error.FlightFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import org.apache.spark.sql.SparkSession;

/** Starts the manager that {@code spark.flight.manager} names, out of those on the class path. */
public final class SparkFlightManagers {
  private SparkFlightManagers() {}

  /**
   * Starts it.
   *
   * @throws FlightFailure if there is none of that name
   */
  public static SparkFlightManager start(SparkSession spark, ConfigSource source) {
    String wanted = source.get(ManagerConfig.MANAGER);
    return providers().stream()
        .filter(provider -> provider.name().equals(wanted))
        .findFirst()
        .orElseThrow(() -> unknown(wanted))
        .start(spark, source);
  }

  /** Reads every setting of this module and notes in the source what is wrong with them. */
  public static void check(ConfigSource source) {
    ManagerConfig config = ManagerConfig.from(source);
    settings().forEach(source::get);
    providers().stream()
        .filter(provider -> provider.name().equals(config.manager()))
        .forEach(provider -> provider.check(source));
  }

  /** The keys of this module: the common ones and those of every provider. */
  public static List<ConfigKey<?>> settings() {
    List<ConfigKey<?>> keys = new ArrayList<>(ManagerConfig.KEYS);
    keys.addAll(ResultOptions.KEYS);
    providers().forEach(provider -> keys.addAll(provider.settings()));
    return keys.stream().distinct().toList();
  }

  private static List<SparkFlightManagerProvider> providers() {
    return ServiceLoader.load(
            SparkFlightManagerProvider.class, SparkFlightManagerProvider.class.getClassLoader())
        .stream()
        .map(ServiceLoader.Provider::get)
        .toList();
  }

  private static FlightFailure unknown(String wanted) {
    return new FlightFailure(
        ErrorKind.INVALID,
        "Cannot start the manager '%s': there is none of that name. Set %s to one of %s."
            .formatted(
                wanted,
                ManagerConfig.MANAGER.name(),
                String.join(
                    ", ", providers().stream().map(SparkFlightManagerProvider::name).toList())));
  }
}
