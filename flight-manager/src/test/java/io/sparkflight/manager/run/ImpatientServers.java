package io.sparkflight.manager.run;

import io.sparkflight.manager.Placement;
import io.sparkflight.manager.PublishedStatement;
import io.sparkflight.manager.ResultOptions;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Two servers that keep little, and wait two seconds for a reader. */
public abstract class ImpatientServers extends TwoServers {
  static final long ROWS = 200_000;

  static final int PARTITIONS = 8;

  private static final Duration IDLE = Duration.ofSeconds(2);

  @Override
  Map<String, String> settings() {
    Map<String, String> settings = new HashMap<>(TIGHT);
    settings.put("spark.flight.exchange.idle-timeout", "%ds".formatted(IDLE.toSeconds()));
    return settings;
  }

  PublishedStatement publish(Dataset<Row> data) {
    return publish(data, ResultOptions.PLAIN);
  }

  PublishedStatement publish(Dataset<Row> data, ResultOptions options) {
    return a.publish(data, Placement.DISTRIBUTED, options);
  }

  static String gate() {
    return "readers " + UUID.randomUUID();
  }
}
