package io.sparkflight.manager.zookeeper;

import io.sparkflight.error.ErrorKind;
import io.sparkflight.error.FlightFailure;
import io.sparkflight.lifecycle.Closer;
import io.sparkflight.lifecycle.Threads;
import io.sparkflight.manager.FlightCluster;
import io.sparkflight.manager.FlightServerLocator;
import io.sparkflight.manager.Lease;
import io.sparkflight.manager.Member;
import io.sparkflight.manager.StatementBoard;
import io.sparkflight.manager.StatementHandle;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.framework.recipes.nodes.PersistentNode;
import org.apache.curator.retry.RetryUntilElapsed;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The servers that share a ZooKeeper and a path in it. Owns the connection to ZooKeeper. */
public final class ZooKeeperCluster implements FlightCluster {
  /**
   * How long one request waits for a lost connection: a new leader of the ensemble needs less, and
   * a client who is refused wants to know.
   */
  static final Duration PATIENCE = Duration.ofSeconds(3);

  private static final int RETRY_MILLIS = 200;
  private static final int GOODBYE_MILLIS = 2_000;

  private final ZooKeeperConfig config;
  private static final Logger LOG = LoggerFactory.getLogger(ZooKeeperCluster.class);

  private final CuratorFramework client;
  private final ZooKeeperTree tree;
  private final ZooKeeperLocator locator;
  private final ZooKeeperBoard board;
  private final Closer closer;
  private final AtomicBoolean joined = new AtomicBoolean();
  private volatile Runnable drain = () -> {};

  private ZooKeeperCluster(
      ZooKeeperConfig config,
      CuratorFramework client,
      ZooKeeperTree tree,
      ZooKeeperLocator locator,
      ZooKeeperBoard board,
      Closer closer) {
    this.config = config;
    this.client = client;
    this.tree = tree;
    this.locator = locator;
    this.board = board;
    this.closer = closer;
  }

  /**
   * Connects to ZooKeeper.
   *
   * @throws FlightFailure UNAVAILABLE if it does not answer within the time that the settings allow
   */
  public static ZooKeeperCluster start(ZooKeeperConfig config) {
    return start(config, Clock.systemUTC());
  }

  static ZooKeeperCluster start(ZooKeeperConfig config, Clock clock) {
    Closer closer = new Closer();
    try {
      CuratorFramework client = client(config);
      closer.register("ZooKeeper client", client);
      connect(client, config);
      ZooKeeperTree tree = new ZooKeeperTree(client, config.membershipPath());
      tree.makeRoots();
      Garbage garbage = new Garbage();
      Duration patience = config.sessionTimeout().plus(config.connectTimeout());
      ZooKeeperBoard board =
          closer.register(
              "statements", ZooKeeperBoard.start(client, tree, garbage, patience, clock));
      ZooKeeperLocator locator =
          closer.register("members", ZooKeeperLocator.start(client, tree, garbage));
      return new ZooKeeperCluster(config, client, tree, locator, board, closer);
    } catch (KeeperException e) {
      closer.closeAfter(e);
      throw absent(config, e);
    } catch (RuntimeException e) {
      closer.closeAfter(e);
      throw e;
    }
  }

  private static CuratorFramework client(ZooKeeperConfig config) {
    int session = millis(config.sessionTimeout());
    int patience = Math.min(session, millis(PATIENCE));
    return CuratorFrameworkFactory.builder()
        .connectString(config.url())
        .sessionTimeoutMs(session)
        .connectionTimeoutMs(patience)
        .retryPolicy(new RetryUntilElapsed(patience, RETRY_MILLIS))
        .maxCloseWaitMs(GOODBYE_MILLIS)
        .waitForShutdownTimeoutMs(GOODBYE_MILLIS)
        .threadFactory(Threads.named("flight-zookeeper"))
        // The operator's address may be the only one that is reachable from here.
        .ensembleTracker(false)
        .build();
  }

  private static void connect(CuratorFramework client, ZooKeeperConfig config) {
    try {
      client.start();
      if (!client.blockUntilConnected(millis(config.connectTimeout()), TimeUnit.MILLISECONDS)) {
        throw absent(config, null);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw absent(config, e);
    } catch (IllegalArgumentException e) {
      throw new FlightFailure(
          ErrorKind.INVALID,
          "Cannot connect to ZooKeeper at '%s': it is not a list of addresses. Correct %s."
              .formatted(config.url(), ZooKeeperConfig.URL.name()),
          e);
    }
  }

  @Override
  public void join(Member self) {
    if (joined.getAndSet(true)) {
      throw new IllegalStateException("joined already");
    }
    PersistentNode node =
        new PersistentNode(
            client,
            CreateMode.EPHEMERAL,
            false,
            tree.member(self.incarnation()),
            ZnodeCodec.encode(self));
    closer.register("membership", () -> leave(node));
    node.start();
    drain = () -> tell(node, self.asDraining());
    try {
      if (!locator.awaitMember(self.incarnation(), config.connectTimeout())) {
        throw absent(config, null);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw absent(config, e);
    }
  }

  @Override
  public void drain() {
    drain.run();
  }

  private void tell(PersistentNode node, Member member) {
    try {
      node.setData(ZnodeCodec.encode(member));
    } catch (Exception e) { // Curator declares no other; it says the same again after a reconnect
      LOG.warn("The other servers may not know yet that {} takes no new statements", member, e);
    }
  }

  /** Removes the member node; while ZooKeeper is out of reach the end of the session does it. */
  private void leave(PersistentNode node) throws IOException {
    if (tree.connected()) {
      node.close();
    }
  }

  @Override
  public FlightServerLocator locator() {
    return locator;
  }

  @Override
  public Lease lease(StatementHandle name) {
    return ZooKeeperLease.take(tree, name);
  }

  @Override
  public StatementBoard board() {
    return board;
  }

  @Override
  public void close() {
    closer.close();
  }

  /** For tests, which end the session from outside. */
  CuratorFramework client() {
    return client;
  }

  private static int millis(Duration duration) {
    return (int) Math.min(Integer.MAX_VALUE, duration.toMillis());
  }

  private static FlightFailure absent(ZooKeeperConfig config, @Nullable Exception cause) {
    return new FlightFailure(
        ErrorKind.UNAVAILABLE,
        "Cannot join the other servers: ZooKeeper at %s did not answer within %d ms. Start it, or correct %s."
            .formatted(
                config.url(), config.connectTimeout().toMillis(), ZooKeeperConfig.URL.name()),
        cause);
  }
}
