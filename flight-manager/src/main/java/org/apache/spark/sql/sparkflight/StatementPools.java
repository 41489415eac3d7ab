package org.apache.spark.sql.sparkflight;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.Pool;
import org.apache.spark.scheduler.Schedulable;
import org.apache.spark.scheduler.SchedulingMode;
import org.apache.spark.scheduler.TaskScheduler;
import org.apache.spark.scheduler.TaskSetManager;
import scala.collection.mutable.ArrayBuffer;

/**
 * The pool in which the pools of all statements lie, if Spark's mode is FAIR, and the order in
 * which they get the cores that become free.
 *
 * <p>A statement is small while its stages have had no more tasks than there are cores, and large
 * from then on. The small ones together and the large ones together get equally many cores, so that
 * a small one waits for the end of one task, however many large ones there are, and the large ones
 * go on however many small ones come. Among its kind comes first who has the fewest tasks running,
 * and of these, who was served the longest ago.
 *
 * <p>Spark's own order ({@code FairSchedulingAlgorithm}) does not do: of pools without a running
 * task it takes the first by name, and beside more large statements than cores there always is one
 * of those. Nor do turns alone: each large one has a task of seconds between two turns (ADR 20).
 *
 * <p>Statements come and go on any thread; the order is asked for by the one that holds Spark's
 * scheduler.
 */
public final class StatementPools extends Pool {
  private static final String NAME = "spark-flight";
  private static final Comparator<StatementPool> ORDER =
      Comparator.comparingInt(StatementPool::runningTasks).thenComparingLong(StatementPool::turn);

  private final TaskScheduler scheduler;
  private final AtomicLong turns = new AtomicLong();
  private boolean smallServedLast;

  private StatementPools(TaskScheduler scheduler) {
    super(NAME, SchedulingMode.FAIR(), 0, 1);
    this.scheduler = scheduler;
  }

  /** Makes a pool for the jobs of a statement, unless Spark's mode ignores pools. */
  public static void add(SparkContext context, String name) {
    TaskScheduler scheduler = context.taskScheduler();
    if (scheduler != null && scheduler.rootPool().schedulingMode().equals(SchedulingMode.FAIR())) {
      of(scheduler).add(name);
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
    synchronized (scheduler) { // as TaskSchedulerImpl does while it puts tasks into pools
      for (Schedulable each : scheduler.rootPool().schedulableQueue()) {
        if (each instanceof StatementPools pools) {
          pools.removeIdle(which);
        }
      }
    }
  }

  private static StatementPools of(TaskScheduler scheduler) {
    synchronized (scheduler) {
      for (Schedulable each : scheduler.rootPool().schedulableQueue()) {
        if (each instanceof StatementPools pools) {
          return pools;
        }
      }
      StatementPools pools = new StatementPools(scheduler);
      scheduler.rootPool().addSchedulable(pools);
      return pools;
    }
  }

  private void add(String name) {
    StatementPool pool = new StatementPool(name, this, nextTurn());
    addSchedulable(pool);
    parent().schedulableNameToSchedulable().put(name, pool); // where Spark's UI looks for it
  }

  private void removeIdle(Predicate<String> which) {
    for (Schedulable pool : schedulableQueue()) {
      if (which.test(pool.name()) && pool.schedulableQueue().isEmpty()) {
        removeSchedulable(pool);
        parent().schedulableNameToSchedulable().remove(pool.name());
      }
    }
  }

  /** A task of the statement starts, under Spark's lock. Returns its new turn. */
  long served(StatementPool pool) {
    smallServedLast = isSmall(pool);
    return nextTurn();
  }

  /** What Spark goes through when cores are free: each gets as many of them as it can use. */
  @Override
  public ArrayBuffer<TaskSetManager> getSortedTaskSetQueue() {
    List<StatementPool> small = new ArrayList<>();
    List<StatementPool> large = new ArrayList<>();
    for (Schedulable each : schedulableQueue()) {
      StatementPool pool = (StatementPool) each;
      (isSmall(pool) ? small : large).add(pool);
    }
    int more = running(small) - running(large);
    // On one core neither kind has a task running whenever it becomes free: they take turns.
    boolean smallFirst = more < 0 || (more == 0 && !smallServedLast);
    ArrayBuffer<TaskSetManager> order = new ArrayBuffer<>();
    append(smallFirst ? small : large, order);
    append(smallFirst ? large : small, order);
    return order;
  }

  private boolean isSmall(StatementPool pool) {
    return pool.tasks() <= scheduler.defaultParallelism();
  }

  private long nextTurn() {
    return turns.getAndIncrement();
  }

  private static int running(List<StatementPool> pools) {
    return pools.stream().mapToInt(StatementPool::runningTasks).sum();
  }

  private static void append(List<StatementPool> pools, ArrayBuffer<TaskSetManager> order) {
    pools.sort(ORDER);
    pools.forEach(pool -> order.appendAll(pool.getSortedTaskSetQueue()));
  }
}
