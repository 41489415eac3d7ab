package io.sparkflight.faults;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sparkflight.lifecycle.Threads;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Runs each fault as often as {@code -Dfaults.runs} says, and keeps the account of what readers
 * got; prints it at the end and writes it to {@code target/faults}. A single run is repeated by
 * {@code -Dfaults.seed} with the seed that its failure names.
 */
final class FaultTable implements AfterAllCallback {
  /** How often each fault is provoked. */
  static final int RUNS = Integer.getInteger("faults.runs", 1);

  /** The seed of the first run of each fault. */
  static final long SEED =
      Long.getLong("faults.seed", System.currentTimeMillis() % 1_000_000 * 1_000);

  /** Longer than any time-out of the servers, and than the start of one of them. */
  private static final Duration LIMIT = Duration.ofSeconds(150);

  private static final Duration CLEAN_AFTER = Duration.ofSeconds(90);

  private final String name;
  private final Bench bench;
  private final Map<String, Row> rows = new LinkedHashMap<>();

  /** What a table needs of the cluster that it is about. */
  interface Bench {
    /** What is left of statements that have ended; empty if nothing is. */
    String remains() throws Exception;

    /** Keeps what may tell why a run did not end. */
    void dump(Path folder) throws Exception;
  }

  /** One run of a fault, with the chances that its seed gives it. */
  interface Run {
    Outcome with(Random chance) throws Exception;
  }

  FaultTable(String name, Bench bench) {
    this.name = name;
    this.bench = bench;
  }

  /** Runs a fault that a reader must not notice. */
  void exactly(String id, String fault, Run run) throws Exception {
    safely(id, fault, run);
    assertThat(row(id, fault).count(Ending.ERROR)).as("errors of %s", id).isZero();
  }

  /** Runs a fault after which a reader has exact rows or an error. */
  void safely(String id, String fault, Run run) throws Exception {
    for (int i = 0; i < RUNS; i++) {
      long seed = SEED + i;
      System.out.printf("%s run %d of %d, -Dfaults.seed=%d: %s%n", id, i + 1, RUNS, seed, fault);
      long begin = System.nanoTime();
      Outcome outcome = limited(() -> run.with(new Random(seed)));
      note(id, fault, outcome, Duration.ofNanos(System.nanoTime() - begin));
    }
    row(id, fault).assertSafe(id);
  }

  /** Notes what another fault came to in the course of a run. */
  void note(String id, String fault, Outcome outcome, Duration time) {
    System.out.printf(
        "%s %s after %.1f s %s%n", id, outcome.ending(), seconds(time), outcome.why());
    row(id, fault).add(outcome, time);
  }

  private Outcome limited(Callable<Outcome> run) throws Exception {
    ExecutorService thread = Threads.pool("fault");
    try {
      Future<Outcome> outcome = thread.submit(run);
      try {
        return clean(outcome.get(LIMIT.toSeconds(), TimeUnit.SECONDS));
      } catch (TimeoutException e) {
        bench.dump(folder());
        return Outcome.hang("no end after " + LIMIT);
      } catch (ExecutionException e) {
        if (e.getCause() instanceof ConditionTimeoutException never) {
          bench.dump(folder());
          return Outcome.hang(String.valueOf(never.getMessage()));
        }
        throw e.getCause() instanceof Exception cause ? cause : e;
      }
    } finally {
      Threads.stop(thread);
    }
  }

  private Outcome clean(Outcome outcome) throws Exception {
    try {
      await("nothing of the run stays on a server")
          .atMost(CLEAN_AFTER)
          .pollInterval(Duration.ofSeconds(1)) // each look costs every server a full collection
          .until(() -> bench.remains().isEmpty());
      return outcome;
    } catch (ConditionTimeoutException e) {
      if (outcome.ending() == Ending.WRONG) {
        return outcome; // the worse of the two
      }
      bench.dump(folder());
      return new Outcome(Ending.LEAK, bench.remains() + " after " + outcome);
    }
  }

  private Row row(String id, String fault) {
    return rows.computeIfAbsent(id, unused -> new Row(fault));
  }

  @Override
  public void afterAll(ExtensionContext context) throws IOException {
    StringBuilder table =
        new StringBuilder(
            "faults of %s: seeds from %d, %d run%s each%n"
                .formatted(name, SEED, RUNS, RUNS == 1 ? "" : "s"));
    table.append(
        "%-4s %-46s %4s %5s %5s %5s %4s %4s %7s%n"
            .formatted(
                "id", "fault", "runs", "exact", "error", "wrong", "hang", "leak", "slowest"));
    rows.forEach((id, row) -> table.append(row.line(id)));
    System.out.print(table);
    rows.forEach((id, row) -> table.append(row.told(id)));
    Files.writeString(folder().resolve(name + ".txt"), table, UTF_8);
  }

  private static Path folder() throws IOException {
    return Files.createDirectories(Path.of("target", "faults"));
  }

  private static double seconds(Duration time) {
    return time.toMillis() / 1000.0;
  }

  /** The account of one fault. */
  private static final class Row {
    private final String fault;
    private final Map<Ending, Integer> endings = new EnumMap<>(Ending.class);
    private final Map<String, Integer> told = new TreeMap<>();
    private Duration slowest = Duration.ZERO;

    Row(String fault) {
      this.fault = fault;
    }

    void add(Outcome outcome, Duration time) {
      endings.merge(outcome.ending(), 1, Integer::sum);
      if (!outcome.why().isEmpty()) {
        told.merge(outcome.ending() + ": " + outcome.why(), 1, Integer::sum);
      }
      slowest = time.compareTo(slowest) > 0 ? time : slowest;
    }

    int count(Ending ending) {
      return endings.getOrDefault(ending, 0);
    }

    void assertSafe(String id) {
      assertThat(count(Ending.WRONG) + count(Ending.HANG) + count(Ending.LEAK))
          .as("runs of %s that ended badly: %s", id, told)
          .isZero();
    }

    String line(String id) {
      return "%-4s %-46s %4d %5d %5d %5d %4d %4d %5.1f s%n"
          .formatted(
              id,
              fault,
              endings.values().stream().mapToInt(Integer::intValue).sum(),
              count(Ending.EXACT),
              count(Ending.ERROR),
              count(Ending.WRONG),
              count(Ending.HANG),
              count(Ending.LEAK),
              seconds(slowest));
    }

    String told(String id) {
      StringBuilder text = new StringBuilder();
      told.forEach((what, times) -> text.append("%n%s %d × %s".formatted(id, times, what)));
      return text.toString();
    }
  }
}
