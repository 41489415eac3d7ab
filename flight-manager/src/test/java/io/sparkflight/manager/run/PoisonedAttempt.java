package io.sparkflight.manager.run;

import java.util.Iterator;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;

/**
 * Makes first attempts of about half of the partitions fail after a part of their rows, chosen by a
 * seed; what they emit until then is right, or wrong on purpose.
 */
record PoisonedAttempt(long seed, Poison poison, int rowsPerPartition)
    implements MapPartitionsFunction<Long, Long> {

  /** What a failing attempt emits. */
  enum Poison {
    /** The same rows as the retry. */
    SAME_ROWS,
    /** Negative numbers, which the retry does not emit. */
    OTHER_ROWS
  }

  @Override
  public Iterator<Long> call(Iterator<Long> rows) {
    TaskContext task = TaskContext.get();
    long random = new java.util.SplittableRandom(seed * 31 + task.partitionId()).nextLong();
    boolean fails = task.attemptNumber() == 0 && (random & 1) == 0;
    int failAt = Math.floorMod(random >> 8, rowsPerPartition);
    return new Iterator<>() {
      private int emitted;

      @Override
      public boolean hasNext() {
        return rows.hasNext();
      }

      @Override
      public Long next() {
        if (fails && emitted >= failAt) {
          throw new IllegalStateException("poisoned attempt, seed " + seed);
        }
        emitted++;
        long value = rows.next();
        return fails && poison == Poison.OTHER_ROWS ? -1 - value : value;
      }
    };
  }
}
