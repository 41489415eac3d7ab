package io.sparkflight.manager;

import io.sparkflight.arrow.Compression;
import io.sparkflight.config.ConfigKey;
import io.sparkflight.config.ConfigSource;
import java.time.Duration;
import java.util.List;

/**
 * How a result is handed out. The server has defaults; a session may choose for itself.
 *
 * @param retention how long every endpoint can be read again; zero if once
 * @param locations where clients are sent for the endpoints
 * @param order how a globally ordered result is spread
 * @param compression how its batches are packed
 * @param streams in how many shares each server hands out what it keeps, if it can be read again
 */
public record ResultOptions(
    Duration retention, Locations locations, Order order, Compression compression, int streams) {

  /** Where clients are sent for the endpoints of a result. */
  public enum Locations {
    /** To the server that keeps the rows. */
    DIRECT,
    /** To the server that was asked, which forwards the others' rows. */
    PROXIED
  }

  /** How a globally ordered result is spread. */
  public enum Order {
    /** Not at all: one endpoint has all rows in order. */
    SINGLE,
    /** Each server has a range; the ranges are in the order of the endpoints. */
    RANGES
  }

  /** Read once, from where the rows are, in one piece if they have an order. */
  public static final ResultOptions PLAIN =
      new ResultOptions(Duration.ZERO, Locations.DIRECT, Order.SINGLE, Compression.NONE, 1);

  public static final ConfigKey<Duration> RETENTION =
      ConfigKey.duration(
          "spark.flight.result.retention",
          "0s",
          "0s",
          "0.1.0",
          "How long a result can be read again, by the same tickets, after it was asked for or renewed;"
              + " `0s`: once. Sessions may set it.");

  public static final ConfigKey<Locations> LOCATIONS =
      ConfigKey.choice(
          "spark.flight.result.locations",
          Locations.class,
          Locations.DIRECT,
          "0.1.0",
          "Where clients fetch the parts of a result: from each server that keeps one (`direct`), or all"
              + " from the server that they asked, which forwards (`proxied`). Sessions may set it.");

  public static final ConfigKey<Order> ORDER =
      ConfigKey.choice(
          "spark.flight.result.order",
          Order.class,
          Order.SINGLE,
          "0.1.0",
          "How a result with a global order leaves: through one endpoint (`single`), or through all"
              + " servers in consecutive ranges, for clients that read the endpoints in their order"
              + " (`ranges`). Sessions may set it.");

  public static final ConfigKey<Compression> COMPRESSION =
      ConfigKey.choice(
          "spark.flight.result.compression",
          Compression.class,
          Compression.NONE,
          "0.1.0",
          "How batches are packed: not at all (`none`), or by `lz4` or `zstd`, for clients behind a slow"
              + " network that can unpack them: the JDBC driver cannot. Sessions may set it.");

  public static final ConfigKey<Integer> STREAMS =
      ConfigKey.integer(
          "spark.flight.result.streams",
          1,
          64,
          1,
          "0.1.0",
          "In how many endpoints each server hands out what it keeps of a result without order, for a"
              + " client that reads them at once. More than one only of results that can be read again"
              + " (spark.flight.result.retention). Sessions may set it.");

  /** Every key that this record reads. */
  public static final List<ConfigKey<?>> KEYS =
      List.of(RETENTION, LOCATIONS, ORDER, COMPRESSION, STREAMS);

  public static ResultOptions from(ConfigSource source) {
    return new ResultOptions(
        source.get(RETENTION),
        source.get(LOCATIONS),
        source.get(ORDER),
        source.get(COMPRESSION),
        source.get(STREAMS));
  }

  /**
   * Whether each server hands out several shares. Frames that are read once leave to whoever asks,
   * so that only those that stay have the order that shares need.
   */
  public boolean inShares() {
    return streams > 1 && !retention.isZero();
  }
}
