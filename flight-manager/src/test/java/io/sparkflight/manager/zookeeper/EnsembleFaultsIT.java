package io.sparkflight.manager.zookeeper;

import static io.sparkflight.manager.zookeeper.EnsemblePair.EXPIRED_WITHIN;
import static io.sparkflight.manager.zookeeper.EnsemblePair.TOLD_WITHIN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sparkflight.lifecycle.Threads;
import io.sparkflight.manager.Member;
import io.sparkflight.manager.zookeeper.EnsemblePair.HeldStatement;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.apache.curator.test.InstanceSpec;
import org.apache.curator.test.KillSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Sessions end, and servers of ZooKeeper come and go, while a statement of two servers runs. */
class EnsembleFaultsIT extends OnEnsemble {
  private static final int PARTITIONS = 8;

  /** Random moments lie within the time that a statement needs to end once nothing holds it. */
  private static final int LATEST_MILLIS = 150;

  private final ScheduledExecutorService timer = Threads.timer("test-gate");

  /** How a session ends. */
  private enum Expiry {
    /** The client gives it up; for the ensemble it lasts until its time is over. */
    BY_THE_CLIENT {
      @Override
      void end(EnsembleServer server) throws Exception {
        KillSession.kill(server.session());
      }
    },
    /** The ensemble ends it; the client learns that when it comes back. */
    BY_THE_ENSEMBLE {
      @Override
      void end(EnsembleServer server) throws Exception {
        ensemble.end(server.session());
      }
    };

    abstract void end(EnsembleServer server) throws Exception;
  }

  @AfterEach
  void stopTimer() {
    Threads.stop(timer);
  }

  static Stream<Arguments> expiries() {
    return Arrays.stream(Expiry.values())
        .flatMap(expiry -> EnsemblePair.seeds().mapToObj(seed -> Arguments.of(expiry, seed)));
  }

  @ParameterizedTest
  @MethodSource("expiries")
  void aFollowerWhoseSessionEndsComesBackAsItWas(Expiry expiry, long seed) throws Exception {
    List<Member> members = servers.a().members();
    long session = servers.b().session().getSessionId();
    HeldStatement statement = servers.hold(PARTITIONS);
    WholeRead read = servers.read(statement);
    read.awaitRows();
    openLater(statement, new Random(seed));
    expiry.end(servers.b());
    assertExactOrUnavailable(read.end(TOLD_WITHIN));
    awaitOtherSessionThan(session);
    assertThat(servers.a().members()).isEqualTo(members);
    servers.assertNextIsExact();
  }

  @ParameterizedTest
  @CsvSource({
    "BY_THE_CLIENT, BEFORE_THE_FIRST_ROW",
    "BY_THE_ENSEMBLE, BEFORE_THE_FIRST_ROW",
    "BY_THE_CLIENT, IN_THE_MIDDLE",
    "BY_THE_ENSEMBLE, IN_THE_MIDDLE"
  })
  void anInitiatorWhoseSessionEndsFailsTheStatementEverywhere(Expiry expiry, Moment moment)
      throws Exception {
    HeldStatement statement = servers.hold(moment.partitions);
    WholeRead read = servers.read(statement);
    if (moment == Moment.IN_THE_MIDDLE) {
      read.awaitRows();
    }
    expiry.end(servers.a());
    EnsemblePair.assertUnavailable(read.end(EXPIRED_WITHIN));
    servers.awaitNoJob();
    servers.awaitEachOther();
    servers.assertNextIsExact();
  }

  private enum Moment {
    BEFORE_THE_FIRST_ROW(1),
    IN_THE_MIDDLE(PARTITIONS);

    /** The last one is held; so this one alone, or all but one, give rows. */
    private final int partitions;

    Moment(int partitions) {
      this.partitions = partitions;
    }
  }

