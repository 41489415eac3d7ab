package io.sparkflight.datasource.read;

import io.sparkflight.lifecycle.Threads;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.flight.FlightStream;
import org.jspecify.annotations.Nullable;

/**
 * Cancels a stream of which nothing has come for too long, because its reader cannot wait for a
 * limited time. Used by the one thread that reads; its alarms ring on one thread for all readers of
 * the process, which ends when there is none.
 */
final class IdleWatch {
  private static final ScheduledThreadPoolExecutor ALARMS = alarms();

  private final Duration longest;
  private @Nullable Future<?> alarm;
  private volatile boolean rang;

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
    if (!longest.isZero()) {
      alarm = ALARMS.schedule(() -> ring(stream), longest.toMillis(), TimeUnit.MILLISECONDS);
    }
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

  private void ring(FlightStream stream) {
    rang = true;
    stream.cancel("nothing came for " + longest, null);
  }
}
