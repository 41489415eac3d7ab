package io.sparkflight.lifecycle;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The only place where threads are made: each is a daemon and has a name that says what it does.
 */
public final class Threads {
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

  /** Interrupts what still runs and waits at most two seconds for it to end. */
  public static void stop(ExecutorService pool) {
    pool.shutdownNow();
    try {
      boolean ended = pool.awaitTermination(2, TimeUnit.SECONDS);
      if (!ended) {
        org.slf4j.LoggerFactory.getLogger(Threads.class)
            .warn("A thread of {} did not end within 2 s after its interrupt", pool);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
