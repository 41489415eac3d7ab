package io.sparkflight.manager.run;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.sparkflight.error.FlightFailure;
import io.sparkflight.manager.Member;
import io.sparkflight.manager.Outcome;
import io.sparkflight.manager.StatementHandle;
import io.sparkflight.manager.exchange.StatementFailures;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The statements of this server that have no outcome yet, and what can end them. Thread-safe. */
final class RunningStatements {
  private static final Logger LOG = LoggerFactory.getLogger(RunningStatements.class);
  private static final Duration LONGEST_END = Duration.ofSeconds(3);

  /** So many that have failed, for those who ask how far they are. */
  private static final int REMEMBERED = 1_000;

  private final ExecutorService pool;
  private final Map<StatementHandle, Running> running = new ConcurrentHashMap<>();
  private final Map<StatementHandle, Failure> failures =
      Collections.synchronizedMap(
          new LinkedHashMap<>() {
            @Override
            protected boolean removeEldestEntry(Map.Entry<StatementHandle, Failure> eldest) {
              return size() > REMEMBERED;
            }
          });

  RunningStatements(ExecutorService pool) {
    this.pool = pool;
  }

  private record Running(String owner, StatementRun run) {}

  /** What is left of one that has failed. */
  private record Failure(String owner, Outcome.Failed outcome) {}

  void add(String owner, StatementRun run) {
    running.put(run.statement(), new Running(owner, run));
  }

  void remove(StatementHandle statement) {
    Running ended = running.get(statement);
    if (ended != null
        && ended.run().awaitOutcome(Duration.ZERO) instanceof Outcome.Failed outcome) {
      failures.put(statement, new Failure(ended.owner(), outcome)); // before nobody knows it
    }
    running.remove(statement);
  }

  boolean isEmpty() {
    return running.isEmpty();
  }

  void clear() {
    running.clear();
  }

  /**
   * Ends a statement because its owner wants it to end.
   *
   * @return whether it has failed, by this or before; not so if it does not run, or is complete
   *     already: then its rows are to be freed
   */
  boolean cancel(StatementHandle statement, String user) {
    Running found = running.get(statement);
    if (found == null) {
      return false;
    }
    if (!found.owner().equals(user)) {
      throw StatementFailures.ofAnother(statement);
    }
    found.run().fail(StatementFailures.cancelled(statement));
    return found.run().awaitOutcome(Duration.ZERO) instanceof Outcome.Failed;
  }

  /**
   * Tells how far a statement is, after waiting at most so long for its end; nothing if it has
   * ended, or is unknown: then its readers learn more.
   *
   * @throws FlightFailure what it failed with
   */
  OptionalDouble progress(StatementHandle statement, String user, Duration patience) {
    Running found = running.get(statement);
    if (found == null) {
      refuseFailed(statement, user);
      return OptionalDouble.empty();
    }
    if (!found.owner().equals(user)) {
      throw StatementFailures.ofAnother(statement);
    }
    Outcome outcome = found.run().awaitOutcome(patience);
    if (outcome instanceof Outcome.Failed failure) {
      throw new FlightFailure(failure.kind(), failure.message());
    }
    return outcome == null
        ? OptionalDouble.of(found.run().jobs().progress())
        : OptionalDouble.empty();
  }

  private void refuseFailed(StatementHandle statement, String user) {
    Failure failure = failures.get(statement);
    if (failure == null) {
      return;
    }
    if (!failure.owner().equals(user)) {
      throw StatementFailures.ofAnother(statement);
    }
    throw new FlightFailure(failure.outcome().kind(), failure.outcome().message());
  }

  /**
   * Ends a statement that cannot go on; does nothing if it does not run (any more). Returns at
   * once.
   */
  void fail(StatementHandle statement, FlightFailure reason) {
    Running found = running.get(statement);
    if (found != null) {
      pool.execute(() -> found.run().fail(reason));
    }
  }

  /** Whether it still runs. */
  boolean has(StatementHandle statement) {
    return running.containsKey(statement);
  }

  /** Ends all side by side, because each tells the cluster, and waits a bounded time for it. */
  void failAll(FlightFailure reason) {
    List<Callable<Void>> ends = new ArrayList<>();
    running
        .values()
        .forEach(
            each ->
                ends.add(
                    () -> {
                      each.run().fail(reason);
                      return null;
                    }));
    try {
      for (Future<Void> end : pool.invokeAll(ends, LONGEST_END.toMillis(), MILLISECONDS)) {
        if (end.isCancelled()) {
          LOG.warn("The others learn by this server's absence that a statement has ended");
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Ends the statements that a lost server takes part in: its rows went with it. */
  void keepOnly(Collection<Member> members) {
    Set<String> live = members.stream().map(Member::incarnation).collect(Collectors.toSet());
    running.values().forEach(each -> pool.execute(() -> each.run().failUnlessAmong(live)));
  }
}
