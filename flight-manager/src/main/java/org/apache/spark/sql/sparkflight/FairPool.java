package org.apache.spark.sql.sparkflight;

import java.util.function.Predicate;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.Pool;
import org.apache.spark.scheduler.Schedulable;
import org.apache.spark.scheduler.SchedulingMode;
import org.apache.spark.scheduler.TaskScheduler;

/**
 * Pools of Spark's scheduler that come and go. Spark itself makes a pool when a job names it, warns
 * of each, and keeps them all for ever. Thread-safe, as Spark's root pool is.
 */
public final class FairPool {
  private FairPool() {}

  /** Makes a pool, if Spark's mode is FAIR; it is FIFO inside, and weighs as much as any other. */
  public static void add(SparkContext context, String name) {
    TaskScheduler scheduler = context.taskScheduler();
    if (scheduler != null && scheduler.rootPool().schedulingMode().equals(SchedulingMode.FAIR())) {
      scheduler.rootPool().addSchedulable(new Pool(name, SchedulingMode.FIFO(), 0, 1));
    }
  }

  /**
   * Forgets those of these pools in which nothing waits or runs. Spark looks no more into a pool
   * that it has forgotten, so a job that outlives its statement keeps its pool.
   */
  public static void removeIdle(SparkContext context, Predicate<String> which) {
    TaskScheduler scheduler = context.taskScheduler();
    if (scheduler == null) { // the application has stopped
      return;
    }
    Pool root = scheduler.rootPool();
    synchronized (scheduler) { // as TaskSchedulerImpl does while it puts tasks into pools
      for (Schedulable pool : root.schedulableQueue()) {
        if (which.test(pool.name()) && pool.schedulableQueue().isEmpty()) {
          root.removeSchedulable(pool);
        }
      }
    }
  }
}
