package io.sparkflight.lifecycle;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Those who want to hear of changes, called one at a time on one thread of its own.
 *
 * @param <T> what they are told
 */
public final class Listeners<T> implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Listeners.class);

  private final Set<Entry<T>> entries = ConcurrentHashMap.newKeySet();
  private final ScheduledThreadPoolExecutor thread;

  /** Compared by identity, so that a listener that was added twice is called twice. */
  private static final class Entry<T> {
    private final Consumer<T> listener;

    Entry(Consumer<T> listener) {
      this.listener = listener;
    }
  }

  /** The thread starts with the first news. */
  public Listeners(String purpose) {
    thread = Threads.timer(purpose);
    // News that arrives while this closes interests nobody.
    thread.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
  }

  /** Adds a listener; running the returned action removes it. */
  public Runnable add(Consumer<T> listener) {
    Entry<T> entry = new Entry<>(listener);
    entries.add(entry);
    return () -> entries.remove(entry);
  }

  /** Tells every listener, later, in the order of the calls of this method. */
  public void tell(T news) {
    thread.execute(() -> entries.forEach(entry -> tell(entry, news)));
  }

  private void tell(Entry<T> entry, T news) {
    try {
      if (entries.contains(entry)) {
        entry.listener.accept(news);
      }
    } catch (RuntimeException e) {
      LOG.warn("A listener failed on {}", news, e);
    }
  }

  @Override
  public void close() {
    entries.clear();
    Threads.stop(thread);
  }
}
