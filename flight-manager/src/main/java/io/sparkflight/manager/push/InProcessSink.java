package io.sparkflight.manager.push;

import io.sparkflight.arrow.BatchFrame;
import io.sparkflight.manager.exchange.AttemptInlet;
import io.sparkflight.manager.statement.AttemptTotals;
import io.sparkflight.manager.statement.PartitionAttempt;

/** Hands frames to the store of the same process: no copy, no network. */
final class InProcessSink implements PushSink {
  private final AttemptInlet inlet;
  private final PartitionAttempt attempt;
  private boolean sealed;

  InProcessSink(AttemptInlet inlet, PartitionAttempt attempt) {
    this.inlet = inlet;
    this.attempt = attempt;
  }

  @Override
  public void push(int sequence, BatchFrame batch) {
    inlet.append(attempt, sequence, batch.rows(), batch.bytes());
  }

  @Override
  public AttemptTotals seal(AttemptTotals sent) {
    AttemptTotals own = inlet.seal(attempt, sent);
    sealed = true;
    return own;
  }

  @Override
  public void close() {
    if (!sealed) {
      inlet.discard(attempt);
    }
  }
}
