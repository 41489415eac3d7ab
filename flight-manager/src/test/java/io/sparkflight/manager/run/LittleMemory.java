package io.sparkflight.manager.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkflight.manager.Placement;
import io.sparkflight.manager.PublishedStatement;
import io.sparkflight.manager.ResultOptions;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/**
 * Two servers with a mebibyte for results each; whatever happens in a test, they never hold more,
 * on disk never more than they may, and after it nothing.
 */
public abstract class LittleMemory extends TwoServers {
  static final long MEMORY = 1 << 20;
  static final Duration READ_WITHIN = Duration.ofMinutes(2);

  @SuppressWarnings("NullAway.Init") // by watch
  PeakUsage peak;

  /** What either server may keep on disk. */
  abstract int quotaMebibytes();

  /** How long a result may lie unread. */
  abstract Duration idle();

  @Override
  Map<String, String> settings() {
    Map<String, String> settings = new HashMap<>(TIGHT);
    settings.put("spark.flight.batch.bytes", "256k");
    settings.put("spark.flight.exchange.spill-limit", quotaMebibytes() + "m");
    settings.put("spark.flight.exchange.spill-compression", "none"); // what is there can be counted
    settings.put("spark.flight.exchange.idle-timeout", "%ds".formatted(idle().toSeconds()));
    return settings;
  }

  @BeforeEach
  void watch() throws Exception {
    PublishedStatement first = publish(spark.range(0, 8, 1, 8).toDF()); // which takes longer
    assertThat(a.readNumbers(first).rows).isEqualTo(8);
    peak = closer.register("peak", new PeakUsage(a, b));
  }

  @AfterEach
  void heldLittleAndLeftNothing() {
    awaitNothingLeft();
    assertThat(peak.memory()).as("most memory at any moment").isBetween(1L, MEMORY);
    assertThat(peak.disk())
        .as("most disk at any moment")
        .isLessThanOrEqualTo((long) quotaMebibytes() << 20);
  }

  PublishedStatement publish(Dataset<Row> data) {
    return a.publish(data, Placement.DISTRIBUTED, ResultOptions.PLAIN);
  }

  /** Runs a statement that needs no Spark job, and reads it. */
  static void answer(ManagerFixture server) throws Exception {
    long begin = System.nanoTime();
    PublishedStatement small = server.publish(spark.sql("SELECT 5L AS id"), Placement.COLLECTED);
    assertThat(server.readNumbers(small).sum).isEqualTo(5);
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(TOLD_WITHIN);
  }

  static void awaitAll(Iterable<? extends Future<?>> reads) throws Exception {
    for (Future<?> read : reads) {
      awaitEnd(read);
    }
  }

  static void awaitEnd(Future<?> read) throws Exception {
    try {
      read.get(READ_WITHIN.toSeconds(), TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new AssertionError("the read did not end well", e);
    }
  }
}
