package io.sparkflight.manager.statement;

import java.io.Serializable;

/**
 * What a Spark task returns once its attempt is sealed: who holds which rows. The attempt whose
 * record Spark hands to the driver is the one that gets committed.
 *
 * @param incarnation the server that holds the rows; empty for a partition without rows
 */
public record AttemptRecord(
    int epoch, int partition, long taskAttemptId, String incarnation, AttemptTotals totals)
    implements Serializable {

  /** Whether the partition has no rows. */
  public boolean hasNoRows() {
    return totals.batches() == 0;
  }

  /** The attempt that this is the result of. */
  public PartitionAttempt attempt() {
    return new PartitionAttempt(epoch, partition, taskAttemptId);
  }
}
