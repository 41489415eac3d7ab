package io.sparkflight.manager.zookeeper;

import io.sparkflight.manager.StatementHandle;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.api.transaction.CuratorOp;
import org.apache.curator.framework.api.transaction.CuratorTransactionResult;
import org.apache.curator.framework.imps.CuratorFrameworkState;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.data.Stat;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The nodes of one cluster: {@code members/<incarnation>}, {@code queries/<handle>/owner} and
 * {@code queries/<handle>/outcome}. Each call is a request to ZooKeeper, tried again for a bounded
 * time while the connection is lost; what cannot be answered then is a {@link KeeperException}.
 */
final class ZooKeeperTree {
  private static final Logger LOG = LoggerFactory.getLogger(ZooKeeperTree.class);
  private static final String OWNER = "/owner";
  private static final String OUTCOME = "/outcome";

  /** More than any connection needs; only a client that is closed meanwhile never answers. */
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final CuratorFramework client;
  private final String root;

  ZooKeeperTree(CuratorFramework client, String root) {
    this.client = client;
    this.root = root;
  }

  /** A request; Curator declares the broadest of exceptions. */
  private interface Request<T> {
    T send() throws Exception;
  }

  String members() {
    return root + "/members";
  }

  String member(String incarnation) {
    return members() + "/" + incarnation;
  }

  String queries() {
    return root + "/queries";
  }

  String outcome(StatementHandle statement) {
    return query(statement) + OUTCOME;
  }

  private String leases() {
    return root + "/leases";
  }

  private String lease(StatementHandle name) {
    return leases() + "/" + name;
  }

  private String query(StatementHandle statement) {
    return queries() + "/" + statement;
  }

  private String owner(StatementHandle statement) {
    return query(statement) + OWNER;
  }

  /** The statement that a node belongs to; null if it belongs to none. */
  @Nullable StatementHandle statementOf(String path) {
    String prefix = queries() + "/";
    int end = prefix.length() + 2 * StatementHandle.BYTES;
    if (!path.startsWith(prefix) || path.length() <= end || path.charAt(end) != '/') {
      return null;
    }
    try {
      return StatementHandle.parse(path.substring(prefix.length(), end));
    } catch (IllegalArgumentException e) {
      // Somebody else's node: whoever reads it logs it.
      return null;
    }
  }

  boolean isOutcome(String path) {
    return path.endsWith(OUTCOME);
  }

  boolean connected() {
    return client.getState() == CuratorFrameworkState.STARTED
        && client.getZookeeperClient().isConnected();
  }

