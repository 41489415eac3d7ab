package io.sparkflight.manager.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sparkflight.lifecycle.Threads;
import io.sparkflight.manager.JobGroup;
import io.sparkflight.manager.Placement;
import io.sparkflight.manager.PublishedStatement;
import io.sparkflight.manager.run.ManagerFixture.Numbers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.scheduler.Pool;
import org.apache.spark.scheduler.Schedulable;
import org.apache.spark.scheduler.SchedulingMode;
import org.apache.spark.scheduler.TaskSetManager;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.sparkflight.StatementPools;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import scala.collection.JavaConverters;

/** Statements share the cores of an application whose scheduler is fair. */
class FairSchedulingIT {
  private static final String POOL = "spark.scheduler.pool";
  private static final String ALL = "spark-flight";
  private static final String PREFIX = ALL + "-";
  private static final int PARTITIONS = 6;
  private static final int ROWS = 600;
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private static final ScheduledExecutorService TIMER = Threads.timer("test-timer");

  private SparkSession spark;

  @BeforeEach
  void start() {
    spark = start(2);
  }

  private static SparkSession start(int cores) {
    return SparkSession.builder()
        .master("local[" + cores + "]")
        .config("spark.ui.enabled", false)
        .config("spark.scheduler.mode", "FAIR")
        .getOrCreate();
  }

  @AfterEach
  void stop() {
    spark.stop();
  }

  @AfterAll
  static void stopTimer() {
    Threads.stop(TIMER);
  }

  /**
   * In one pool, or in Spark's own order of pools, which is by name where no task runs, small ones
   * would wait for all large ones that came before them.
   */
  @Test
  void smallAndLargeStatementsShareTheCoresHoweverManyThereAre() throws Exception {
    List<String> large = gates(3);
    List<String> small = gates(2);
    try (ManagerFixture fixture = new ManagerFixture(spark, Map.of())) {
      List<PublishedStatement> published = new ArrayList<>();
      published.add(publish(fixture, large.get(0), PARTITIONS));
      awaitReached(large.get(0) + 0, large.get(0) + 1);
      published.add(publish(fixture, large.get(1), PARTITIONS));
      published.add(publish(fixture, large.get(2), PARTITIONS));
      published.add(publish(fixture, small.get(0), 1));
      published.add(publish(fixture, small.get(1), 1));

      HeldPartition.open(large.get(0) + 0);
      awaitReached(small.get(0) + 0); // although two large ones have had nothing yet
      HeldPartition.open(large.get(0) + 1);
      awaitReached(large.get(0) + 2); // although a small one waits
      HeldPartition.open(small.get(0) + 0);
      awaitReached(small.get(1) + 0);
      HeldPartition.open(large.get(0) + 2);
      awaitReached(large.get(1) + 0); // it is its turn

      large.forEach(gate -> open(gate, PARTITIONS));
      small.forEach(gate -> open(gate, 1));
      for (PublishedStatement each : published) {
        assertThat(fixture.readNumbers(each).sameAs(Numbers.upTo(ROWS))).isTrue();
      }
    }
    awaitNoPool();
  }

  /** There no statement has a running task whenever the core is free: they share its time. */
  @Test
  void smallAndLargeStatementsTakeTurnsOnOneCore() throws Exception {
    stop();
    spark = start(1);
    String large = UUID.randomUUID().toString();
    List<String> small = gates(2);
    try (ManagerFixture fixture = new ManagerFixture(spark, Map.of())) {
      List<PublishedStatement> published = new ArrayList<>();
      published.add(publish(fixture, large, PARTITIONS));
      awaitReached(large + 0);
      long both = System.nanoTime();
      published.add(publish(fixture, small.get(0), 1));
      published.add(publish(fixture, small.get(1), 1));

      HeldPartition.open(large + 0);
      awaitReached(small.get(0) + 0);
      long begun = System.nanoTime();
      await("more time for the small one than the large one has had beside it")
          .atMost(PATIENCE)
          .until(() -> System.nanoTime() - begun > begun - both);
      HeldPartition.open(small.get(0) + 0);
      awaitReached(large + 1);
      assertThat(HeldPartition.reached(small.get(1) + 0)).isFalse();

      open(large, PARTITIONS);
      open(small.get(1), 1);
      for (PublishedStatement each : published) {
        assertThat(fixture.readNumbers(each).sameAs(Numbers.upTo(ROWS))).isTrue();
      }
    }
    awaitNoPool();
  }

