package io.sparkflight.manager;

import org.jspecify.annotations.Nullable;

/**
 * What a client reads from one endpoint: the schema's frame, those of the batches, then the end.
 * One reader; {@link #poll} is called by one thread at a time and never blocks.
 *
 * <p>A frame is a serialised {@code FlightData} message, ready for the wire.
 */
public interface ResultStream extends AutoCloseable {

  /**
   * The next frame, or null when there is none yet. The first one is the schema, which is there at
   * once.
   *
   * @throws io.sparkflight.error.FlightFailure if the statement has failed, or its committed rows
   *     do not match its digest
   */
  byte @Nullable [] poll();

  /**
   * Does nothing while the statement is well.
   *
   * @throws io.sparkflight.error.FlightFailure as {@link #poll} does
   */
  void check();

  /** Whether every frame was polled and the digest matched: the only way a stream may end well. */
  boolean finished();

  /** Sets the action to run, on any thread, whenever a poll may give something new. Set once. */
  void onAvailable(Runnable action);

  /** Ends the reading. What was not read is freed. Idempotent. */
  @Override
  void close();
}
