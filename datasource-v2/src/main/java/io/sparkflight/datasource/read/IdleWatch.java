package io.sparkflight.datasource.read;

import io.sparkflight.lifecycle.Threads;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.flight.FlightStream;
import org.apache.spark.TaskContext;
import org.jspecify.annotations.Nullable;

/**
 * Cancels a stream of which nothing has come for too long, or whose task is killed, because its
 * reader cannot wait for a limited time, and Spark need not interrupt it. Used by the one thread
 * that reads; another one, which ends when there is none to look after, looks after all readers of
 * the process.
 */
final class IdleWatch {
  private static final ScheduledThreadPoolExecutor ALARMS = alarms();

  /** How often it looks. */
  private static final Duration PERIOD = Duration.ofSeconds(1);

  private final Duration longest;
  private final @Nullable TaskContext task = TaskContext.get();
  private @Nullable Future<?> alarm;
  private volatile boolean rang;
  private volatile boolean sawKill;

  /**
   * @param longest that a stream may be silent; zero for no end
   */
  IdleWatch(Duration longest) {
    this.longest = longest;
  }

  private static ScheduledThreadPoolExecutor alarms() {
    ScheduledThreadPoolExecutor alarms = Threads.timer("flight-sql-idle-watch");
    alarms.setKeepAliveTime(10, TimeUnit.SECONDS);
    alarms.allowCoreThreadTimeOut(true);
    return alarms;
  }

  /** The reader begins to wait. */
  void start(FlightStream stream) {
    stop();
    long begin = System.nanoTime();
    boolean ever = !longest.isZero();
    long period = (ever && longest.compareTo(PERIOD) < 0 ? longest : PERIOD).toNanos();
    alarm =
        ALARMS.scheduleWithFixedDelay(
            () -> look(stream, ever && System.nanoTime() - begin >= longest.toNanos()),
            period,
            period,
            TimeUnit.NANOSECONDS);
  }

  /** Something has come. */
  void stop() {
    Future<?> set = alarm;
    alarm = null;
    if (set != null) {
      set.cancel(false);
    }
  }

  /** Whether it has cancelled a stream. */
  boolean rang() {
    return rang;
  }

  /** Whether it has cancelled a stream because the task is killed. */
  boolean sawKill() {
    return sawKill;
  }

  private void look(FlightStream stream, boolean late) {
    if (task != null && task.isInterrupted()) {
      sawKill = true;
      stream.cancel("the task is killed", null);
    } else if (late) {
      rang = true;
      stream.cancel("nothing came for " + longest, null);
    }
  }
}
