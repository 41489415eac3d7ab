package io.sparkflight.manager;

import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.sparkflight.StatementPools;
import org.jspecify.annotations.Nullable;

/**
 * A pool of Spark's scheduler for the jobs of one statement, while it runs. Where {@code
 * spark.scheduler.mode} is FAIR, statements share the cores as {@link StatementPools} says, so that
 * a small statement is not stuck behind large ones; jobs of one pool would wait for each other,
 * those without one as well where a file describes Spark's pools. Where it is FIFO, Spark ignores
 * them. Thread-safe.
 */
final class SchedulerPool implements AutoCloseable {
  private static final String PROPERTY = "spark.scheduler.pool";

  /** So many names rest before one is used again: a job may outlive its statement. */
  private static final int RESTING = 64;

  /** The names of those that statements have now. */
  private static final Set<String> TAKEN = ConcurrentHashMap.newKeySet();

  /** Names that were used before, the one that was left the longest ago first. */
  private static final Queue<String> LEFT = new ConcurrentLinkedQueue<>();

  private static final AtomicInteger NAMES = new AtomicInteger();

  private final SparkContext context;
  private final String name;
  private final @Nullable String before;

  private SchedulerPool(SparkContext context, String name, @Nullable String before) {
    this.context = context;
    this.name = name;
    this.before = before;
  }

  /** Takes one for the jobs that this thread starts; the thread must close it. */
  static SchedulerPool take(SparkContext context) {
    StatementPools.share(context);
    String before = context.getLocalProperty(PROPERTY);
    String name = takeName(context);
    context.setLocalProperty(PROPERTY, name);
    return new SchedulerPool(context, name, before);
  }

  /** Names are used again, because Spark's listener keeps every name that it has ever seen. */
  private static String takeName(SparkContext context) {
    String left = LEFT.size() > RESTING ? LEFT.poll() : null;
    if (left != null) {
      TAKEN.add(left);
      if (StatementPools.claim(context, left)) {
        return left;
      }
      TAKEN.remove(left);
      LEFT.add(left);
    }
    String name = StatementPools.PREFIX + NAMES.getAndIncrement();
    TAKEN.add(name);
    return name;
  }

  /**
   * The thread has the pool that it had before. The statement's is forgotten, at the end of a later
   * one if something is still in it.
   */
  @Override
  public void close() {
    context.setLocalProperty(PROPERTY, before);
    TAKEN.remove(name);
    LEFT.add(name);
    StatementPools.removeIdle(context, each -> !TAKEN.contains(each));
  }
}
