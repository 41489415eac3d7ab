package io.sparkflight.manager.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.sparkflight.manager.FlightCluster;
import io.sparkflight.manager.FlightClusterContract;
import io.sparkflight.manager.Lease;
import io.sparkflight.manager.RejectedAnnouncementException;
import io.sparkflight.manager.StatementHandle;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.test.KillSession;
import org.apache.curator.test.TestingServer;
import org.apache.zookeeper.data.Stat;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

class ZooKeeperClusterTest extends FlightClusterContract {
  private static TestingServer server;

  private String path;

  @BeforeAll
  static void startServer() throws Exception {
    server = new TestingServer(true);
  }

  @AfterAll
  static void stopServer() throws Exception {
    server.close();
  }

  @BeforeEach
  void newPath(TestInfo test) {
    path = "/tests/" + test.getTestMethod().orElseThrow().getName();
  }

  private ZooKeeperConfig config() {
    return new ZooKeeperConfig(
        server.getConnectString(), path, Duration.ofSeconds(6), Duration.ofSeconds(10));
  }

  @Override
  protected FlightCluster open() {
    return ZooKeeperCluster.start(config());
  }

  private ZooKeeperCluster zooKeeperPeer() {
    return (ZooKeeperCluster) peer();
  }

  private static void expire(ZooKeeperCluster cluster) throws Exception {
    KillSession.kill(cluster.client().getZookeeperClient().getZooKeeper());
  }

  private List<String> nodes(CuratorFramework client, String below) throws Exception {
    List<String> found = new ArrayList<>();
    for (String child : client.getChildren().forPath(below)) {
      found.add(below + "/" + child);
      found.addAll(nodes(client, below + "/" + child));
    }
    return found;
  }

  @Test
  void anExpiredMemberRegistersAgainWithItsIncarnation() throws Exception {
    ZooKeeperCluster expired = zooKeeperPeer();
    ZooKeeperCluster other = zooKeeperPeer();
    expired.join(member("aa"));
    String node = path + "/members/aa";
    Stat before = other.client().checkExists().forPath(node);
    expire(expired);
    await("another node of the same member")
        .atMost(Duration.ofSeconds(30))
        .until(
            () -> {
              Stat now = other.client().checkExists().forPath(node);
              return now != null && now.getEphemeralOwner() != before.getEphemeralOwner();
            });
    await("one member").until(() -> other.locator().members().equals(List.of(member("aa"))));
    assertThat(other.client().getChildren().forPath(path + "/members")).containsExactly("aa");
  }

  @Test
  void aZombieCannotAnnounce() throws Exception {
    ZooKeeperCluster zombie = zooKeeperPeer();
    ZooKeeperCluster other = zooKeeperPeer();
    StatementHandle statement = StatementHandle.random();
    zombie.board().own(statement);
    var told = watched(other, statement);
    expire(zombie);
    awaitLost(told);
    assertThatThrownBy(() -> zombie.board().announce(statement, COMPLETE))
        .isInstanceOf(RejectedAnnouncementException.class);
    awaitLost(watched(other, statement));
  }

  @Test
  void anAnnouncedOutcomeOutlivesTheOwnersSession() throws Exception {
    ZooKeeperCluster owner = zooKeeperPeer();
    ZooKeeperCluster other = zooKeeperPeer();
    StatementHandle statement = StatementHandle.random();
    owner.board().own(statement);
    owner.board().announce(statement, COMPLETE);
    expire(owner);
    await("the loss of the owner")
        .atMost(Duration.ofSeconds(30))
        .until(
            () ->
                nodes(other.client(), path + "/queries").stream()
                    .noneMatch(n -> n.endsWith("/owner")));
    var told = watched(other, statement);
    await("the outcome").untilAsserted(() -> assertThat(told).containsExactly(COMPLETE));
  }

