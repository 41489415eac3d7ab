package io.sparkflight.manager.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sparkflight.config.ConfigSource;
import io.sparkflight.lifecycle.Closer;
import io.sparkflight.manager.ManagerConfig;
import io.sparkflight.manager.Member;
import io.sparkflight.manager.StatementHandle;
import io.sparkflight.manager.UploadedRows;
import io.sparkflight.manager.exchange.ExchangeConfig;
import io.sparkflight.manager.run.ExchangeManager;
import io.sparkflight.manager.run.ManagerFixture;
import io.sparkflight.manager.run.UploadedNumbers;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Members that are dead or silent, but of whom nobody knows yet. */
class LostMembersIT {
  /** Asked before all others, because it is the first by its incarnation. */
  private static final String FIRST = "0000000000000000";

  private final LocalCluster cluster = new LocalCluster();
  private final StatementHandle group = StatementHandle.random();
  private final Closer closer = new Closer();
  private ManagerFixture a;
  private ManagerFixture b;

  @BeforeEach
  void startServers() {
    closer.register("cluster", cluster);
    a = closer.register("server a", server());
    b = closer.register("server b", server());
  }

  @AfterEach
  void stopServers() {
    closer.close();
  }

  private ManagerFixture server() {
    ConfigSource source =
        ConfigSource.of(
            Map.of(
                "spark.flight.cluster.secret", "only for these two servers",
                "spark.flight.exchange.idle-timeout", "4s"));
    return new ManagerFixture(
        () ->
            ExchangeManager.start(
                ManagerConfig.from(source), ExchangeConfig.from(source), cluster.peer()));
  }

  /** Gathers what server b has just been given. */
  private UploadedRows gather() {
    UploadedNumbers.keep(b, group, "y", 0, 1);
    return a.manager()
        .gather(group, Map.of("y", (long) UploadedNumbers.ROWS), UploadedNumbers.COLUMNS);
  }

  private void join(int port) {
    cluster.join(
        new Member(FIRST, URI.create("grpc://127.0.0.1:1"), "127.0.0.1", port, "test", false));
  }

  /** Its port is the one of the server that came after it. */
  @Test
  void aServerThatWasKilledAndStartedAgainIsAskedOnce() {
    List<Member> members = a.manager().locator().members();
    Member again =
        members.stream()
            .filter(member -> member.location().equals(b.location()))
            .findAny()
            .orElseThrow();
    join(again.internalPort());
    try (UploadedRows rows = gather()) {
      assertThat(rows.rows()).isEqualTo(UploadedNumbers.ROWS);
    }
  }

  /** It takes connections, and says nothing: each question to it takes eight seconds. */
  @Test
  void aSilentServerDoesNotKeepTheOthersFromBeingRenewed() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        UploadedRows rows = gather()) {
      join(silent.getLocalPort());
      await("nothing: what is being written stays")
          .during(Duration.ofSeconds(8))
          .atMost(Duration.ofSeconds(30))
          .until(() -> b.manager().usage().statements() == 1);
      assertThat(rows.rows()).isEqualTo(UploadedNumbers.ROWS);
    }
    await("the end of what nobody renews")
        .atMost(Duration.ofSeconds(30))
        .until(() -> b.manager().usage().statements() == 0);
  }
}
