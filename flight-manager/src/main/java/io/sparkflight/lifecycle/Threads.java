package io.sparkflight.lifecycle;

import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The only place where threads are made: each is a daemon and has a name that says what it does.
 */
public final class Threads {
  private static final Logger LOG = LoggerFactory.getLogger(Threads.class);

  private Threads() {}

  /** A factory of daemon threads named {@code purpose-0}, {@code purpose-1}… */
  public static ThreadFactory named(String purpose) {
    AtomicInteger next = new AtomicInteger();
    return task -> {
      Thread thread = new Thread(task, purpose + "-" + next.getAndIncrement());
      thread.setDaemon(true);
      return thread;
    };
  }

  /** A pool that grows with its work and shrinks when idle. The caller owns it. */
  public static ExecutorService pool(String purpose) {
    return Executors.newCachedThreadPool(named(purpose));
  }

  /** One thread for timed work; cancelled tasks leave at once. The caller owns it. */
  public static ScheduledThreadPoolExecutor timer(String purpose) {
    ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, named(purpose));
    timer.setRemoveOnCancelPolicy(true);
    return timer;
  }

  /** Runs an action once, later. A failure is logged, because nobody waits for it. */
  public static void later(
      ScheduledExecutorService timer, Duration delay, String what, Runnable action) {
    var unused = timer.schedule(logged(what, action), delay.toNanos(), TimeUnit.NANOSECONDS);
  }

  /**
   * Runs an action again and again until the timer stops. A failure is logged, and does not end it.
   */
  public static void every(
      ScheduledExecutorService timer, Duration period, String what, Runnable action) {
    long nanos = period.toNanos();
    var unused =
        timer.scheduleWithFixedDelay(logged(what, action), nanos, nanos, TimeUnit.NANOSECONDS);
  }

  private static Runnable logged(String what, Runnable action) {
    return () -> {
      try {
        action.run();
      } catch (RuntimeException e) {
        LOG.warn("Cannot {}", what, e);
      }
    };
  }

  /** Interrupts what still runs and waits at most two seconds for it to end. */
  public static void stop(ExecutorService pool) {
    pool.shutdownNow();
    try {
      boolean ended = pool.awaitTermination(2, TimeUnit.SECONDS);
      if (!ended) {
        LOG.warn("A thread of {} did not end within 2 s after its interrupt", pool);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
