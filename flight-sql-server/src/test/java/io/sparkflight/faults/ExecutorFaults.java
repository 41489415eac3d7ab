package io.sparkflight.faults;

import static org.awaitility.Awaitility.await;

import io.sparkflight.testing.DevCluster;
import io.sparkflight.testing.WideTable;
import java.time.Duration;
import java.util.List;
import java.util.Random;

/** What may happen to the processes that run a statement's tasks. */
final class ExecutorFaults {
  private static final int ROWS = 1_500_000;
  private static final int TASKS = 10;
  private static final String SQL = WideTable.rows(ROWS, TASKS, "");
  private static final String SHUFFLED = WideTable.shuffled(ROWS, TASKS);

  private final FaultCluster cluster;
  private final int executors;

  /**
   * @param executors how many each server has
   */
  ExecutorFaults(FaultCluster cluster, int executors) {
    this.cluster = cluster;
    this.executors = executors;
  }

  Outcome nothing(DevCluster.Server server) throws Exception {
    cluster.awaitExecutors(server, executors);
    try (Reading reading = new Reading(SQL, ROWS).begin(server)) {
      return reading.outcome();
    }
  }

  /**
   * First and perhaps second attempts of about half of the tasks fail, each at a row of its own. A
   * thread of Spark's executors has the attempt in its name, which SQL can read.
   */
  Outcome attemptsFail(DevCluster.Server server, Random chance) throws Exception {
    cluster.awaitExecutors(server, executors);
    int rowsOfTask = ROWS / TASKS;
    StringBuilder fails = new StringBuilder(", CASE id");
    for (int task = 0; task < TASKS; task++) {
      if (chance.nextBoolean()) {
        String attempts = chance.nextBoolean() ? "0" : "[01]";
        fails.append(
            " WHEN %d THEN assert_true(NOT reflect('java.lang.Thread', 'currentThread') RLIKE 'task %d[.]%s in')"
                .formatted(task * rowsOfTask + chance.nextInt(rowsOfTask), task, attempts));
      }
    }
    String poisoned = WideTable.rows(ROWS, TASKS, fails + " WHEN -1 THEN NULL END AS poison");
    try (Reading reading = new Reading(poisoned, ROWS).begin(server)) {
      return reading.outcome();
    }
  }

  /** An executor is killed once a part of the rows has come. */
  Outcome killed(DevCluster.Server server, Random chance) throws Exception {
    return killed(server, SQL, chance);
  }

  /**
   * The same, but it takes files with it that tasks on the other one still have to read. Made anew,
   * their rows are dealt in another order, so that Spark may not mix what it had with what it has.
   */
  Outcome killedWithItsShuffle(DevCluster.Server server, Random chance) throws Exception {
    return killed(server, SHUFFLED, chance);
  }

  private Outcome killed(DevCluster.Server server, String sql, Random chance) throws Exception {
    long victim = any(cluster.awaitExecutors(server, executors), chance);
    try (Reading reading = new Reading(sql, ROWS).begin(server)) {
      reading.awaitRows(1 + chance.nextInt(ROWS));
      DevCluster.kill(victim);
      return reading.outcome();
    }
  }

  /** An executor is killed when few tasks are left, so that its last ones may be sealed already. */
  Outcome killedLate(DevCluster.Server server, Random chance) throws Exception {
    long victim = any(cluster.awaitExecutors(server, executors), chance);
    try (Reading reading = new Reading(SQL, ROWS).begin(server)) {
      int left = 1 + chance.nextInt(3);
      await("at most %d tasks".formatted(left))
          .atMost(Duration.ofSeconds(100))
          .pollInterval(Duration.ofMillis(10))
          .until(() -> reading.ended() || begunWithAtMost(server, left, reading));
      reading.awaitEnd(Duration.ofMillis(chance.nextInt(300)));
      DevCluster.kill(victim);
      return reading.outcome();
    }
  }

  private boolean begunWithAtMost(DevCluster.Server server, int tasks, Reading reading)
      throws Exception {
    return reading.rows() > 0 && cluster.pages().unfinishedTasks(server) <= tasks;
  }

  /**
   * An executor stands still, and goes on after a time; until then Spark has tried its task
   * elsewhere (speculation), or has declared the executor dead, as the time and the server's
   * settings say.
   */
  Outcome stopped(DevCluster.Server server, Duration time, Random chance) throws Exception {
    long victim = any(cluster.awaitExecutors(server, executors), chance);
    try (Reading reading = new Reading(SQL, ROWS).begin(server)) {
      reading.awaitRows(1 + chance.nextInt(ROWS / 2));
      DevCluster.signal(victim, "STOP");
      try {
        reading.awaitEnd(time);
      } finally {
        DevCluster.goOn(victim); // Spark's worker may have lost patience
      }
      return reading.outcome();
    }
  }

  private static long any(List<Long> pids, Random chance) {
    return pids.get(chance.nextInt(pids.size()));
  }
}