  /** It would keep other small ones from the only core that is theirs. */
  @Test
  void aStatementOfOneTaskThatTakesLongIsALargeOne() throws Exception {
    List<String> gates = gates(3);
    try (ManagerFixture fixture = new ManagerFixture(spark, Map.of())) {
      List<PublishedStatement> published = new ArrayList<>();
      published.add(publish(fixture, gates.get(0), 1));
      awaitReached(gates.get(0) + 0);
      long begin = System.nanoTime();
      published.add(publish(fixture, gates.get(1), PARTITIONS));
      awaitReached(gates.get(1) + 0);
      published.add(publish(fixture, gates.get(2), 1));
      await("more than both cores do in three seconds")
          .atMost(PATIENCE)
          .until(() -> System.nanoTime() - begin > Duration.ofSeconds(6).toNanos());

      HeldPartition.open(gates.get(1) + 0);
      awaitReached(gates.get(2) + 0);

      gates.forEach(gate -> open(gate, PARTITIONS));
      for (PublishedStatement each : published) {
        assertThat(fixture.readNumbers(each).sameAs(Numbers.upTo(ROWS))).isTrue();
      }
    }
  }

  /** As one who wants to weigh them all: Spark's own pools have the names that jobs give. */
  @Test
  void aJobMayNameThePoolOfAllStatements() {
    spark.sparkContext().setLocalProperty(POOL, ALL);
    try {
      assertThat(spark.range(ROWS).count()).isEqualTo(ROWS);
      assertThat(run(() -> spark.range(ROWS).count())).isEqualTo(ROWS);
      assertThat(spark.range(ROWS).count()).isEqualTo(ROWS);
    } finally {
      spark.sparkContext().setLocalProperty(POOL, null);
    }
    awaitNoPool();
  }

  @Test
  void aDescribedPoolWeighsAllStatements() {
    Pool root = spark.sparkContext().taskScheduler().rootPool();
    root.addSchedulable(new Pool(ALL, SchedulingMode.FIFO(), 1, 3));
    run(() -> true);
    List<Schedulable> all =
        root.schedulableQueue().stream().filter(pool -> pool.name().equals(ALL)).toList();
    assertThat(all)
        .singleElement()
        .isNotExactlyInstanceOf(Pool.class)
        .returns(1, Schedulable::minShare)
        .returns(3, Schedulable::weight);
  }

  /** Spark's listener keeps each name that it has ever seen. */
  @Test
  void namesAreUsedAgainButNotAtTheSameTime() {
    Supplier<String> name = () -> spark.sparkContext().getLocalProperty(POOL);
    List<String> nested = run(() -> List.of(name.get(), run(name), run(name)));
    assertThat(nested).doesNotHaveDuplicates();
    List<String> all = Stream.generate(() -> run(name)).limit(300).toList();
    assertThat(new HashSet<>(all)).hasSizeLessThan(100);
    for (int i = 1; i < all.size(); i++) {
      assertThat(all.subList(Math.max(0, i - 60), i)).doesNotContain(all.get(i));
    }
  }

  @Test
  void aPoolIsFreeAgainWhenTheJobHasEndedThatOutlivedItsStatement() throws Exception {
    String gate = UUID.randomUUID().toString();
    ExecutorService others = Threads.pool("test-other");
    String[] name = {""};
    try {
      Future<Long> left =
          run(
              () -> {
                name[0] = spark.sparkContext().getLocalProperty(POOL);
                Future<Long> counting = others.submit(() -> held(gate, PARTITIONS).count());
                awaitReached(gate + 0, gate + 1);
                return counting;
              });
      assertThat(StatementPools.claim(spark.sparkContext(), name[0])).isFalse();
      open(gate, PARTITIONS);
      left.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      // What it knows of the wide stage is not the next statement's.
      assertThat(spark.sparkContext().getPoolForName(name[0]).isDefined()).isTrue();
      assertThat(StatementPools.claim(spark.sparkContext(), name[0])).isTrue();
      assertThat(spark.sparkContext().getPoolForName(name[0]).isDefined()).isFalse();
    } finally {
      Threads.stop(others);
    }
  }

