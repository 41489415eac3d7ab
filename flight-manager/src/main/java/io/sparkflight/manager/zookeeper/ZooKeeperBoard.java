package io.sparkflight.manager.zookeeper;

import io.sparkflight.error.ErrorKind;
import io.sparkflight.error.FlightFailure;
import io.sparkflight.lifecycle.Closer;
import io.sparkflight.lifecycle.Threads;
import io.sparkflight.manager.Outcome;
import io.sparkflight.manager.RejectedAnnouncementException;
import io.sparkflight.manager.StatementBoard;
import io.sparkflight.manager.StatementHandle;
import io.sparkflight.manager.Subscription;
import io.sparkflight.manager.UnknownAnnouncementException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.recipes.cache.CuratorCache;
import org.apache.curator.framework.recipes.cache.CuratorCacheListener;
import org.apache.zookeeper.KeeperException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Outcomes as nodes that can be created only while their statement's owner node exists.
 *
 * <p><b>Concurrency.</b> Events and timers only say "look at this statement"; one thread looks, and
 * calls the listeners. <b>Failure.</b> A request that fails proves nothing: the statement stays
 * watched and is looked at again on reconnection and every ten seconds, until there has been no
 * connection for longer than an announcement would wait. Announcing is repeatable, because the same
 * bytes under the same path are the same announcement.
 */
