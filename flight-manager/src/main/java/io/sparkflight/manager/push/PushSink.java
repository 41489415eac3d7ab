package io.sparkflight.manager.push;

import io.sparkflight.arrow.BatchFrame;
import io.sparkflight.manager.statement.AttemptTotals;

/**
 * Where one attempt's batches go. Used by one task thread. Closing it before {@link #seal} has
 * returned discards the attempt.
 */
interface PushSink extends AutoCloseable {

  /** Sends the next batch; waits while the server is not ready. */
  void push(int sequence, BatchFrame batch);

  /** Ends the attempt and waits for the server's own count of it. */
  AttemptTotals seal(AttemptTotals sent);

  @Override
  void close();
}
