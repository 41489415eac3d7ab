package io.sparkflight.manager;

import java.util.BitSet;
import org.apache.spark.SparkContext;
import org.jspecify.annotations.Nullable;

/**
 * A pool of Spark's scheduler for the jobs of one statement at a time. Where {@code
 * spark.scheduler.mode} is FAIR, pools share the cores evenly, so that a small statement is not
 * stuck behind a large one; jobs of one pool would wait for each other, those without one as well
 * where a file describes Spark's pools. Where it is FIFO, Spark ignores them.
 *
 * <p>Spark keeps every pool it has heard of for ever, so their names are used again: there are as
 * many as statements ever ran at once. Thread-safe.
 */
final class SchedulerPool implements AutoCloseable {
  private static final String PROPERTY = "spark.scheduler.pool";
  private static final BitSet TAKEN = new BitSet();

  private final SparkContext context;
  private final int number;
  private final @Nullable String before;

  private SchedulerPool(SparkContext context, int number, @Nullable String before) {
    this.context = context;
    this.number = number;
    this.before = before;
  }

  /** Takes a free one for the jobs that this thread starts; the thread must close it. */
  static SchedulerPool take(SparkContext context) {
    synchronized (TAKEN) {
      int free = TAKEN.nextClearBit(0);
      TAKEN.set(free);
      String before = context.getLocalProperty(PROPERTY);
      context.setLocalProperty(PROPERTY, "spark-flight-" + free);
      return new SchedulerPool(context, free, before);
    }
  }

  /** The thread has the pool that it had before. */
  @Override
  public void close() {
    context.setLocalProperty(PROPERTY, before);
    synchronized (TAKEN) {
      TAKEN.clear(number);
    }
  }
}
