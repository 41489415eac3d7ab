package io.sparkflight.faults;

import io.sparkflight.testing.DevCluster;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Processes are killed, or stand still and go on, while a result is read. The tests have an order:
 * the ones after which a server is another process come last.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ProcessFaultsIT {
  private static final int EXECUTORS = 2;

  @RegisterExtension
  static final DevCluster PROCESSES =
      DevCluster.withoutTables(
          "faults",
          Stream.concat(
                  Stream.of("--servers", "1", "--spare", "1", "--workers", "" + EXECUTORS),
                  Stream.concat(FaultCluster.TIGHT.stream(), settings().stream()))
              .toArray(String[]::new));

  private static final FaultCluster CLUSTER = new FaultCluster(PROCESSES);

  @RegisterExtension static final FaultTable TABLE = new FaultTable("processes", CLUSTER);

  private final ExecutorFaults executors = new ExecutorFaults(CLUSTER, EXECUTORS);
  private final ServerFaults servers = new ServerFaults(PROCESSES, CLUSTER, TABLE);

  /**
   * Spark declares an executor dead after eight silent seconds instead of two minutes, and does not
   * sort rows to deal them in the same order again.
   */
  private static List<String> settings() {
    return List.of(
        "--conf", "spark.sql.execution.sortBeforeRepartition=false",
        "--conf", "spark.network.timeout=8s",
        "--conf", "spark.network.timeoutInterval=1s",
        "--conf", "spark.executor.heartbeatInterval=1s");
  }

  @BeforeAll
  static void startTheServerThatSpeculates() throws Exception {
    PROCESSES.start("server-2", "--conf", "spark.speculation=true");
    CLUSTER.awaitMembers(2, first(), second());
  }

  @Test
  @Order(1)
  void nothingBreaks() throws Exception {
    TABLE.exactly("R00", "nothing breaks", chance -> executors.nothing(first()));
  }

  @Test
  @Order(2)
  void attemptsFail() throws Exception {
    TABLE.exactly(
        "R01",
        "tasks fail after some batches, are retried",
        chance -> executors.attemptsFail(first(), chance));
  }

  @Test
  @Order(3)
  void executorStandsStillAndItsTaskIsTriedElsewhere() throws Exception {
    TABLE.exactly(
        "R02",
        "executor stopped, its task speculated",
        chance -> executors.stopped(second(), Duration.ofSeconds(40), chance));
  }

  @Test
  @Order(4)
  void executorIsKilled() throws Exception {
    TABLE.safely(
        "R03", "executor killed while pushing", chance -> executors.killed(first(), chance));
  }

  @Test
  @Order(5)
  void executorIsKilledLate() throws Exception {
    TABLE.safely(
        "R04",
        "executor killed near its last seal",
        chance -> executors.killedLate(first(), chance));
  }

  @Test
  @Order(5)
  void executorIsKilledWithItsShuffle() throws Exception {
    TABLE.safely(
        "R07",
        "executor killed, shuffle files lost with it",
        chance -> executors.killedWithItsShuffle(first(), chance));
  }

  @Test
  @Order(6)
  void executorIsDeclaredDeadAndLives() throws Exception {
    TABLE.safely(
        "R09",
        "executor stopped until declared dead, goes on",
        chance -> executors.stopped(first(), Duration.ofSeconds(12), chance));
  }

  @Test
  @Order(7)
  void participantStandsStill() throws Exception {
    TABLE.safely("R12", "participant stopped, goes on", servers::participantStopped);
  }

  @Test
  @Order(8)
  void initiatorStandsStill() throws Exception {
    TABLE.safely("R15", "initiator stopped past its session", servers::initiatorStopped);
  }

  @Test
  @Order(9)
  void serverJoins() throws Exception {
    TABLE.exactly("R17", "server joins in the middle", servers::joined);
  }

  @Test
  @Order(10)
  void participantIsKilled() throws Exception {
    TABLE.safely("R11", "participant killed", servers::participantKilled);
  }

  @Test
  @Order(11)
  void initiatorIsKilled() throws Exception {
    TABLE.safely("R14", "initiator killed", servers::initiatorKilled);
  }

  @Test
  @Order(12)
  void initiatorIsKilledAfterItsAnnouncement() throws Exception {
    TABLE.exactly(
        "R14+",
        "initiator killed after its announcement",
        chance -> servers.initiatorKilledAfterItsAnnouncement());
  }

  private static DevCluster.Server first() throws Exception {
    return CLUSTER.server("server-1");
  }

  private static DevCluster.Server second() throws Exception {
    return CLUSTER.server("server-2");
  }
}
