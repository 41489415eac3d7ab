package io.sparkflight.datasource.testing;

import java.util.Iterator;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.util.TaskCompletionListener;

/**
 * Passes rows on, and lets the task of one partition fail a number of times when it has written all
 * of them. The tasks of this JVM count together.
 */
public final class FailingTask implements MapPartitionsFunction<Row, Row> {
  private static final long serialVersionUID = 1L;

  private static final AtomicInteger FAILED = new AtomicInteger();

  private final int partition;
  private final int times;

  private FailingTask(int partition, int times) {
    this.partition = partition;
    this.times = times;
  }

  /** Rows whose last partition fails so often; the count begins anew. */
  public static Dataset<Row> last(Dataset<Row> rows, int times) {
    FAILED.set(0);
    return rows.mapPartitions(
        new FailingTask(rows.rdd().getNumPartitions() - 1, times), rows.encoder());
  }

  /** How often it has failed. */
  public static int failures() {
    return FAILED.get();
  }

  @Override
  public Iterator<Row> call(Iterator<Row> rows) {
    if (TaskContext.getPartitionId() == partition && FAILED.get() < times) {
      TaskContext.get()
          .addTaskCompletionListener(
              (TaskCompletionListener)
                  context -> {
                    FAILED.incrementAndGet();
                    throw new IllegalStateException("made to fail");
                  });
    }
    return rows;
  }
}
