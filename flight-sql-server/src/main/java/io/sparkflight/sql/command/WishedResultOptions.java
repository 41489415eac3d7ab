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

/**
 * How a call wants its result, which it says by headers, or its session by {@code SET}; else as the
 * server was told.
 */
final class WishedResultOptions {
  private WishedResultOptions() {}

  static ResultOptions of(Caller caller, ResultOptions defaults) {
    Map<String, String> chosen = chosen(caller);
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
              source.or(ResultOptions.COMPRESSION, defaults.compression()),
              source.or(ResultOptions.STREAMS, defaults.streams()));
      source.verify(ResultOptions.KEYS);
      return options;
    } catch (ConfigException e) {
      throw new FlightFailure(
          ErrorKind.INVALID,
          "Cannot run the statement with the settings of this session, or with the headers of this call: %s. SET another value, or RESET it, or send another header."
              .formatted(String.join("; ", e.problems())),
          e);
    }
  }

  /** A header counts more than the session. */
  private static Map<String, String> chosen(Caller caller) {
    RuntimeConfig session = caller.session().spark().conf();
    Map<String, String> chosen = new HashMap<>();
    for (ConfigKey<?> key : ResultOptions.KEYS) {
      Option<String> value = session.getOption(key.name());
      if (value.isDefined()) {
        chosen.put(key.name(), value.get());
      }
    }
    chosen.putAll(caller.wishes());
    return chosen;
  }
}
