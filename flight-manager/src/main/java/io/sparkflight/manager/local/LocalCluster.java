package io.sparkflight.manager.local;

import io.sparkflight.lifecycle.Closer;
import io.sparkflight.lifecycle.Listeners;
import io.sparkflight.manager.FlightCluster;
import io.sparkflight.manager.FlightServerLocator;
import io.sparkflight.manager.Lease;
import io.sparkflight.manager.Member;
import io.sparkflight.manager.StatementBoard;
import io.sparkflight.manager.StatementHandle;
import io.sparkflight.manager.Subscription;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The cluster of one process, in memory. */
public final class LocalCluster implements FlightCluster {
  private final LocalMembers members;
  private final LocalStatements statements;
  private final Listeners<List<Member>> listeners = new Listeners<>("flight-local-members");
  private final LocalBoard board;
  private final AtomicReference<@Nullable Member> self = new AtomicReference<>();

  /** A cluster that nobody has joined. */
  public LocalCluster() {
    this(new LocalMembers(), new LocalStatements());
  }

  private LocalCluster(LocalMembers members, LocalStatements statements) {
    this.members = members;
    this.statements = statements;
    this.board = new LocalBoard(statements);
  }

  /** The same cluster as another member sees it. */
  LocalCluster peer() {
    return new LocalCluster(members, statements);
  }

  @Override
  public void join(Member member) {
    if (!self.compareAndSet(null, member)) {
      throw new IllegalStateException("joined already, as " + self.get());
    }
    members.onChange(this, listeners::tell);
    members.add(member);
  }

  @Override
  public void drain() {
    Member member = self.get();
    if (member != null) {
      members.add(member.asDraining());
    }
  }

  @Override
  public FlightServerLocator locator() {
    return new FlightServerLocator() {
      @Override
      public List<Member> members() {
        return members.list();
      }

      @Override
      public Subscription onChange(Consumer<List<Member>> listener) {
        members.onChange(LocalCluster.this, listeners::tell);
        return listeners.add(listener)::run;
      }
    };
  }

  /** As a statement that nobody reads. */
  @Override
  public Lease lease(StatementHandle name) {
    board.own(name);
    return new Lease() {
      @Override
      public void check() {}

      @Override
      public void close() {
        board.forget(name);
      }
    };
  }

  @Override
  public StatementBoard board() {
    return board;
  }

  @Override
  public void close() {
    Closer closer = new Closer();
    closer.register("listeners", listeners);
    closer.register("membership", () -> members.remove(this, self.get()));
    closer.register("statements", board);
    closer.close();
  }
}
