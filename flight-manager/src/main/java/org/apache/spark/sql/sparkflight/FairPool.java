package org.apache.spark.sql.sparkflight;

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

  /** Forgets a pool, if it is there. What still runs in it ends as before. */
  public static void remove(SparkContext context, String name) {
    TaskScheduler scheduler = context.taskScheduler();
    if (scheduler == null) { // the application has stopped
      return;
    }
    Schedulable pool = scheduler.rootPool().getSchedulableByName(name);
    if (pool != null) {
      scheduler.rootPool().removeSchedulable(pool);
    }
  }
}
