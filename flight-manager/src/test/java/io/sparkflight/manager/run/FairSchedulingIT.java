package io.sparkflight.manager.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sparkflight.lifecycle.Threads;
import io.sparkflight.manager.JobGroup;
import io.sparkflight.manager.Placement;
import io.sparkflight.manager.PublishedStatement;
import io.sparkflight.manager.run.ManagerFixture.Numbers;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.scheduler.Schedulable;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import scala.collection.JavaConverters;

/** Statements share the cores of an application whose scheduler is fair. */
class FairSchedulingIT {
  private static final String POOL = "spark.scheduler.pool";
  private static final String PREFIX = "spark-flight-";
  private static final int PARTITIONS = 6;
  private static final int ROWS = 600;
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private static SparkSession spark;
  private static final ScheduledExecutorService TIMER = Threads.timer("test-timer");

  @BeforeAll
  static void start() {
    spark =
        SparkSession.builder()
            .master("local[2]")
            .config("spark.ui.enabled", false)
            .config("spark.scheduler.mode", "FAIR")
            .getOrCreate();
  }

  @AfterAll
  static void stop() {
    spark.stop();
    Threads.stop(TIMER);
  }

  /**
   * In one pool of its own kind, or without fairness, the small one would wait for the large one.
   */
  @Test
  void aSmallStatementGetsTheNextFreeCoreBesideALargeOne() throws Exception {
    String gate = UUID.randomUUID().toString();
    try (ManagerFixture fixture = new ManagerFixture(spark, Map.of())) {
      PublishedStatement large =
          fixture.publish(heldEverywhere(gate).toDF(), Placement.DISTRIBUTED);
      awaitBothCores(gate);
      PublishedStatement small =
          fixture.publish(spark.range(0, 10, 1, 1).toDF(), Placement.DISTRIBUTED);
      // The pool that Spark has for all is fair only where no file describes pools, as here.
      await("the tasks of each in a pool of their own")
          .atMost(PATIENCE)
          .untilAsserted(() -> assertThat(tasksOfPools()).containsExactly(PARTITIONS, 1));
      HeldPartition.open(gate + 0);
      assertThat(fixture.readNumbers(small).sameAs(Numbers.upTo(10))).isTrue();
      IntStream.range(1, PARTITIONS).forEach(partition -> HeldPartition.open(gate + partition));
      assertThat(fixture.readNumbers(large).sameAs(Numbers.upTo(ROWS))).isTrue();
    }
    awaitNoPool();
  }

  /** Of pools with equally many running tasks, Spark serves the first by name. */
  @Test
  void aLaterStatementComesBehindTheEarlierOnes() {
    List<String> names =
        Stream.generate(() -> run(() -> spark.sparkContext().getLocalProperty(POOL)))
            .limit(12)
            .toList();
    assertThat(names).isSorted().doesNotHaveDuplicates();
  }

  @Test
  void theThreadHasItsOwnPoolBack() {
    spark.sparkContext().setLocalProperty(POOL, "its own");
    try {
      String during = run(() -> spark.sparkContext().getLocalProperty(POOL));
      assertThat(during).startsWith(PREFIX);
      assertThat(spark.sparkContext().getLocalProperty(POOL)).isEqualTo("its own");
    } finally {
      spark.sparkContext().setLocalProperty(POOL, null);
    }
  }

  /** As the side of a join does that turned out to be needless. */
  @Test
  void aJobThatOutlivesItsStatementComesToItsEnd() throws Exception {
    String gate = UUID.randomUUID().toString();
    ExecutorService others = Threads.pool("test-other");
    try {
      Future<Long> left =
          run(
              () -> {
                Future<Long> counting = others.submit(() -> heldEverywhere(gate).count());
                awaitBothCores(gate);
                return counting;
              });
      IntStream.range(0, PARTITIONS).forEach(partition -> HeldPartition.open(gate + partition));
      assertThat(left.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isEqualTo(ROWS);
    } finally {
      Threads.stop(others);
    }
    awaitNoPool();
  }

  /** Runs an action as a statement's. */
  private static <T> T run(Supplier<T> action) {
    return new JobGroup(spark.sparkContext(), "one", "a statement", TIMER).run(action);
  }

  private static void awaitBothCores(String gate) {
    await("a job on both cores")
        .atMost(PATIENCE)
        .until(() -> HeldPartition.reached(gate + 0) && HeldPartition.reached(gate + 1));
  }

  /** Each statement's end forgets what those before it have left. */
  private static void awaitNoPool() {
    await("no pool of an ended statement").until(() -> run(() -> true) && pools().isEmpty());
  }

  /** How many tasks each stage has, pool by pool. */
  private static List<Integer> tasksOfPools() {
    return pools().stream()
        .flatMap(pool -> seq(pool.getSortedTaskSetQueue()).stream())
        .map(stage -> stage.tasks().length)
        .toList();
  }

  /** Those of statements, by name. */
  private static List<Schedulable> pools() {
    return seq(spark.sparkContext().getAllPools()).stream()
        .filter(pool -> pool.name().startsWith(PREFIX))
        .sorted(Comparator.comparing(Schedulable::name))
        .toList();
  }

  private static <T> List<T> seq(scala.collection.Seq<T> all) {
    return JavaConverters.seqAsJavaList(all.toSeq());
  }

  private static Dataset<Long> heldEverywhere(String gate) {
    Dataset<Long> rows = spark.range(0, ROWS, 1, PARTITIONS).as(Encoders.LONG());
    for (int partition = 0; partition < PARTITIONS; partition++) {
      rows = rows.mapPartitions(new HeldPartition(gate + partition, partition), Encoders.LONG());
    }
    return rows;
  }
}
