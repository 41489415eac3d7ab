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
  private long tasks;
  private long turn;

  /**
   * @param turn what is less comes before it
   */
  StatementPool(String name, StatementPools all, long turn) {
    super(name, SchedulingMode.FIFO(), 0, 1);
    this.all = all;
    this.turn = turn;
  }

  /** How many tasks its stages have had until now, those included that wait. */
  long tasks() {
    return tasks;
  }

  /** Grows with each of its tasks that starts. */
  long turn() {
    return turn;
  }

  @Override
  public void addSchedulable(Schedulable stage) {
    super.addSchedulable(stage);
    if (stage instanceof TaskSetManager manager) {
      tasks += manager.numTasks();
    }
  }

  @Override
  public void increaseRunningTasks(int started) {
    super.increaseRunningTasks(started);
    turn = all.served(this);
  }
}
