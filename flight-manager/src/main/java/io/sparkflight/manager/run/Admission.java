package io.sparkflight.manager.run;

import io.sparkflight.error.ErrorKind;
import io.sparkflight.error.FlightFailure;
import io.sparkflight.manager.ManagerConfig;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Lets a bounded number of Spark actions run at a time. The others wait without a thread: those of
 * one user in their order, and the users by turns, so that one with many does not hold up one with
 * few. Thread-safe.
 */
final class Admission {
  private final Executor pool;
  private final int mostRunning;
  private final int mostWaiting;
  private final Map<String, Deque<Runnable>> waiting = new LinkedHashMap<>();
  private int running;
  private int waits;

  Admission(Executor pool, ManagerConfig config) {
    this.pool = pool;
    this.mostRunning = config.maxRunning();
    this.mostWaiting = config.maxWaiting();
  }

  /**
   * Runs an action now or later, on a thread of the pool.
   *
   * @throws FlightFailure RESOURCES if too many wait already
   */
  void submit(String user, Runnable action) {
    synchronized (this) {
      if (running == mostRunning) {
        if (waits == mostWaiting) {
          throw full();
        }
        waiting.computeIfAbsent(user, unused -> new ArrayDeque<>()).add(action);
        waits++;
        return;
      }
      running++;
    }
    start(action);
  }

  private void start(Runnable first) {
    try {
      pool.execute(() -> runAll(first));
    } catch (RuntimeException e) { // the pool is closed: nothing runs any more
      synchronized (this) {
        running--;
      }
      throw e;
    }
  }

  private void runAll(Runnable first) {
    for (Runnable next = first; next != null; next = next()) {
      next.run();
    }
  }

  private synchronized @Nullable Runnable next() {
    if (waiting.isEmpty()) {
      running--;
      return null;
    }
    String user = waiting.keySet().iterator().next();
    Deque<Runnable> own = waiting.remove(user);
    Runnable next = own.remove();
    if (!own.isEmpty()) {
      waiting.put(user, own); // behind the others
    }
    waits--;
    return next;
  }

  private FlightFailure full() {
    return new FlightFailure(
        ErrorKind.RESOURCES,
        "Cannot run the statement now: %d run and %d wait, which is as many as %s and %s allow. Try again later."
            .formatted(
                mostRunning,
                mostWaiting,
                ManagerConfig.MAX_RUNNING.name(),
                ManagerConfig.MAX_WAITING.name()));
  }
}
