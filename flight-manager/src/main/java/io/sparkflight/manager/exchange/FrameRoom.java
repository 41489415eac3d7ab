package io.sparkflight.manager.exchange;

import io.sparkflight.error.ErrorKind;
import io.sparkflight.error.FlightFailure;
import java.io.IOException;
import java.util.concurrent.TimeUnit;

/**
 * How a new frame of one statement comes to its room in memory: there is some; or frames that every
 * reader has had go to disk; or the readers, which are just reading, make some within a moment.
 *
 * <p>A slow or absent reader must not hold a Spark task: nobody waits longer than {@link
 * #PATIENCE_NANOS}, or for a reader that has not taken a frame within that time, or where its
 * taking one would free nothing.
 *
 * <p>Guarded by the statement's lock, which {@link #reserve} lets go while it waits.
 */
final class FrameRoom {
  private static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final Object lock;
  private final FrameHeap heap;
  private final Readers readers;
  private final ReleasedFrames released;

  FrameRoom(Object lock, FrameHeap heap, Readers readers, ReleasedFrames released) {
    this.lock = lock;
    this.heap = heap;
    this.readers = readers;
    this.released = released;
  }

  /**
   * Takes room in memory.
   *
   * @param alive throws when the statement has failed meanwhile
   * @return whether there is some
   */
  boolean reserve(int bytes, Runnable alive) throws IOException {
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    boolean reserved = released.reserve(bytes, readers.had());
    while (!reserved
        && heap.mayHold(bytes)
        && readers.tookWithin(PATIENCE_NANOS)
        && System.nanoTime() < deadline) {
      await(Math.max(1, deadline - System.nanoTime()));
      alive.run();
      reserved = released.reserve(bytes, readers.had());
    }
    return reserved;
  }

  private void await(long nanos) {
    try {
      TimeUnit.NANOSECONDS.timedWait(lock, nanos);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new FlightFailure(ErrorKind.CANCELLED, "The push was interrupted.", e);
    }
  }

  /** Moves a frame of a kept result that nobody reads now to disk; says whether there was one. */
  boolean restOne() throws IOException {
    return readers.retained() && !readers.any() && released.moveOne(released.kept());
  }
}
