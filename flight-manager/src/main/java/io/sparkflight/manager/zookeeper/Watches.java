package io.sparkflight.manager.zookeeper;

import io.sparkflight.manager.Outcome;
import io.sparkflight.manager.StatementHandle;
import io.sparkflight.manager.Subscription;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Who waits here for the end of which statement; each is told at most once. */
final class Watches {
  private static final Logger LOG = LoggerFactory.getLogger(Watches.class);

  private final Map<StatementHandle, Set<Watch>> waiting = new ConcurrentHashMap<>();

  /** Compared by identity, so that a listener that watches twice is told twice. */
  private static final class Watch {
    private final Consumer<Outcome> listener;
    private final AtomicBoolean done = new AtomicBoolean();

    Watch(Consumer<Outcome> listener) {
      this.listener = listener;
    }
  }

  Subscription add(StatementHandle statement, Consumer<Outcome> listener) {
    Watch watch = new Watch(listener);
    waiting.compute(
        statement,
        (unused, present) -> {
          Set<Watch> all = present == null ? ConcurrentHashMap.newKeySet() : present;
          all.add(watch);
          return all;
        });
    return () -> remove(statement, watch);
  }

  private void remove(StatementHandle statement, Watch watch) {
    watch.done.set(true);
    waiting.computeIfPresent(
        statement,
        (unused, all) -> {
          all.remove(watch);
          return all.isEmpty() ? null : all;
        });
  }

  boolean contains(StatementHandle statement) {
    return waiting.containsKey(statement);
  }

  List<StatementHandle> statements() {
    return List.copyOf(waiting.keySet());
  }

  void end(StatementHandle statement, Outcome outcome) {
    Set<Watch> ended = waiting.remove(statement);
    if (ended != null) {
      ended.forEach(watch -> tell(watch, statement, outcome));
    }
  }

  private static void tell(Watch watch, StatementHandle statement, Outcome outcome) {
    if (watch.done.getAndSet(true)) {
      return;
    }
    try {
      watch.listener.accept(outcome);
    } catch (RuntimeException e) {
      LOG.warn("A listener failed on the outcome of statement {}", statement, e);
    }
  }
}
