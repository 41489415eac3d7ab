package io.sparkflight.manager;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
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
  private static final String PREFIX = "spark-flight-";
  private static final String PROPERTY = "spark.scheduler.pool";
  private static final AtomicLong NEXT = new AtomicLong();

  /** The names of those that statements have now. */
  private static final Set<String> TAKEN = ConcurrentHashMap.newKeySet();

  private final SparkContext context;
  private final String name;
  private final @Nullable String before;

  private SchedulerPool(SparkContext context, String name, @Nullable String before) {
    this.context = context;
    this.name = name;
    this.before = before;
  }

  /** Makes one for the jobs that this thread starts; the thread must close it. */
  static SchedulerPool take(SparkContext context) {
    String name = PREFIX + NEXT.getAndIncrement();
    String before = context.getLocalProperty(PROPERTY);
    TAKEN.add(name);
    StatementPools.add(context, name);
    context.setLocalProperty(PROPERTY, name);
    return new SchedulerPool(context, name, before);
  }

  /**
   * The thread has the pool that it had before. The statement's is forgotten, at the end of a later
   * one if something is still in it.
   */
  @Override
  public void close() {
    context.setLocalProperty(PROPERTY, before);
    TAKEN.remove(name);
    StatementPools.removeIdle(context, each -> each.startsWith(PREFIX) && !TAKEN.contains(each));
  }
}
