package org.apache.spark.sql.sparkflight;

import org.apache.spark.scheduler.Pool;
import org.apache.spark.scheduler.Schedulable;
import org.apache.spark.scheduler.SchedulingMode;
import org.apache.spark.scheduler.TaskSetManager;

/**
 * The stages of one statement, in their order, and what {@link StatementPools} must know of them to
 * say when it is its turn. For the thread that holds Spark's scheduler.
 */
final class StatementPool extends Pool {
  private final StatementPools all;
  private int widest;
  private long turn;
  private long spent;
  private long since = System.nanoTime();

  /**
   * @param turn what is less comes before it
   */
  StatementPool(String name, StatementPools all, long turn) {
    super(name, SchedulingMode.FIFO(), 0, 1);
    this.all = all;
    this.turn = turn;
  }

  /** How many tasks the widest of its stages has had. */
  int widest() {
    return widest;
  }

  /** Grows with each of its tasks that starts. */
  long turn() {
    return turn;
  }

  /** How long its tasks have had a core, together, in nanoseconds; those that run still, to now. */
  long spent() {
    return spent;
  }

  /** Counts what its running tasks have had since the last time, and returns it. */
  long settle() {
    long now = System.nanoTime();
    long more = runningTasks() * (now - since);
    since = now;
    spent += more;
    return more;
  }

  @Override
  public void addSchedulable(Schedulable stage) {
    all.arrive();
    super.addSchedulable(stage);
    if (stage instanceof TaskSetManager tasks) {
      widest = Math.max(widest, tasks.numTasks());
    }
  }

  @Override
  public void increaseRunningTasks(int started) {
    all.settle(this);
    turn = all.nextTurn();
    super.increaseRunningTasks(started);
  }

  @Override
  public void decreaseRunningTasks(int ended) {
    all.settle(this);
    super.decreaseRunningTasks(ended);
  }
}
