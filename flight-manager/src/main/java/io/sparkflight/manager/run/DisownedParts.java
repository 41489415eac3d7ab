package io.sparkflight.manager.run;

import io.sparkflight.error.ErrorKind;
import io.sparkflight.error.FlightFailure;
import io.sparkflight.lifecycle.Threads;
import io.sparkflight.manager.StatementHandle;
import io.sparkflight.manager.exchange.Participant;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Frees what servers may keep of statements that go on without them. A server may have opened a
 * statement although its answer was lost; left alone, it would keep it for twice the time after
 * which unread results end.
 *
 * <p>A server that does not answer costs one call each round, however many statements it may keep,
 * and on a thread of its own, so that nothing else waits for it. Thread-safe.
 */
final class DisownedParts implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DisownedParts.class);

  /** Also what an opening may need that is on its way still: one after the end would be kept. */
  private static final Duration PERIOD = Duration.ofSeconds(1);

  /** Completes "the statement …". */
  private static final String WHY = "went on without this server";

  private final long patienceNanos;
  private final Map<Participant, Map<StatementHandle, Long>> since = new ConcurrentHashMap<>();
  private final ScheduledExecutorService timer = Threads.timer("flight-disowned-parts");

  private DisownedParts(Duration patience) {
    this.patienceNanos = patience.toNanos();
  }

  /**
   * Begins to free them.
   *
   * @param patience after which a server has freed by itself what nobody has read
   */
  static DisownedParts start(Duration patience) {
    DisownedParts parts = new DisownedParts(patience);
    Threads.every(parts.timer, PERIOD, "free parts of statements elsewhere", parts::freeAll);
    return parts;
  }

  /** A statement goes on without this server, which may have opened it. */
  void add(StatementHandle statement, Participant holder) {
    since.compute(
        holder,
        (unused, known) -> {
          Map<StatementHandle, Long> statements = known == null ? new ConcurrentHashMap<>() : known;
          statements.put(statement, System.nanoTime());
          return statements;
        });
  }

  @Override
  public void close() {
    Threads.stop(timer);
  }

  private void freeAll() {
    since.forEach(
        (holder, statements) -> {
          try {
            free(holder, statements);
          } catch (FlightFailure e) { // again in the next round
            LOG.debug("A server that may keep parts of statements does not answer", e);
            statements.values().removeIf(begin -> System.nanoTime() - begin > patienceNanos);
          }
          since.computeIfPresent(holder, (unused, left) -> left.isEmpty() ? null : left);
        });
  }

  private static void free(Participant holder, Map<StatementHandle, Long> statements) {
    statements.forEach(
        (statement, begin) -> {
          if (System.nanoTime() - begin > PERIOD.toNanos()) {
            holder.end(statement, ErrorKind.UNAVAILABLE, WHY);
            statements.remove(statement);
          }
        });
  }
}
