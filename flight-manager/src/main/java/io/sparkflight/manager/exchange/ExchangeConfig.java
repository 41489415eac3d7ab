package io.sparkflight.manager.exchange;

import io.sparkflight.config.ConfigKey;
import io.sparkflight.config.ConfigSource;
import io.sparkflight.manager.Delivery;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How much of the results that nobody has read yet a server keeps, where, and for how long.
 *
 * @param memory bytes in memory, over all statements
 * @param statementMemory bytes in memory of one statement
 * @param spillLimit bytes on disk, over all statements
 * @param freeSpace bytes of that disk that are left to others
 * @param spillDirectory the folder of the spill files
 * @param spillCompression how they are packed there
 * @param delivery when rows may leave before their partition is committed
 * @param idleTimeout how long a result is kept while nobody reads it
 */
public record ExchangeConfig(
    long memory,
    long statementMemory,
    long spillLimit,
    long freeSpace,
    Path spillDirectory,
    FramePacking spillCompression,
    Delivery delivery,
    Duration idleTimeout) {

  public static final ConfigKey<Long> MEMORY =
      ConfigKey.bytes(
          "spark.flight.exchange.memory",
          "1m",
          "256m",
          "0.1.0",
          "Heap for batches that no client has read yet, over all statements of this server; at most three"
              + " quarters of the heap.");

  public static final ConfigKey<Long> STATEMENT_MEMORY =
      ConfigKey.bytes(
          "spark.flight.exchange.statement-memory",
          "1m",
          "64m",
          "0.1.0",
          "Heap for the unread batches of one statement; more goes to disk.");

  public static final ConfigKey<Long> SPILL_LIMIT =
      ConfigKey.bytes(
          "spark.flight.exchange.spill-limit",
          "0",
          "50g",
          "0.1.0",
          "Disk for the unread batches of all statements; beyond it a statement fails with"
              + " RESOURCE_EXHAUSTED.");

  public static final ConfigKey<Long> FREE_SPACE =
      ConfigKey.bytes(
          "spark.flight.exchange.free-space",
          "0",
          "1g",
          "0.1.0",
          "So much of the spill folder's disk is left free; a statement that would need it fails with"
              + " RESOURCE_EXHAUSTED.");

  public static final ConfigKey<Optional<String>> SPILL_DIRECTORY =
      ConfigKey.optionalText(
          "spark.flight.exchange.spill-directory",
          "0.1.0",
          "The folder of the encrypted spill files, which have no name there; unset, the system's folder"
              + " for temporary files.");

  public static final ConfigKey<FramePacking> SPILL_COMPRESSION =
      ConfigKey.choice(
          "spark.flight.exchange.spill-compression",
          FramePacking.class,
          FramePacking.LZ4,
          "0.1.0",
          "How batches on disk are packed before they are encrypted: by `lz4`, or not at all (`none`).");

  public static final ConfigKey<Delivery> DELIVERY =
      ConfigKey.choice(
          "spark.flight.delivery",
          Delivery.class,
          Delivery.ADAPTIVE,
          "0.1.0",
          "Whether a partition that exceeds the memory may start to leave before its task has"
              + " succeeded (`adaptive`), or nothing may (`committed`).");

  public static final ConfigKey<Duration> IDLE_TIMEOUT =
      ConfigKey.duration(
          "spark.flight.exchange.idle-timeout",
          "1s",
          "5min",
          "0.1.0",
          "A statement of which nobody reads any endpoint for this long is cancelled, and its batches"
              + " are freed. Waiting for rows counts as reading. Parts of an ingest that nobody renews are freed"
              + " after the same time.");

  /** Every key that this record reads. */
  public static final List<ConfigKey<?>> KEYS =
      List.of(
          MEMORY,
          STATEMENT_MEMORY,
          SPILL_LIMIT,
          FREE_SPACE,
          SPILL_DIRECTORY,
          SPILL_COMPRESSION,
          DELIVERY,
          IDLE_TIMEOUT);

  public static ExchangeConfig from(ConfigSource source) {
    return from(source, Runtime.getRuntime().maxMemory());
  }

  /**
   * The same for a process with so much heap: a server that promised more than it has would not
   * refuse one statement but die with all of them.
   */
  static ExchangeConfig from(ConfigSource source, long heap) {
    long memory = source.get(MEMORY);
    if (memory > heap / 4 * 3) {
      source.reject(
          "%s is %d MiB, more than three quarters of this process's heap of %d MiB: lower it, or give the"
                  .formatted(MEMORY.name(), memory >> 20, heap >> 20)
              + " process more (spark.driver.memory, or -Xmx)");
    }
    return new ExchangeConfig(
        memory,
        source.get(STATEMENT_MEMORY),
        source.get(SPILL_LIMIT),
        source.get(FREE_SPACE),
        Path.of(source.get(SPILL_DIRECTORY).orElse(System.getProperty("java.io.tmpdir"))),
        source.get(SPILL_COMPRESSION),
        source.get(DELIVERY),
        source.get(IDLE_TIMEOUT));
  }

  /** How often somebody has to look whether results are still read. */
  public Duration watchPeriod() {
    return Duration.ofMillis(Math.max(100, idleTimeout.toMillis() / 4));
  }
}