  @ParameterizedTest
  @MethodSource("expiries")
  void anInitiatorWhoseSessionEndsNearTheAnnouncementHasOneOutcome(Expiry expiry, long seed)
      throws Exception {
    HeldStatement statement = servers.hold(PARTITIONS);
    WholeRead read = servers.read(statement);
    read.awaitRows();
    Random random = new Random(seed);
    openLater(statement, random);
    LockSupport.parkNanos(random.nextInt(LATEST_MILLIS * 1_000_000));
    expiry.end(servers.a());
    assertExactOrUnavailable(read.end(EXPIRED_WITHIN));
    servers.awaitNoJob();
  }

  @ParameterizedTest
  @EnumSource
  void whatWasAnnouncedOutlivesTheInitiatorsSession(Expiry expiry) throws Exception {
    HeldStatement statement = servers.hold(PARTITIONS);
    statement.gate().run();
    await("the outcome").until(() -> servers.node(statement.published(), "outcome") != null);
    expiry.end(servers.a());
    await("the loss of the owner")
        .atMost(EXPIRED_WITHIN)
        .until(() -> servers.node(statement.published(), "owner") == null);
    EnsemblePair.assertExact(servers.read(statement).end(TOLD_WITHIN));
  }

  @ParameterizedTest
  @MethodSource("io.sparkflight.manager.zookeeper.EnsemblePair#seeds")
  void aRollingRestartOfTheEnsembleHarmsNoStatement(long seed) throws Exception {
    Random random = new Random(seed);
    HeldStatement statement = servers.hold(PARTITIONS);
    WholeRead read = servers.read(statement);
    read.awaitRows();
    List<InstanceSpec> order = ensemble.servers();
    Collections.shuffle(order, random);
    int end = random.nextInt(order.size());
    for (int i = 0; i < order.size(); i++) {
      if (i == end) {
        openLater(statement, random);
      }
      ensemble.kill(order.get(i));
      ensemble.restart(List.of(order.get(i)));
    }
    EnsemblePair.assertExact(read.end(TOLD_WITHIN));
    servers.assertNextIsExact();
  }

  @ParameterizedTest
  @MethodSource("io.sparkflight.manager.zookeeper.EnsemblePair#seeds")
  void theLossOfTheEnsemblesLeaderHarmsNoStatement(long seed) throws Exception {
    HeldStatement statement = servers.hold(PARTITIONS);
    WholeRead read = servers.read(statement);
    read.awaitRows();
    openLater(statement, new Random(seed));
    InstanceSpec leader = ensemble.leader();
    ensemble.kill(leader);
    try {
      EnsemblePair.assertExact(read.end(TOLD_WITHIN));
      servers.assertNextIsExact();
    } finally {
      ensemble.restart(List.of(leader));
    }
  }

  @ParameterizedTest
  @MethodSource("io.sparkflight.manager.zookeeper.EnsemblePair#seeds")
  void aQuorumThatReturnsWithinTheSessionsTimeHarmsNoStatement(long seed) throws Exception {
    HeldStatement statement = servers.hold(PARTITIONS);
    WholeRead read = servers.read(statement);
    read.awaitRows();
    openLater(statement, new Random(seed));
    List<InstanceSpec> most = ensemble.servers().subList(0, 2);
    for (InstanceSpec server : most) {
      ensemble.kill(server);
    }
    await("the disconnection")
        .until(() -> !servers.a().client().getZookeeperClient().isConnected());
    ensemble.restart(most);
    EnsemblePair.assertExact(read.end(TOLD_WITHIN));
    servers.assertNextIsExact();
  }

  private void openLater(HeldStatement statement, Random random) {
    Threads.later(
        timer, Duration.ofMillis(random.nextInt(LATEST_MILLIS)), "open a gate", statement.gate());
  }

  private static void assertExactOrUnavailable(WholeRead.End end) {
    if (end.failures().isEmpty()) {
      EnsemblePair.assertExact(end);
    } else {
      EnsemblePair.assertUnavailable(end);
    }
  }

  /** Waits until there is one node for each of both members, and none of a session that is over. */
  private void awaitOtherSessionThan(long over) {
    await("the nodes of members without session %x".formatted(over))
        .atMost(EXPIRED_WITHIN)
        .until(
            () ->
                servers.sessionsOfMembers().size() == 2
                    && !servers.sessionsOfMembers().contains(over));
    servers.awaitEachOther();
  }
}
