package org.apache.spark.sql.sparkflight;

import static java.util.concurrent.TimeUnit.SECONDS;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.Pool;
import org.apache.spark.scheduler.Schedulable;
import org.apache.spark.scheduler.SchedulingMode;
import org.apache.spark.scheduler.TaskScheduler;
import org.apache.spark.scheduler.TaskSchedulerImpl;
import org.apache.spark.scheduler.TaskSetManager;
import org.apache.spark.scheduler.cluster.CoarseGrainedSchedulerBackend;
import org.apache.spark.scheduler.local.LocalSchedulerBackend;
import org.jspecify.annotations.Nullable;
import scala.collection.mutable.ArrayBuffer;

/**
 * The pool in which the pools of all statements lie, if Spark's mode is FAIR, and the order in
 * which they get the cores that become free.
 *
 * <p>A statement is small while none of its stages has had more tasks than can run at once, and its
 * tasks together have had no more time than all cores have in {@link #SMALL}; otherwise it is
 * large. The small ones together and the large ones together get equally many cores, so that a
 * stage of a small one waits for the end of one large task, however many large statements there
 * are, and the large ones go on however many small ones come. Among its kind comes first who has
 * the fewest tasks running, and of these, who was served the longest ago.
 *
 * <p>Spark's own order ({@code FairSchedulingAlgorithm}) does not do: of pools without a running
 * task it takes the first by name, and beside more large statements than cores there always is one
 * of those. Nor do turns alone: each large one has a task of seconds between two turns (ADR 20).
 *
 * <p>All state belongs to the thread that holds Spark's scheduler.
 */
public final class StatementPools extends Pool {
  /** How the names of the pools of statements begin. */
  public static final String PREFIX = "spark-flight-";

  private static final String NAME = "spark-flight";

  /** For what names this pool itself, which no statement does. */
  private static final String OTHERS = PREFIX + "others";

  /** The work of all cores in this time is a small statement's at most. */
  private static final long SMALL = SECONDS.toNanos(3);

  /** The most by which one kind can be ahead of the other: nobody saves up turns for long. */
  private static final long MOST_AHEAD = SECONDS.toNanos(10);

  private static final Comparator<StatementPool> ORDER =
      Comparator.comparingInt(StatementPool::runningTasks).thenComparingLong(StatementPool::turn);

  private final TaskScheduler scheduler;
  private long turns;

  /** How much more time of cores large statements have had than small ones, since both are here. */
  private long largeAhead;

  private StatementPools(TaskScheduler scheduler, int minShare, int weight) {
    super(NAME, SchedulingMode.FAIR(), minShare, weight);
    this.scheduler = scheduler;
  }

  /**
   * Lets statements share the cores, unless Spark's mode ignores pools. A pool of this name that
   * Spark's file of pools describes gives its weight and least share to all of them together.
   */
  public static void share(SparkContext context) {
    TaskScheduler scheduler = context.taskScheduler();
    if (scheduler == null || !scheduler.rootPool().schedulingMode().equals(SchedulingMode.FAIR())) {
      return;
    }
    synchronized (scheduler) {
      if (find(scheduler) == null) {
        add(scheduler);
      }
    }
  }

  private static void add(TaskScheduler scheduler) {
    Pool root = scheduler.rootPool();
    Schedulable described = root.getSchedulableByName(NAME);
    root.addSchedulable(
        described == null
            ? new StatementPools(scheduler, 0, 1)
            : new StatementPools(scheduler, described.minShare(), described.weight()));
    removeReplaced(root);
  }

  /**
   * Whether a statement can have the pool of this name for itself. What the pool knows of an
   * earlier one is forgotten, unless a job that has outlived that one is still in it.
   */
  public static boolean claim(SparkContext context, String name) {
    TaskScheduler scheduler = context.taskScheduler();
    if (scheduler == null) { // the application has stopped
      return true;
    }
    synchronized (scheduler) {
      StatementPools pools = find(scheduler);
      if (pools == null) {
        return true;
      }
      pools.removeIdle(name::equals);
      return !pools.schedulableNameToSchedulable().containsKey(name);
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
      StatementPools pools = find(scheduler);
      if (pools != null) {
        pools.removeIdle(which);
        removeReplaced(scheduler.rootPool());
      }
    }
  }

  /** A pool that Spark had under this name, if jobs were in it when this one came. */
  private static void removeReplaced(Pool root) {
    // Not through the root, which would forget the name.
    root.schedulableQueue()
        .removeIf(
            each ->
                each.name().equals(NAME)
                    && !(each instanceof StatementPools)
                    && each.schedulableQueue().isEmpty());
  }