  @Test
  void theWatchersOwnExpiryProvesNothing() throws Exception {
    ZooKeeperCluster owner = zooKeeperPeer();
    ZooKeeperCluster watcher = zooKeeperPeer();
    StatementHandle statement = StatementHandle.random();
    owner.board().own(statement);
    var told = watched(watcher, statement);
    long before = watcher.client().getZookeeperClient().getZooKeeper().getSessionId();
    expire(watcher);
    await("a new session")
        .atMost(Duration.ofSeconds(30))
        .until(() -> watcher.client().getZookeeperClient().getZooKeeper().getSessionId() != before);
    assertThat(told).isEmpty();
    owner.board().announce(statement, COMPLETE);
    await("the outcome")
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> assertThat(told).containsExactly(COMPLETE));
  }

  @Test
  void aForgottenStatementLeavesNothing() throws Exception {
    ZooKeeperCluster owner = zooKeeperPeer();
    ZooKeeperCluster other = zooKeeperPeer();
    List<StatementHandle> statements = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      StatementHandle statement = StatementHandle.random();
      statements.add(statement);
      owner.board().own(statement);
      if (i % 2 == 0) {
        owner.board().announce(statement, COMPLETE);
      }
    }
    assertThat(nodes(other.client(), path + "/queries")).hasSize(20 + 20 + 10);
    statements.subList(0, 10).forEach(owner.board()::forget);
    assertThat(nodes(other.client(), path + "/queries")).hasSize(10 + 10 + 5);
    owner.lease(StatementHandle.random()).close();
    Lease kept = owner.lease(StatementHandle.random());
    kept.check();
    assertThat(nodes(other.client(), path + "/leases")).hasSize(1);
    owner.close();
    assertThat(nodes(other.client(), path))
        .containsExactlyInAnyOrder(path + "/leases", path + "/members", path + "/queries");
  }

  @Test
  void hostileMembersAreIgnored() throws Exception {
    ZooKeeperCluster cluster = zooKeeperPeer();
    byte[] good = ZnodeCodec.encode(member("good"));
    write(cluster, "/members/random", new byte[] {7, -1, 99, 0});
    write(cluster, "/members/java", new byte[] {(byte) 0xac, (byte) 0xed, 0, 5, 's', 'r'});
    write(cluster, "/members/large", new byte[900_000]);
    write(cluster, "/members/empty", new byte[0]);
    write(cluster, "/members/alias", good);
    write(cluster, "/members/trailing", "{} {}".getBytes(StandardCharsets.UTF_8));
    write(cluster, "/members/deep", "[".repeat(60_000).getBytes(StandardCharsets.UTF_8));
    write(
        cluster,
        "/members/port",
        new String(good, StandardCharsets.UTF_8)
            .replace("4000", "-1")
            .getBytes(StandardCharsets.UTF_8));
    cluster.join(member("zz"));
    assertThat(cluster.locator().members()).containsExactly(member("zz"));
  }

  @Test
  void aHostileOutcomeIsNoOutcome() throws Exception {
    ZooKeeperCluster owner = zooKeeperPeer();
    ZooKeeperCluster other = zooKeeperPeer();
    StatementHandle statement = StatementHandle.random();
    owner.board().own(statement);
    var told = watched(other, statement);
    write(other, "/queries/" + statement + "/outcome", new byte[] {(byte) 0xac, (byte) 0xed, 0, 5});
    write(other, "/queries/not-a-statement", new byte[] {1, 2, 3});
    write(other, "/queries/" + "x".repeat(32) + "/outcome", new byte[70_000]);
    assertThat(told).isEmpty();
    owner.board().announce(statement, COMPLETE);
    await("the outcome").untilAsserted(() -> assertThat(told).containsExactly(COMPLETE));
  }

  @Test
  void anOutcomeOfSomebodyElseHoldsAndIsNotReplaced() throws Exception {
    ZooKeeperCluster owner = zooKeeperPeer();
    ZooKeeperCluster other = zooKeeperPeer();
    StatementHandle statement = StatementHandle.random();
    owner.board().own(statement);
    write(other, "/queries/" + statement + "/outcome", ZnodeCodec.encode(FAILED));
    assertThatThrownBy(() -> owner.board().announce(statement, COMPLETE))
        .isInstanceOf(RejectedAnnouncementException.class);
    var told = watched(other, statement);
    await("the outcome").untilAsserted(() -> assertThat(told).containsExactly(FAILED));
  }

  @Test
  void aZombieDoesNotReplaceAHostileOutcome() throws Exception {
    ZooKeeperCluster zombie = zooKeeperPeer();
    ZooKeeperCluster other = zooKeeperPeer();
    StatementHandle statement = StatementHandle.random();
    zombie.board().own(statement);
    write(other, "/queries/" + statement + "/outcome", new byte[] {1, 2, 3});
    var told = watched(other, statement);
    expire(zombie);
    await("the loss").atMost(Duration.ofSeconds(20)).until(() -> !told.isEmpty());
    assertThatThrownBy(() -> zombie.board().announce(statement, COMPLETE))
        .isInstanceOf(RejectedAnnouncementException.class);
    awaitLost(watched(other, statement));
  }

  @Test
  void orphansAreRemovedAfterTenMinutes() throws Exception {
    ZooKeeperCluster young = zooKeeperPeer();
    StatementHandle orphan = StatementHandle.random();
    StatementHandle owned = StatementHandle.random();
    String outcome = "/queries/" + orphan + "/outcome";
    write(young, outcome, ZnodeCodec.encode(COMPLETE));
    young.board().own(owned);
    young.board().announce(owned, COMPLETE);
    Clock later = Clock.offset(Clock.systemUTC(), Duration.ofMinutes(11));
    try (ZooKeeperCluster unused = ZooKeeperCluster.start(config(), later)) {
      await("the end of the orphan")
          .until(() -> young.client().checkExists().forPath(path + "/queries/" + orphan) == null);
      assertThat(nodes(young.client(), path + "/queries")).hasSize(3);
    }
  }

  private void write(ZooKeeperCluster cluster, String node, byte[] data) throws Exception {
    String unused = cluster.client().create().creatingParentsIfNeeded().forPath(path + node, data);
  }
}
