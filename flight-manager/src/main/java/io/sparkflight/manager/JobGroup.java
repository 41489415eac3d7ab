package io.sparkflight.manager;

import io.sparkflight.error.ErrorKind;
import io.sparkflight.error.FlightFailure;
import io.sparkflight.lifecycle.Threads;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Supplier;
import org.apache.spark.SparkContext;
import org.apache.spark.SparkJobInfo;
import org.apache.spark.SparkStageInfo;
import org.apache.spark.SparkStatusTracker;
import scala.Option;

/**
 * The Spark jobs of one action, under a name, such that another thread can stop them. Thread-safe;
 * runs one action, once.
 */
public final class JobGroup {
  private static final Duration AGAIN = Duration.ofMillis(500);
  private static final int[] NONE = {};

  private final SparkContext context;
  private final String name;
  private final String description;
  private final ScheduledExecutorService timer;
  private State state = State.NEW;
  private double furthest;
  private boolean stopped;

  private enum State {
    NEW,
    ACTIVE,
    OVER
  }

  /**
   * @param name of Spark's job group
   * @param description what Spark's UI shows
   * @param timer repeats the stopping; stays the caller's
   */
  public JobGroup(
      SparkContext context, String name, String description, ScheduledExecutorService timer) {
    this.context = context;
    this.name = name;
    this.description = description;
    this.timer = timer;
  }

  /**
   * Runs the action on this thread.
   *
   * @throws FlightFailure CANCELLED if it was stopped before
   */
  public <T> T run(Supplier<T> action) {
    begin();
    context.setJobGroup(name, description, true);
    try (SchedulerPool own = SchedulerPool.take(context)) {
      return action.get();
    } finally {
      context.clearJobGroup();
      over();
    }
  }

  /**
   * Cancels until the action has returned: Spark cancels only the jobs of the moment, and a plan
   * may start its next one (a broadcast, a stage of adaptive execution) just after.
   */
  public void stop() {
    if (mustStop() && !context.isStopped()) {
      context.cancelJobGroup(name);
      Threads.later(timer, AGAIN, "cancel a Spark job", this::stop);
    }
  }

  /**
   * The share of its tasks that have ended, of those that Spark has planned until now: 0 to 1, and
   * never less than before, although a plan that adapts itself goes on to plan tasks.
   */
  public synchronized double progress() {
    SparkStatusTracker tracker = context.statusTracker();
    long tasks = 0;
    long ended = 0;
    for (int job : tracker.getJobIdsForGroup(name)) {
      for (int id : tracker.getJobInfo(job).map(SparkJobInfo::stageIds).getOrElse(() -> NONE)) {
        Option<SparkStageInfo> stage = tracker.getStageInfo(id);
        tasks += stage.isEmpty() ? 0 : stage.get().numTasks();
        ended += stage.isEmpty() ? 0 : stage.get().numCompletedTasks();
      }
    }
    furthest = tasks == 0 ? furthest : Math.max(furthest, (double) ended / tasks);
    return furthest;
  }

  private synchronized boolean mustStop() {
    stopped = true;
    return state == State.ACTIVE;
  }

  private synchronized void begin() {
    if (stopped) {
      throw new FlightFailure(ErrorKind.CANCELLED, "The statement was cancelled before it began.");
    }
    state = State.ACTIVE;
  }

  private synchronized void over() {
    state = State.OVER;
  }
}