final class ZooKeeperBoard implements StatementBoard, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ZooKeeperBoard.class);
  private static final Duration LOOK_AGAIN = Duration.ofSeconds(10);
  private static final Duration REAP = Duration.ofMinutes(1);

  private final ZooKeeperTree tree;
  private final CuratorCache cache;
  private final Garbage garbage;
  private final Duration patience;
  private final Watches watches = new Watches();
  private final Map<StatementHandle, Ownership> owned = new ConcurrentHashMap<>();
  private final Set<StatementHandle> leftOver = ConcurrentHashMap.newKeySet();
  private final AtomicInteger connections = new AtomicInteger();
  private final ScheduledThreadPoolExecutor thread = Threads.timer("flight-zookeeper-statements");

  private record Ownership(int version, AtomicBoolean announced) {}

  private ZooKeeperBoard(
      ZooKeeperTree tree, CuratorCache cache, Garbage garbage, Duration patience) {
    this.tree = tree;
    this.cache = cache;
    this.garbage = garbage;
    this.patience = patience;
    // What happens while this closes is nobody's concern here any more.
    thread.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
  }

  /** Starts to watch; waits at most {@code patience} for a lost connection to come back. */
  static ZooKeeperBoard start(
      CuratorFramework client,
      ZooKeeperTree tree,
      Garbage garbage,
      Duration patience,
      Clock clock) {
    CuratorCache cache = CuratorCache.build(client, tree.queries());
    ZooKeeperBoard board = new ZooKeeperBoard(tree, cache, garbage, patience);
    OutcomeReaper reaper = new OutcomeReaper(tree, cache, clock);
    cache
        .listenable()
        .addListener(
            CuratorCacheListener.builder()
                .forAll((type, old, now) -> board.happened((now == null ? old : now).getPath()))
                .forInitialized(() -> board.thread.execute(reaper::reap))
                .build());
    client
        .getConnectionStateListenable()
        .addListener((unused, state) -> board.connectionChanged(state.isConnected()));
    cache.start();
    Threads.every(board.thread, LOOK_AGAIN, "look for outcomes", board::catchUp);
    Threads.every(board.thread, REAP, "remove old outcomes", reaper::reap);
    return board;
  }

  @Override
  public void own(StatementHandle statement) {
    if (owned.containsKey(statement)) {
      throw inUse(statement, null);
    }
    if (!tree.reconnected(ZooKeeperCluster.PATIENCE)) {
      throw noAnswer(statement, null);
    }
    try {
      owned.put(statement, new Ownership(tree.createOwner(statement), new AtomicBoolean()));
    } catch (KeeperException.NodeExistsException e) {
      // The node is another session's, and goes with it.
      throw inUse(statement, e);
    } catch (KeeperException e) {
      leftOver.add(statement);
      throw noAnswer(statement, e);
    }
  }

  private static FlightFailure noAnswer(StatementHandle statement, @Nullable Exception cause) {
    return new FlightFailure(
        ErrorKind.UNAVAILABLE,
        "Cannot start statement %s on several servers: ZooKeeper does not answer. Try again."
            .formatted(statement),
        cause);
  }

  private static FlightFailure inUse(StatementHandle statement, @Nullable Exception cause) {
    return new FlightFailure(
        ErrorKind.UNAVAILABLE,
        "Cannot start statement %s: its handle is in use. Execute it again.".formatted(statement),
        cause);
  }

  @Override
  public void announce(StatementHandle statement, Outcome outcome) {
    byte[] bytes = ZnodeCodec.encode(outcome);
    Ownership ownership = owned.get(statement);
    if (ownership == null || ownership.announced().getAndSet(true)) {
      throw new RejectedAnnouncementException(
          statement, new IllegalStateException("not owned here, or announced before"));
    }
    long deadline = System.nanoTime() + patience.toNanos();
    while (!announced(statement, ownership.version(), bytes, deadline)) {
      LOG.info("Trying again to announce the outcome of statement {}", statement);
    }
  }

  /** Tries once; false if the connection was lost but is back, so that it can be tried again. */
  private boolean announced(StatementHandle statement, int version, byte[] bytes, long deadline) {
    try {
      createOutcome(statement, version, bytes);
      return true;
    } catch (KeeperException.ConnectionLossException
        | KeeperException.SessionExpiredException
        | KeeperException.SessionMovedException
        | KeeperException.OperationTimeoutException e) {
      Duration left = Duration.ofNanos(deadline - System.nanoTime());
      if (left.isNegative() || !tree.reconnected(left)) {
        throw new UnknownAnnouncementException(statement, e);
      }
      return false;
    } catch (KeeperException e) {
      throw new FlightFailure(
          ErrorKind.UNAVAILABLE,
          "Cannot announce the outcome of statement %s: ZooKeeper refuses to keep it (%s). See the server's log."
              .formatted(statement, e.code()),
          e);
    }
  }

  private void createOutcome(StatementHandle statement, int version, byte[] bytes)
      throws KeeperException {
    try {
      tree.createOutcome(statement, version, bytes);
    } catch (KeeperException.NoNodeException
        | KeeperException.NodeExistsException
        | KeeperException.BadVersionException e) {
      byte[] present = tree.readOutcome(statement);
      // An earlier try, whose answer was lost, may have succeeded.
      if (!Arrays.equals(present, bytes)) {
        replaceGarbage(statement, version, present, bytes, e);
      }
    }
  }

  /** Only the owner announces: so what is in the way is somebody else's, and no outcome. */
  private void replaceGarbage(
      StatementHandle statement,
      int version,
      byte @Nullable [] present,
      byte[] bytes,
      KeeperException cause)
      throws KeeperException {
    if (present == null || decoded(statement, present).isPresent()) {
      throw new RejectedAnnouncementException(statement, cause);
    }
    try {
      tree.replaceOutcome(statement, version, bytes);
    } catch (KeeperException.NoNodeException | KeeperException.BadVersionException e) {
      throw new RejectedAnnouncementException(statement, e);
    }
  }

  @Override
  public Subscription watch(StatementHandle statement, Consumer<Outcome> listener) {
    Subscription subscription = watches.add(statement, listener);
    thread.execute(() -> look(statement));
    return subscription;
  }

  @Override
  public void forget(StatementHandle statement) {
    if (owned.remove(statement) != null) {
      remove(statement);
    }
  }

  private void remove(StatementHandle statement) {
    try {
      tree.delete(statement);
      leftOver.remove(statement);
    } catch (KeeperException e) {
      leftOver.add(statement);
      LOG.warn("Statement {} is removed from ZooKeeper later", statement, e);
    }
  }

  private void connectionChanged(boolean connected) {
    if (connected) {
      connections.incrementAndGet();
      thread.execute(this::catchUp);
    } else {
      int last = connections.get();
      Threads.later(thread, patience, "give statements up", () -> giveUp(last));
    }
  }

  /** Nobody would ever tell those who wait here, unless there was another connection meanwhile. */
  private void giveUp(int last) {
    if (connections.get() == last) {
      watches.statements().forEach(each -> watches.end(each, outOfReach(each)));
    }
  }

  private Outcome outOfReach(StatementHandle statement) {
    return new Outcome.Failed(
        ErrorKind.UNAVAILABLE,
        "Cannot deliver statement %s: this server has not reached ZooKeeper for %d s, so it cannot learn how it ended. Execute it again."
            .formatted(statement, patience.toSeconds()));
  }

  private void happened(String path) {
    StatementHandle statement = tree.statementOf(path);
    if (statement != null && watches.contains(statement)) {
      thread.execute(() -> look(statement));
    }
  }

  /** Does what could not be done, or may have been missed, while there was no connection. */
  private void catchUp() {
    whileConnected(watches.statements(), this::look);
    whileConnected(List.copyOf(leftOver), this::remove);
  }

  private void whileConnected(List<StatementHandle> statements, Consumer<StatementHandle> action) {
    for (StatementHandle statement : statements) {
      if (!tree.connected()) {
        return;
      }
      action.accept(statement);
    }
  }

  private void look(StatementHandle statement) {
    if (!watches.contains(statement)) {
      return;
    }
    try {
      end(statement).ifPresent(outcome -> watches.end(statement, outcome));
    } catch (KeeperException e) {
      LOG.debug("Cannot look at statement {} now", statement, e);
    }
  }

  /** How the statement ended; empty if it may still end well. */
  private Optional<Outcome> end(StatementHandle statement) throws KeeperException {
    Optional<Outcome> outcome = outcome(statement);
    if (outcome.isPresent()) {
      return outcome;
    }
    tree.sync(statement);
    if (tree.ownerExists(statement)) {
      return Optional.empty();
    }
    // Read after the owner was seen gone: from then on no outcome can appear.
    return Optional.of(outcome(statement).orElseGet(() -> Outcome.Failed.initiatorLost(statement)));
  }

  private Optional<Outcome> outcome(StatementHandle statement) throws KeeperException {
    byte[] bytes = tree.readOutcome(statement);
    return bytes == null ? Optional.empty() : decoded(statement, bytes);
  }

  private Optional<Outcome> decoded(StatementHandle statement, byte[] bytes) {
    try {
      return Optional.of(ZnodeCodec.outcome(bytes));
    } catch (ZnodeCodec.MalformedZnodeException e) {
      garbage.ignore(tree.outcome(statement), String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }

  @Override
  public void close() {
    Closer closer = new Closer();
    closer.register("thread", () -> Threads.stop(thread));
    closer.register("cache of statements", cache);
    closer.register("own statements", this::forgetAll);
    closer.close();
  }

  private void forgetAll() {
    List<StatementHandle> all = new ArrayList<>(owned.keySet());
    all.addAll(leftOver);
    owned.clear();
    whileConnected(all, this::remove);
  }
}
