package io.sparkflight.manager.exchange;

import io.sparkflight.manager.ResultStream;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** The one read of a store. Closing it frees the store. */
final class StoredStream implements ResultStream {
  private final StatementStore store;
  private final Runnable onClosed;
  private final AtomicBoolean closed = new AtomicBoolean();

  StoredStream(StatementStore store, Runnable onClosed) {
    this.store = store;
    this.onClosed = onClosed;
  }

  @Override
  public byte[] schemaFrame() {
    return store.opened().schemaFrame();
  }

  @Override
  public byte @Nullable [] poll() {
    return store.poll();
  }

  @Override
  public void check() {
    store.checkAlive();
  }

  @Override
  public boolean finished() {
    return store.finished();
  }

  @Override
  public void onAvailable(Runnable action) {
    store.attach(action);
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      store.detach();
      onClosed.run();
    }
  }
}
