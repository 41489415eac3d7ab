package io.sparkflight.manager;

import io.sparkflight.arrow.BatchLimits;
import io.sparkflight.config.ConfigKey;
import io.sparkflight.config.ConfigSource;
import java.util.List;
import java.util.Optional;

/**
 * Which manager runs, how it spreads results, and where its internal server listens.
 *
 * @param manager the name of the provider
 * @param distribute which results are spread over all servers
 * @param inlineMaxRows the most rows that the driver collects by itself
 * @param inlineMaxScan the most rows of a cached table that the driver looks at without a job
 * @param internalHost the address that the internal server binds and tells executors
 * @param internalPort its port; 0 for any
 * @param advertisedInternalPort the port that executors and other servers are told; 0 for its own
 * @param secret what the servers of one cluster share to sign tickets, tokens and push rights
 * @param batch how large a record batch gets
 * @param maxRunning how many Spark actions run at a time
 * @param maxWaiting how many statements may wait for their turn
 * @param result how results are handed out, unless a session wants it otherwise
 */
public record ManagerConfig(
    String manager,
    DistributeMode distribute,
    int inlineMaxRows,
    int inlineMaxScan,
    String internalHost,
    int internalPort,
    int advertisedInternalPort,
    Optional<String> secret,
    BatchLimits batch,
    int maxRunning,
    int maxWaiting,
    ResultOptions result) {

  public static final ConfigKey<String> MANAGER =
      ConfigKey.text(
          "spark.flight.manager",
          "local",
          "0.1.0",
          "How servers find each other: `local` (one process), `zookeeper`, or the name of a provider"
              + " on the class path.");

  public static final ConfigKey<DistributeMode> DISTRIBUTE =
      ConfigKey.choice(
          "spark.flight.distribute",
          DistributeMode.class,
          DistributeMode.AUTO,
          "0.1.0",
          "Which results are spread over all servers: those not known to be small (`auto`), all"
              + " (`always`), none (`never`). A result with a global order has one"
              + " endpoint, unless spark.flight.result.order says otherwise.");

  public static final ConfigKey<Integer> INLINE_MAX_ROWS =
      ConfigKey.integer(
          "spark.flight.inline.max-rows",
          0,
          1_000_000,
          1_000,
          "0.1.0",
          "A result that cannot have more rows than this is collected by the driver and never"
              + " distributed in mode `auto`.");

  public static final ConfigKey<Integer> INLINE_MAX_SCAN =
      ConfigKey.integer(
          "spark.flight.inline.max-scan-rows",
          0,
          1_000_000,
          65_536,
          "0.1.0",
          "A query that only filters and computes rows of a cached table is answered by the driver,"
              + " without a Spark job, if its own process has the table in memory, and no more rows"
              + " than this are left to look at after the statistics of the cached batches; 0: never."
              + " Not in mode `always`.");

  public static final ConfigKey<String> INTERNAL_HOST =
      ConfigKey.text(
          "spark.flight.internal.host",
          "127.0.0.1",
          "0.1.0",
          "The address on which executors and other servers reach this server's internal port.");

  public static final ConfigKey<Integer> INTERNAL_PORT =
      ConfigKey.port(
          "spark.flight.internal.port", 0, "0.1.0", "The internal port; 0 takes any free one.");

  public static final ConfigKey<Integer> ADVERTISED_INTERNAL_PORT =
      ConfigKey.port(
          "spark.flight.internal.advertised-port",
          0,
          "0.1.0",
          "The port by which executors and other servers reach the internal port, if something between"
              + " them maps it to another; 0, the port that it binds.");

  public static final ConfigKey<Optional<String>> SECRET =
      ConfigKey.secret(
          "spark.flight.cluster.secret",
          "0.1.0",
          "What all servers of a cluster share to sign tickets, tokens and the right to push; at least"
              + " 16 characters. Needed by `zookeeper`; `local` makes one up.");

  public static final ConfigKey<Long> BATCH_BYTES =
      ConfigKey.bytes(
          "spark.flight.batch.bytes",
          "1k",
          "4m",
          "0.1.0",
          "The size at which a record batch is closed. Many clients refuse messages above 16m.");

  public static final ConfigKey<Integer> BATCH_ROWS =
      ConfigKey.integer(
          "spark.flight.batch.rows",
          1,
          16_777_216,
          131_072,
          "0.1.0",
          "The number of rows at which a record batch is closed.");

  public static final ConfigKey<Integer> MAX_RUNNING =
      ConfigKey.integer(
          "spark.flight.statements.max-running",
          1,
          10_000,
          64,
          "0.1.0",
          "How many statements of this server may run in Spark at a time; others wait, the users by"
              + " turns.");

  public static final ConfigKey<Integer> MAX_WAITING =
      ConfigKey.integer(
          "spark.flight.statements.max-waiting",
          0,
          1_000_000,
          1_000,
          "0.1.0",
          "How many statements may wait for their turn; one more is refused with RESOURCE_EXHAUSTED.");

  /** Every key that this record reads. */
  public static final List<ConfigKey<?>> KEYS =
      List.of(
          MANAGER,
          DISTRIBUTE,
          INLINE_MAX_ROWS,
          INLINE_MAX_SCAN,
          INTERNAL_HOST,
          INTERNAL_PORT,
          ADVERTISED_INTERNAL_PORT,
          SECRET,
          BATCH_BYTES,
          BATCH_ROWS,
          MAX_RUNNING,
          MAX_WAITING);

  private static final int LEAST_SECRET = 16;

  public static ManagerConfig from(ConfigSource source) {
    Optional<String> secret = source.get(SECRET);
    if (secret.isPresent() && secret.get().length() < LEAST_SECRET) {
      source.reject("%s is shorter than %d characters".formatted(SECRET.name(), LEAST_SECRET));
    }
    return new ManagerConfig(
        source.get(MANAGER),
        source.get(DISTRIBUTE),
        source.get(INLINE_MAX_ROWS),
        source.get(INLINE_MAX_SCAN),
        source.get(INTERNAL_HOST),
        source.get(INTERNAL_PORT),
        source.get(ADVERTISED_INTERNAL_PORT),
        secret,
        new BatchLimits(source.get(BATCH_BYTES), source.get(BATCH_ROWS)),
        source.get(MAX_RUNNING),
        source.get(MAX_WAITING),
        ResultOptions.from(source));
  }
}