  private static @Nullable StatementPools find(TaskScheduler scheduler) {
    for (Schedulable each : scheduler.rootPool().schedulableQueue()) {
      if (each instanceof StatementPools pools) {
        return pools;
      }
    }
    return null;
  }

  private void removeIdle(Predicate<String> which) {
    for (Schedulable pool : schedulableQueue()) {
      if (which.test(pool.name()) && pool.schedulableQueue().isEmpty()) {
        removeSchedulable(pool);
        parent().schedulableNameToSchedulable().remove(pool.name());
      }
    }
  }

  /**
   * Spark asks for the pool of a stage that comes. A statement's is made then, also for a stage of
   * a job that outlives it: Spark would make one beside this pool, and keep it for ever.
   */
  @Override
  public @Nullable Schedulable getSchedulableByName(String name) {
    Schedulable known = super.getSchedulableByName(name);
    return known == null && name.startsWith(PREFIX) ? make(name) : known;
  }

  private StatementPool make(String name) {
    StatementPool pool = new StatementPool(name, this, nextTurn());
    super.addSchedulable(pool);
    parent().schedulableNameToSchedulable().put(name, pool); // where Spark's UI looks for it
    return pool;
  }

  /** A stage whose job names this pool. */
  @Override
  public void addSchedulable(Schedulable stage) {
    Schedulable others = super.getSchedulableByName(OTHERS);
    (others == null ? make(OTHERS) : others).addSchedulable(stage);
  }

  /** What Spark goes through when cores are free: each gets as many of them as it can use. */
  @Override
  public ArrayBuffer<TaskSetManager> getSortedTaskSetQueue() {
    List<StatementPool> small = new ArrayList<>();
    List<StatementPool> large = new ArrayList<>();
    for (Schedulable each : schedulableQueue()) {
      StatementPool pool = (StatementPool) each;
      settle(pool);
      (isSmall(pool) ? small : large).add(pool);
    }
    int more = running(small) - running(large);
    boolean smallFirst = more < 0 || (more == 0 && largeAhead >= 0);
    ArrayBuffer<TaskSetManager> order = new ArrayBuffer<>();
    append(smallFirst ? small : large, order);
    append(smallFirst ? large : small, order);
    return order;
  }

  /** Counts what the statement's running tasks have had, as a small one's until it is large. */
  void settle(StatementPool pool) {
    long left = pool.widest() <= slots() ? SMALL * slots() - pool.spent() : 0;
    long more = pool.settle();
    long small = Math.max(0, Math.min(more, left));
    long ahead = largeAhead + (more - small) - small;
    largeAhead = Math.max(-MOST_AHEAD, Math.min(ahead, MOST_AHEAD));
  }

  /** A stage is about to come; a kind that was not here until now has nothing to catch up. */
  void arrive() {
    boolean small = false;
    boolean large = false;
    for (Schedulable each : schedulableQueue()) {
      StatementPool pool = (StatementPool) each;
      settle(pool);
      boolean present = !pool.schedulableQueue().isEmpty();
      small |= present && isSmall(pool);
      large |= present && !isSmall(pool);
    }
    if (!small || !large) {
      largeAhead = 0;
    }
  }

  long nextTurn() {
    return turns++;
  }

  private boolean isSmall(StatementPool pool) {
    return pool.widest() <= slots() && pool.spent() <= SMALL * slots();
  }

  /** How many tasks can run at once, with the executors of the moment. */
  private int slots() {
    if (scheduler instanceof TaskSchedulerImpl spark) {
      if (spark.backend() instanceof CoarseGrainedSchedulerBackend cluster) {
        return Math.max(1, cluster.totalCoreCount().get() / spark.CPUS_PER_TASK());
      }
      if (spark.backend() instanceof LocalSchedulerBackend local) {
        return Math.max(1, local.totalCores() / spark.CPUS_PER_TASK());
      }
    }
    return scheduler.defaultParallelism(); // which may be set to anything
  }

  private static int running(List<StatementPool> pools) {
    return pools.stream().mapToInt(StatementPool::runningTasks).sum();
  }

  private static void append(List<StatementPool> pools, ArrayBuffer<TaskSetManager> order) {
    pools.sort(ORDER);
    pools.forEach(pool -> order.appendAll(pool.getSortedTaskSetQueue()));
  }
}