  @Test
  void theThreadHasItsOwnPoolBack() {
    spark.sparkContext().setLocalProperty(POOL, "its own");
    try {
      String during =
          run(
              () -> {
                assertThat(spark.range(ROWS).count()).isEqualTo(ROWS);
                String pool = spark.sparkContext().getLocalProperty(POOL);
                // Spark's UI links to it.
                assertThat(spark.sparkContext().getPoolForName(pool).isDefined()).isTrue();
                return pool;
              });
      assertThat(during).startsWith(PREFIX);
      assertThat(spark.sparkContext().getPoolForName(during).isDefined()).isFalse();
      assertThat(spark.sparkContext().getLocalProperty(POOL)).isEqualTo("its own");
    } finally {
      spark.sparkContext().setLocalProperty(POOL, null);
    }
  }

  /** As the side of a join does that turned out to be needless. */
  @Test
  void jobsThatOutliveTheirStatementComeToTheirEnd() throws Exception {
    String gate = UUID.randomUUID().toString();
    CountDownLatch goOn = new CountDownLatch(1);
    ExecutorService others = Threads.pool("test-other");
    try {
      Future<Long> left =
          run(
              () -> {
                Future<Long> counting =
                    others.submit(
                        () -> {
                          long first = held(gate, PARTITIONS).count();
                          goOn.await();
                          return first + spark.range(ROWS).count();
                        });
                awaitReached(gate + 0, gate + 1);
                return counting;
              });
      open(gate, PARTITIONS);
      awaitNoPool(); // forgotten before the next job comes
      goOn.countDown();
      assertThat(left.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isEqualTo(2 * ROWS);
      // Spark makes a pool of its own for a name that it cannot find, and keeps it.
      assertThat(seq(spark.sparkContext().getAllPools()))
          .extracting(Schedulable::name)
          .containsExactlyInAnyOrder("default", ALL);
    } finally {
      Threads.stop(others);
    }
    awaitNoPool();
  }

  /** Runs an action as a statement's. */
  private <T> T run(Supplier<T> action) {
    return new JobGroup(spark.sparkContext(), "one", "a statement", TIMER).run(action);
  }

  /** Publishes numbers whose tasks Spark has when this returns. */
  private PublishedStatement publish(ManagerFixture fixture, String gate, int partitions) {
    int before = tasksOfPools().size();
    PublishedStatement published =
        fixture.publish(held(gate, partitions).toDF(), Placement.DISTRIBUTED);
    await("the tasks of one more statement")
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(tasksOfPools()).hasSize(before + 1).endsWith(partitions));
    return published;
  }

  private static List<String> gates(int count) {
    return Stream.generate(() -> UUID.randomUUID().toString()).limit(count).toList();
  }

  private static void open(String gate, int partitions) {
    IntStream.range(0, partitions).forEach(partition -> HeldPartition.open(gate + partition));
  }

  private static void awaitReached(String... gates) {
    await("tasks at their gates")
        .atMost(PATIENCE)
        .until(() -> Stream.of(gates).allMatch(HeldPartition::reached));
  }

  /** Each statement's end forgets what those before it have left. */
  private void awaitNoPool() {
    await("no pool of an ended statement").until(() -> run(() -> true) && pools().isEmpty());
  }

  /** How many tasks each stage has, pool by pool. */
  private List<Integer> tasksOfPools() {
    return pools().stream()
        .flatMap(pool -> pool.schedulableQueue().stream())
        .map(stage -> ((TaskSetManager) stage).numTasks())
        .toList();
  }

  /** Those of statements, as they came. */
  private List<Schedulable> pools() {
    return seq(spark.sparkContext().getAllPools()).stream()
        .flatMap(pool -> pool.schedulableQueue().stream())
        .filter(pool -> pool.name().startsWith(PREFIX))
        .toList();
  }

  private static <T> List<T> seq(scala.collection.Seq<T> all) {
    return JavaConverters.seqAsJavaList(all.toSeq());
  }

  /** Numbers, each of whose tasks waits at the gate of its partition. */
  private Dataset<Long> held(String gate, int partitions) {
    Dataset<Long> rows = spark.range(0, ROWS, 1, partitions).as(Encoders.LONG());
    for (int partition = 0; partition < partitions; partition++) {
      rows = rows.mapPartitions(new HeldPartition(gate + partition, partition), Encoders.LONG());
    }
    return rows;
  }
}
