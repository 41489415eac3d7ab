package io.sparkflight.manager.run;

import java.util.Iterator;
import java.util.stream.LongStream;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;

/**
 * Lets the first attempt of a partition emit many rows that the retry does not, wait until a test
 * opens the gate, and fail.
 */
record MisleadingAttempt(String gate, int partition, int wrongRows)
    implements MapPartitionsFunction<Long, Long> {
  @Override
  public Iterator<Long> call(Iterator<Long> rows) {
    TaskContext task = TaskContext.get();
    if (task.partitionId() != partition || task.attemptNumber() > 0) {
      return rows;
    }
    Iterator<Long> wrong = LongStream.rangeClosed(1, wrongRows).map(i -> -i).iterator();
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return true;
      }

      @Override
      public Long next() {
        if (wrong.hasNext()) {
          return wrong.next();
        }
        HeldPartition.await(gate);
        throw new IllegalStateException("an attempt that misleads");
      }
    };
  }
}
