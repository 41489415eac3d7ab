package io.sparkflight.sql.command;

import io.sparkflight.config.ConfigException;
import io.sparkflight.config.ConfigKey;
import io.sparkflight.config.ConfigSource;
import io.sparkflight.error.ErrorKind;
import io.sparkflight.error.FlightFailure;
import io.sparkflight.manager.ResultOptions;
import java.util.HashMap;
import java.util.Map;
import org.apache.spark.sql.RuntimeConfig;
import scala.Option;

/** How a session wants its results, which it says by {@code SET}; else as the server was told. */
final class SessionResultOptions {
  private SessionResultOptions() {}

  static ResultOptions of(RuntimeConfig session, ResultOptions defaults) {
    Map<String, String> chosen = new HashMap<>();
    for (ConfigKey<?> key : ResultOptions.KEYS) {
      Option<String> value = session.getOption(key.name());
      if (value.isDefined()) {
        chosen.put(key.name(), value.get());
      }
    }
    if (chosen.isEmpty()) {
      return defaults;
    }
    try {
      ConfigSource source = ConfigSource.of(chosen);
      ResultOptions options =
          new ResultOptions(
              source.or(ResultOptions.RETENTION, defaults.retention()),
              source.or(ResultOptions.LOCATIONS, defaults.locations()),
              source.or(ResultOptions.ORDER, defaults.order()),
              source.or(ResultOptions.COMPRESSION, defaults.compression()));
      source.verify(ResultOptions.KEYS);
      return options;
    } catch (ConfigException e) {
      throw new FlightFailure(
          ErrorKind.INVALID,
          "Cannot run the statement with the settings of this session: %s. SET another value, or RESET it."
              .formatted(String.join("; ", e.problems())),
          e);
    }
  }
}
