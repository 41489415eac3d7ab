package io.sparkflight.manager.exchange;

import io.sparkflight.manager.ResultStream;
import io.sparkflight.manager.statement.AttemptTotals;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One read of a store: the schema, then what the store gives.
 *
 * <p>Concurrency: {@link #poll} is called by one thread at a time; {@link #hold} and what it
 * changes are guarded by the store's lock.
 */
final class StoredStream implements ResultStream {
  private final StatementStore store;
  private final Share share;
  private final Runnable onClosed;
  private final AtomicBoolean closed = new AtomicBoolean();
  private volatile Runnable wake = () -> {};
  private boolean schemaSent;
  private int taken;
  private long takenAt;
  private AttemptTotals delivered = AttemptTotals.NONE;
  private @Nullable Frame held;

  StoredStream(StatementStore store, Share share, Runnable onClosed) {
    this.store = store;
    this.share = share;
    this.onClosed = onClosed;
  }

  @Override
  public byte @Nullable [] poll() {
    if (!schemaSent) {
      schemaSent = true;
      return store.opened().schemaFrame();
    }
    return store.poll(this);
  }

  @Override
  public void check() {
    store.checkAlive();
  }

  @Override
  public boolean finished() {
    return schemaSent && store.finished(this);
  }

  @Override
  public void onAvailable(Runnable action) {
    wake = action;
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      wake = () -> {};
      store.detach(this);
      onClosed.run();
    }
  }

  /** Something may have become possible. */
  void wake() {
    wake.run();
  }

  /** The place of the frame that it takes next, among all that leave. */
  int place() {
    return share.place(taken);
  }

  /** Whether it took one within the last so many nanoseconds. */
  boolean tookWithin(long nanos) {
    return taken > 0 && System.nanoTime() - takenAt < nanos;
  }

  /**
   * Takes a frame and gives the one before it: the newest stays until another one follows, because
   * the last one carries the trailer.
   */
  @Nullable Frame hold(Frame next) {
    taken++;
    takenAt = System.nanoTime();
    delivered = delivered.plus(next.rows(), next.size(), next.crc());
    Frame previous = held;
    held = next;
    return previous;
  }

  /** Whether a frame waits for the next one. */
  boolean holds() {
    return held != null;
  }

  /** The last frame with the totals of all; null if there was none, or it was given already. */
  @Nullable Frame last() {
    Frame last = held;
    held = null;
    return last == null ? null : last.withTrailer(delivered);
  }
}
