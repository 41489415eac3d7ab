package io.sparkflight.sql.command;

import io.sparkflight.manager.JobGroup;
import io.sparkflight.manager.StatementHandle;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Spark jobs that run within a call, for a client that waits. They end with the call: when the
 * client has left, or its deadline has passed.
 *
 * <p>The call is asked at intervals, because Flight answers DoPut on threads that do not carry
 * gRPC's context, whose listener would tell.
 */
final class CallJobs {
  private static final long ASK_MILLIS = 250;

  private final ScheduledExecutorService timer;

  CallJobs(ScheduledExecutorService timer) {
    this.timer = timer;
  }

  /**
   * Runs an action on this thread.
   *
   * @param text what Spark's UI shows
   */
  <T> T run(Caller caller, String text, Supplier<T> action) {
    JobGroup jobs =
        new JobGroup(
            caller.session().spark().sparkContext(),
            "call " + StatementHandle.random(),
            text,
            timer);
    ScheduledFuture<?> asking =
        timer.scheduleWithFixedDelay(
            () -> {
              if (caller.gone().getAsBoolean()) {
                jobs.stop();
              }
            },
            ASK_MILLIS,
            ASK_MILLIS,
            TimeUnit.MILLISECONDS);
    try {
      return jobs.run(action);
    } finally {
      asking.cancel(false);
    }
  }
}
