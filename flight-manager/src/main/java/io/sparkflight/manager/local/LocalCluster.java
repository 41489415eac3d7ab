package io.sparkflight.manager.local;

import io.sparkflight.manager.*;
import java.util.*;
import java.util.concurrent.*;
import java.util.function.Consumer;

public final class LocalCluster implements FlightCluster {
  final List<Member> members = new CopyOnWriteArrayList<>();
  final Map<StatementHandle, Outcome> outcomes = new ConcurrentHashMap<>();
  final Map<StatementHandle, Consumer<Outcome>> w = new ConcurrentHashMap<>();

  @Override
  public void join(Member self) {
    members.add(self);
  }

  @Override
  public FlightServerLocator locator() {
    return new FlightServerLocator() {
      @Override
      public List<Member> members() {
        return members;
      }

      @Override
      public Subscription onChange(Consumer<List<Member>> listener) {
        return () -> {};
      }
    };
  }

  @Override
  public StatementBoard board() {
    return new StatementBoard() {
      @Override
      public void own(StatementHandle statement) {}

      @Override
      public void announce(StatementHandle statement, Outcome outcome) {
        outcomes.put(statement, outcome);
        Consumer<Outcome> c = w.remove(statement);
        if (c != null) {
          c.accept(outcome);
        }
      }

      @Override
      public Subscription watch(StatementHandle statement, Consumer<Outcome> listener) {
        w.put(statement, listener);
        return () -> {};
      }

      @Override
      public void forget(StatementHandle statement) {
        outcomes.remove(statement);
      }
    };
  }

  @Override
  public void close() {}
}
