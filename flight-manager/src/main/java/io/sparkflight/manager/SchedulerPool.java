package io.sparkflight.manager;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
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
    for (int number = 0; ; number++) {
      String name = StatementPools.PREFIX + number;
      if (TAKEN.add(name)) {
        if (!StatementPools.isBusy(context, name)) { // with a job that has outlived its statement
          return name;
        }
        TAKEN.remove(name);
      }
    }
  }

  /**
   * The thread has the pool that it had before. The statement's is forgotten, at the end of a later
   * one if something is still in it.
   */
  @Override
  public void close() {
    context.setLocalProperty(PROPERTY, before);
    // Before the next one can take the name, and with it what the pool knows of this statement.
    StatementPools.removeIdle(context, each -> each.equals(name) || !TAKEN.contains(each));
    TAKEN.remove(name);
  }
}
