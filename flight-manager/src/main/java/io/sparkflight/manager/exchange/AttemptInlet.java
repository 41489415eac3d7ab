package io.sparkflight.manager.exchange;

import io.sparkflight.checksum.FrameChecksums;
import io.sparkflight.manager.statement.AttemptTotals;
import io.sparkflight.manager.statement.PartitionAttempt;

/**
 * The server's side of one push: takes an attempt's batches, counts them by itself, seals them.
 * Used by one thread at a time.
 */
public final class AttemptInlet {
  private final StatementStore store;

  AttemptInlet(StatementStore store) {
    this.store = store;
  }

  /** Takes ownership of a batch's bytes. */
  public void append(PartitionAttempt attempt, int sequence, int rows, byte[] frame) {
    store.append(attempt, sequence, rows, frame, FrameChecksums.of(frame));
  }

  /**
   * Seals the attempt if this side counted the same.
   *
   * @return this side's own count
   */
  public AttemptTotals seal(PartitionAttempt attempt, AttemptTotals expected) {
    return store.seal(attempt, expected);
  }

  /** The push broke off; what it brought is freed, unless it was committed. */
  public void discard(PartitionAttempt attempt) {
    store.discard(attempt);
  }
}
