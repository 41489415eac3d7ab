package io.sparkflight.manager.local;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.sparkflight.error.ErrorKind;
import io.sparkflight.error.FlightFailure;
import io.sparkflight.manager.Outcome;
import io.sparkflight.manager.RejectedAnnouncementException;
import io.sparkflight.manager.StatementHandle;
import io.sparkflight.manager.Subscription;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The statements of one local cluster, shared by the boards of its members. */
final class LocalStatements {
  @GuardedBy("this")
  private final Map<StatementHandle, Entry> entries = new HashMap<>();

  private static final class Entry {
    private final LocalBoard owner;
    private final List<Watch> watches = new ArrayList<>();
    private @Nullable Outcome outcome;

    Entry(LocalBoard owner) {
      this.owner = owner;
    }
  }

  /** Compared by identity, so that a listener that watches twice is told twice. */
  private static final class Watch {
    private final Consumer<Outcome> listener;
    private final AtomicBoolean done = new AtomicBoolean();

    Watch(Consumer<Outcome> listener) {
      this.listener = listener;
    }

    void end(Outcome outcome) {
      if (!done.getAndSet(true)) {
        listener.accept(outcome);
      }
    }
  }

  synchronized void own(StatementHandle statement, LocalBoard owner) {
    if (entries.putIfAbsent(statement, new Entry(owner)) != null) {
      throw new FlightFailure(
          ErrorKind.UNAVAILABLE,
          "Cannot start statement %s: its handle is in use. Execute it again."
              .formatted(statement));
    }
  }

  void announce(StatementHandle statement, LocalBoard owner, Outcome outcome) {
    settle(statement, owner, outcome).forEach(watch -> watch.end(outcome));
  }

  private synchronized List<Watch> settle(
      StatementHandle statement, LocalBoard owner, Outcome outcome) {
    Entry entry = entries.get(statement);
    if (entry == null || entry.owner != owner || entry.outcome != null) {
      throw new RejectedAnnouncementException(
          statement,
          new IllegalStateException(entry == null ? "unknown" : "of another, or announced before"));
    }
    entry.outcome = outcome;
    List<Watch> waiting = List.copyOf(entry.watches);
    entry.watches.clear();
    return waiting;
  }

  Subscription watch(StatementHandle statement, Consumer<Outcome> listener) {
    Watch watch = new Watch(listener);
    Outcome known = outcomeOrWait(statement, watch);
    if (known != null) {
      watch.end(known);
    }
    return () -> unwatch(statement, watch);
  }

  private synchronized @Nullable Outcome outcomeOrWait(StatementHandle statement, Watch watch) {
    Entry entry = entries.get(statement);
    if (entry == null) {
      return Outcome.Failed.initiatorLost(statement);
    }
    if (entry.outcome == null) {
      entry.watches.add(watch);
    }
    return entry.outcome;
  }

  private synchronized void unwatch(StatementHandle statement, Watch watch) {
    watch.done.set(true);
    Entry entry = entries.get(statement);
    if (entry != null) {
      entry.watches.remove(watch);
    }
  }

  void forget(StatementHandle statement, LocalBoard owner) {
    Outcome lost = Outcome.Failed.initiatorLost(statement);
    remove(statement, owner).forEach(watch -> watch.end(lost));
  }

  private synchronized List<Watch> remove(StatementHandle statement, LocalBoard owner) {
    Entry entry = entries.get(statement);
    if (entry == null || entry.owner != owner) {
      return List.of();
    }
    entries.remove(statement);
    return List.copyOf(entry.watches);
  }

  synchronized List<StatementHandle> ownedBy(LocalBoard owner) {
    return entries.entrySet().stream()
        .filter(entry -> entry.getValue().owner == owner)
        .map(Map.Entry::getKey)
        .toList();
  }
}
