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
import java.util.concurrent.ScheduledExecutorService;
import java.util.stream.IntStream;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.Schedulable;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import scala.collection.JavaConverters;

/** Statements share the cores of an application whose scheduler is fair. */
class FairSchedulingIT {
  private static final String POOL = "spark.scheduler.pool";
  private static final int PARTITIONS = 6;
  private static final int ROWS = 600;
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  /**
   * In one pool of its own kind, or without fairness, the small one would wait for the large one.
   */
  @Test
  void aSmallStatementGetsTheNextFreeCoreBesideALargeOne() throws Exception {
    String gate = UUID.randomUUID().toString();
    try (SparkSession spark =
            SparkSession.builder()
                .master("local[2]")
                .config("spark.ui.enabled", false)
                .config("spark.scheduler.mode", "FAIR")
                .getOrCreate();
        ManagerFixture fixture = new ManagerFixture(spark, Map.of())) {
      PublishedStatement large =
          fixture.publish(heldEverywhere(spark, gate).toDF(), Placement.DISTRIBUTED);
      await("the large one on both cores")
          .atMost(PATIENCE)
          .until(() -> HeldPartition.reached(gate + 0) && HeldPartition.reached(gate + 1));
      PublishedStatement small =
          fixture.publish(spark.range(0, 10, 1, 1).toDF(), Placement.DISTRIBUTED);
      // The pool that Spark has for all is fair only where no file describes pools, as here.
      await("the tasks of each in a pool of their own")
          .atMost(PATIENCE)
          .untilAsserted(
              () -> {
                assertThat(pools(spark.sparkContext())).hasSize(2);
                // By this order Spark chooses between pools that have equally many tasks running.
                assertThat(tasksOfPool(spark.sparkContext(), 0)).containsExactly(PARTITIONS);
                assertThat(tasksOfPool(spark.sparkContext(), 1)).containsExactly(1);
              });
      HeldPartition.open(gate + 0);
      assertThat(fixture.readNumbers(small).sameAs(Numbers.upTo(10))).isTrue();
      IntStream.range(1, PARTITIONS).forEach(partition -> HeldPartition.open(gate + partition));
      assertThat(fixture.readNumbers(large).sameAs(Numbers.upTo(ROWS))).isTrue();
      await("no pool of an ended statement")
          .untilAsserted(() -> assertThat(pools(spark.sparkContext())).isEmpty());
      assertThePoolIsBack(spark.sparkContext());
    }
  }

  /** How many tasks each stage has of the pool that is so many names behind the first. */
  private static List<Integer> tasksOfPool(SparkContext context, int place) {
    return seq(pools(context).get(place).getSortedTaskSetQueue()).stream()
        .map(stage -> stage.tasks().length)
        .toList();
  }

  /** Those of statements, by name. */
  private static List<Schedulable> pools(SparkContext context) {
    return seq(context.getAllPools()).stream()
        .filter(pool -> pool.name().startsWith("spark-flight-"))
        .sorted(Comparator.comparing(Schedulable::name))
        .toList();
  }

  private static <T> List<T> seq(scala.collection.Seq<T> all) {
    return JavaConverters.seqAsJavaList(all.toSeq());
  }

  private static void assertThePoolIsBack(SparkContext context) {
    context.setLocalProperty(POOL, "its own");
    ScheduledExecutorService timer = Threads.timer("test-timer");
    try {
      String during =
          new JobGroup(context, "one", "a statement", timer)
              .run(() -> context.getLocalProperty(POOL));
      assertThat(during).startsWith("spark-flight-");
      assertThat(context.getLocalProperty(POOL)).isEqualTo("its own");
    } finally {
      Threads.stop(timer);
      context.setLocalProperty(POOL, null);
    }
  }

  private static Dataset<Long> heldEverywhere(SparkSession spark, String gate) {
    Dataset<Long> rows = spark.range(0, ROWS, 1, PARTITIONS).as(Encoders.LONG());
    for (int partition = 0; partition < PARTITIONS; partition++) {
      rows = rows.mapPartitions(new HeldPartition(gate + partition, partition), Encoders.LONG());
    }
    return rows;
  }
}
