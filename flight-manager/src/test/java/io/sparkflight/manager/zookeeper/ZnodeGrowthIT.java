package io.sparkflight.manager.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sparkflight.manager.Placement;
import io.sparkflight.manager.PublishedStatement;
import io.sparkflight.manager.run.ManagerFixture.Numbers;
import java.time.Duration;
import java.util.Objects;
import org.apache.zookeeper.data.Stat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** How much statements leave in ZooKeeper. {@code -Dfaults.statements} sets how many there are. */
class ZnodeGrowthIT extends OnEnsemble {
  private static final int STATEMENTS = Integer.getInteger("faults.statements", 100);
  private static final int ROWS = 333;

  /** An outcome is kept for thirty seconds. */
  private static final Duration GONE_WITHIN = Duration.ofSeconds(40);

  @Test
  @Timeout(900)
  void distributedStatementsLeaveNothingAfterTheirTime() throws Exception {
    for (int i = 0; i < STATEMENTS; i++) {
      PublishedStatement unused = distribute(2);
    }
    assertThat(queries().getCversion()).as("made until now").isGreaterThanOrEqualTo(STATEMENTS);
    await("the end of all nodes").atMost(GONE_WITHIN).until(() -> queries().getNumChildren() == 0);
    assertThat(queries().getCversion()).as("made and removed").isEqualTo(2 * STATEMENTS);
  }

  @ParameterizedTest
  @EnumSource(
      value = Placement.class,
      names = {"COLLECTED", "INITIATOR"})
  void statementsOfOneServerMakeNoNode(Placement placement) throws Exception {
    for (int i = 0; i < STATEMENTS; i++) {
      PublishedStatement statement =
          servers.a().fixture().publish(spark.range(0, ROWS, 1, 2).toDF(), placement);
      Numbers rows = servers.a().fixture().readNumbers(statement);
      assertThat(rows.sameAs(Numbers.upTo(ROWS))).as("%s", rows).isTrue();
    }
    assertThat(queries().getCversion()).as("made and removed").isZero();
  }

  @Test
  void anOutcomeDoesNotGrowWithPartitions() throws Exception {
    int few = sizeOfOutcome(distribute(10));
    int many = sizeOfOutcome(distribute(10_000));
    // Only the numbers in it get longer.
    assertThat(many).isLessThan(few + 50);
  }

  private PublishedStatement distribute(int partitions) throws Exception {
    PublishedStatement statement =
        servers
            .a()
            .fixture()
            .publish(spark.range(0, ROWS, 1, partitions).toDF(), Placement.DISTRIBUTED);
    WholeRead.End end = servers.read(statement).end(Duration.ofMinutes(2));
    assertThat(end.failures()).isEmpty();
    assertThat(end.rows().sameAs(Numbers.upTo(ROWS))).as("%s", end.rows()).isTrue();
    return statement;
  }

  private int sizeOfOutcome(PublishedStatement statement) throws Exception {
    return Objects.requireNonNull(servers.node(statement, "outcome")).getDataLength();
  }

  private Stat queries() throws Exception {
    return servers.b().client().checkExists().forPath(servers.queries());
  }
}