  /** Waits until requests make sense again; false if that takes too long or nobody waits. */
  boolean reconnected(Duration patience) {
    try {
      return client.getState() == CuratorFrameworkState.STARTED
          && client.blockUntilConnected(
              (int) Math.max(1, patience.toMillis()), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  void makeRoots() throws KeeperException {
    makeRoot(members());
    makeRoot(queries());
    makeRoot(leases());
  }

  private void makeRoot(String path) throws KeeperException {
    if (request(() -> Optional.ofNullable(client.checkExists().forPath(path))).isPresent()) {
      return;
    }
    try {
      request(() -> client.create().creatingParentsIfNeeded().forPath(path, new byte[0]));
    } catch (KeeperException.NodeExistsException e) {
      LOG.debug("Another server made {} at the same time", path, e);
    }
  }

  /**
   * Creates the owner node of a statement and returns its version.
   *
   * @throws KeeperException.NodeExistsException if the owner node belongs to another session: to
   *     another server's, or to one that this server lost on the way, so that an earlier try might
   *     still create a second owner node after the first is lost
   */
  int createOwner(StatementHandle statement) throws KeeperException {
    return request(
        () -> {
          long session = client.getZookeeperClient().getZooKeeper().getSessionId();
          Stat stat = ownerCreatedNowOrBefore(statement);
          if (stat.getEphemeralOwner() != session) {
            throw new KeeperException.NodeExistsException(owner(statement));
          }
          return stat.getVersion();
        });
  }

  /**
   * Creates the node of a lease.
   *
   * @throws KeeperException.NodeExistsException if there is one, whoever made it
   */
  void createLease(StatementHandle name) throws KeeperException {
    request(() -> client.create().withMode(CreateMode.EPHEMERAL).forPath(lease(name), new byte[0]));
  }

  /** Whether the node of a lease is there and this session's. */
  boolean hasLease(StatementHandle name) throws KeeperException {
    Optional<Stat> stat =
        request(() -> Optional.ofNullable(client.checkExists().forPath(lease(name))));
    return stat.isPresent()
        && stat.get().getEphemeralOwner()
            == request(() -> client.getZookeeperClient().getZooKeeper().getSessionId());
  }

  /** Removes the node of a lease of this session. */
  void deleteLease(StatementHandle name) throws KeeperException {
    if (hasLease(name)) {
      request(() -> client.delete().quietly().forPath(lease(name)));
    }
  }

  private Stat ownerCreatedNowOrBefore(StatementHandle statement) throws Exception {
    // A container, so that ZooKeeper itself removes what is left of a lost owner.
    CuratorOp query =
        client
            .transactionOp()
            .create()
            .withMode(CreateMode.CONTAINER)
            .forPath(query(statement), new byte[0]);
    CuratorOp owner =
        client
            .transactionOp()
            .create()
            .withMode(CreateMode.EPHEMERAL)
            .forPath(owner(statement), new byte[0]);
    try {
      List<CuratorTransactionResult> results = client.transaction().forOperations(query, owner);
      Stat stat = results.get(1).getResultStat();
      return stat != null ? stat : existing(statement);
    } catch (KeeperException.NodeExistsException e) {
      return existing(statement);
    }
  }

  private Stat existing(StatementHandle statement) throws Exception {
    Stat stat = client.checkExists().forPath(owner(statement));
    if (stat == null) {
      throw new KeeperException.NoNodeException(owner(statement));
    }
    return stat;
  }

  /** Creates the outcome node if the owner node exists in the given version. */
  void createOutcome(StatementHandle statement, int ownerVersion, byte[] outcome)
      throws KeeperException {
    asOwner(
        statement,
        ownerVersion,
        () ->
            client
                .transactionOp()
                .create()
                .withMode(CreateMode.PERSISTENT)
                .forPath(outcome(statement), outcome));
  }

  /** Overwrites an outcome node if the owner node exists in the given version. */
  void replaceOutcome(StatementHandle statement, int ownerVersion, byte[] outcome)
      throws KeeperException {
    asOwner(
        statement,
        ownerVersion,
        () -> client.transactionOp().setData().forPath(outcome(statement), outcome));
  }

  private void asOwner(StatementHandle statement, int ownerVersion, Request<CuratorOp> change)
      throws KeeperException {
    request(
        () ->
            client
                .transaction()
                .forOperations(
                    client
                        .transactionOp()
                        .check()
                        .withVersion(ownerVersion)
                        .forPath(owner(statement)),
                    change.send()));
  }

  /** Waits until this client sees what others wrote before the call. */
  void sync(StatementHandle statement) throws KeeperException {
    CompletableFuture<Integer> answer = new CompletableFuture<>();
    int code =
        request(
            () -> {
              // Curator's sync returns before ZooKeeper has answered, in either form.
              client
                  .sync()
                  .inBackground((unused, event) -> answer.complete(event.getResultCode()))
                  .forPath(query(statement));
              return answer.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            });
    if (code != KeeperException.Code.OK.intValue()) {
      throw KeeperException.create(KeeperException.Code.get(code), query(statement));
    }
  }

  /** The content of the outcome node; null if there is none. */
  byte @Nullable [] readOutcome(StatementHandle statement) throws KeeperException {
    try {
      return request(() -> client.getData().forPath(outcome(statement)));
    } catch (KeeperException.NoNodeException e) {
      return null;
    }
  }

  boolean ownerExists(StatementHandle statement) throws KeeperException {
    try {
      return request(() -> existing(statement)) != null;
    } catch (KeeperException.NoNodeException e) {
      return false;
    }
  }

  /** Removes everything of a statement. */
  void delete(StatementHandle statement) throws KeeperException {
    request(() -> client.delete().quietly().deletingChildrenIfNeeded().forPath(query(statement)));
  }

  private static <T> T request(Request<T> request) throws KeeperException {
    try {
      return request.send();
    } catch (KeeperException e) {
      throw e;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw lost(e);
    } catch (Exception e) {
      // The client was closed meanwhile: as with a lost connection, nobody knows what took place.
      throw lost(e);
    }
  }

  private static KeeperException lost(Exception cause) {
    KeeperException lost = new KeeperException.ConnectionLossException();
    lost.initCause(cause);
    return lost;
  }
}
