package io.sparkflight.manager.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.sparkflight.error.ErrorKind;
import io.sparkflight.error.FlightFailure;
import io.sparkflight.manager.Lease;
import io.sparkflight.manager.Placement;
import io.sparkflight.manager.PublishedStatement;
import io.sparkflight.manager.ResultEndpoint;
import io.sparkflight.manager.StatementHandle;
import io.sparkflight.manager.Upload;
import io.sparkflight.manager.UploadedRows;
import io.sparkflight.manager.run.ManagerFixture.Numbers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.DictionaryProvider.MapDictionaryProvider;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What two servers of one cluster promise to a plain client of both. */
public abstract class DistributedContract extends TwoServers {
  private static final int SEEDS = 20;
  private static final long ROWS = 200_000;
  private static final int PARTITIONS = 8;

  @Test
  void bothServersDeliverTheirPartOnce() throws Exception {
    PublishedStatement statement = publish(spark.range(0, ROWS, 1, PARTITIONS).toDF());
    assertThat(statement.endpoints().stream().map(TwoServers::location))
        .containsExactlyInAnyOrder(a.location(), b.location());
    Numbers all = new Numbers();
    for (ResultEndpoint endpoint : statement.endpoints()) {
      long before = all.rows;
      read(endpoint, all::add);
      assertThat(all.rows).as("rows of %s", location(endpoint)).isGreaterThan(before);
    }
    assertThat(all.sameAs(Numbers.upTo(ROWS))).as("%s", all).isTrue();
    awaitNothingLeft();
  }

  @Test
  void retriedTasksAreExact() throws Exception {
    Numbers expected = Numbers.upTo(ROWS);
    for (long seed = 0; seed < SEEDS; seed++) {
      PoisonedAttempt poison =
          new PoisonedAttempt(seed, PoisonedAttempt.Poison.SAME_ROWS, (int) (ROWS / PARTITIONS));
      PublishedStatement statement =
          publish(
              spark
                  .range(0, ROWS, 1, PARTITIONS)
                  .mapPartitions(poison, Encoders.LONG())
                  .toDF("id"));
      Numbers all = new Numbers();
      for (ResultEndpoint endpoint : statement.endpoints()) {
        read(endpoint, all::add);
      }
      assertThat(all.sameAs(expected)).as("seed %d: %s", seed, all).isTrue();
    }
  }

  @Test
  void onlyOneServerHasALease() {
    try (Lease first = a.manager().lease("to ingest")) {
      first.check();
      assertThatThrownBy(() -> b.manager().lease("to ingest"))
          .isInstanceOf(FlightFailure.class)
          .hasMessageContaining("Cannot begin 'to ingest': it is being done just now");
      b.manager().lease("something else").close();
    }
    b.manager().lease("to ingest").close();
  }

  /** Tasks that fail in the middle of what they read, and read it again. */
  @Test
  void anUploadIsReadByTasksAndTheirRetries() {
    int batches = 40;
    try (BufferAllocator memory = new RootAllocator();
        BigIntVector ids = new BigIntVector("id", memory);
        VectorSchemaRoot root = VectorSchemaRoot.of(ids);
        Upload upload = a.manager().upload("anna", root, new MapDictionaryProvider())) {
      for (int batch = 0; batch < batches; batch++) {
        UploadedNumbers.fill(root, ids, batch);
        upload.add();
      }
      assertThat(upload.rows()).isEqualTo((long) batches * UploadedNumbers.ROWS);
      Dataset<Long> read = upload.read(spark).as(Encoders.LONG());
      assertThat(a.manager().usage().disk()).isPositive(); // it has more than fits the memory
      for (long seed = 0; seed < 4; seed++) {
        PoisonedAttempt poison =
            new PoisonedAttempt(seed, PoisonedAttempt.Poison.SAME_ROWS, UploadedNumbers.ROWS);
        Row sums =
            read.mapPartitions(poison, Encoders.LONG()).selectExpr("count(*)", "sum(value)").head();
        assertThat(sums.getLong(0)).isEqualTo(upload.rows());
        assertThat(sums.getLong(1)).isEqualTo(upload.rows() * (upload.rows() - 1) / 2);
      }
      upload.close();
      assertThatThrownBy(read::count).hasMessageContaining("was an upload that has ended");
    }
    awaitNothingLeft();
  }

  @Test
  void namedUploadsOfBothServersAreReadAsOne() {
    StatementHandle group = StatementHandle.random();
    UploadedNumbers.keep(a, group, "x", 0, 3);
    UploadedNumbers.keep(b, group, "y", 3, 2);
    UploadedNumbers.keep(b, group, "a failed attempt", 0, 3);
    UploadedNumbers.keep(b, StatementHandle.random(), "y", 0, 1); // of another group, which stays
    long all = 5L * UploadedNumbers.ROWS;
    for (ManagerFixture asked : List.of(a, b)) {
      try (UploadedRows rows =
          asked.manager().gather(group, rows("x", 3, "y", 2), UploadedNumbers.COLUMNS)) {
        assertThat(rows.rows()).isEqualTo(all);
        Row sums = rows.read(spark).selectExpr("count(*)", "sum(id)").head();
        assertThat(sums).isEqualTo(RowFactory.create(all, all * (all - 1) / 2));
      }
    }
    Dataset<Row> freed;
    try (UploadedRows rows =
        a.manager().gather(group, rows("x", 3, "y", 2), UploadedNumbers.COLUMNS)) {
      freed = rows.read(spark);
    }
    a.manager().free(group);
    assertThatThrownBy(freed::count).hasMessageContaining("was an upload that has ended");
    assertThat(b.manager().usage().statements()).isOne();
    assertThat(a.manager().usage().statements()).isZero();
  }

  @Test
  void whatIsToldOfNamedUploadsHasToBeTrue() {
    StatementHandle group = StatementHandle.random();
    UploadedNumbers.keep(a, group, "x", 0, 1);
    UploadedNumbers.keep(b, group, "y", 1, 1);
    UploadedNumbers.keep(a, group, "z", 2, 1);
    UploadedNumbers.keep(b, group, "z", 2, 1);
    refused(rows("x", 1, "w", 1), group, ErrorKind.NOT_FOUND, "no server has it");
    refused(
        rows("x", 1, "y", 2), group, ErrorKind.INVALID, "it has 10000 rows, and 20000 are told");
    refused(rows("x", 1, "z", 1), group, ErrorKind.INVALID, "2 servers have one of this name");
    StructType other = new StructType().add("id", "int");
    assertThatThrownBy(() -> a.manager().gather(group, rows("x", 1, "y", 1), other))
        .hasMessageContaining("its columns are id BIGINT, and id INT are told");
    assertThatThrownBy(() -> UploadedNumbers.keep(b, group, "y", 0, 1))
        .hasMessageContaining("there is one of this name");
    b.close();
    await("one server").until(() -> a.manager().locator().members().size() == 1);
    refused(rows("x", 1, "y", 1), group, ErrorKind.NOT_FOUND, "its server was stopped");
    a.manager().free(group);
    assertThat(a.manager().usage().statements()).isZero();
  }

  private void refused(
      Map<String, Long> told, StatementHandle group, ErrorKind kind, String words) {
    assertThatThrownBy(() -> a.manager().gather(group, told, UploadedNumbers.COLUMNS))
        .isInstanceOfSatisfying(FlightFailure.class, e -> assertThat(e.kind()).isEqualTo(kind))
        .hasMessageContaining(words);
  }

  private static Map<String, Long> rows(String one, int batches, String other, int more) {
    return Map.of(
        one, (long) batches * UploadedNumbers.ROWS, other, (long) more * UploadedNumbers.ROWS);
  }

  @Test
  void aTaskThatNeverSucceedsEndsBothStreamsWithItsReason() {
    PublishedStatement statement =
        publish(
            spark.sql(
                "SELECT assert_true(id < 150000, concat('row ', id, ' is bad'))"
                    + " FROM range(0, 200000, 1, 4)"));
    assertThat(statement.endpoints()).hasSize(2);
    for (ResultEndpoint endpoint : statement.endpoints()) {
      assertThatThrownBy(() -> read(endpoint, batch -> {}))
          .as("%s", location(endpoint))
          .isInstanceOf(FlightRuntimeException.class)
          .hasMessageContaining("row 150000 is bad")
          .hasMessageNotContaining("\tat ");
    }
  }

  @Test
  void aServerLostWhileTasksPushEndsEveryStreamWithAnError() throws Exception {
    PublishedStatement statement = publish(spark.range(0, 2_000_000_000L, 1, 4).toDF());
    List<String> unused = loseB(statement);
    awaitNoJob();
  }

  @Test
  void aServerLostWithItsRowsEndsEveryStreamThoughNoTaskPushesToIt() throws Exception {
    // The gates of one JVM outlive a test, and this one runs on several clusters.
    String gate = "lost with its rows " + UUID.randomUUID();
    PublishedStatement statement =
        publish(
            spark
                .range(0, ROWS, 1, PARTITIONS)
                .mapPartitions(new HeldPartition(gate, PARTITIONS - 1), Encoders.LONG())
                .toDF("id"));
    try {
      assertThat(loseB(statement)).allSatisfy(reason -> assertThat(reason).contains("UNAVAILABLE"));
    } finally {
      HeldPartition.open(gate);
    }
  }

  @Test
  void aLostInitiatorEndsEveryStreamWithAnError() throws Exception {
    PublishedStatement statement =
        b.publish(spark.range(0, 2_000_000_000L, 1, 4).toDF(), Placement.DISTRIBUTED);
    List<String> unused = loseB(statement);
  }

  /** Reads every endpoint at once, closes server b in the middle, and expects errors in time. */
  private List<String> loseB(PublishedStatement statement) throws Exception {
    List<ResultEndpoint> endpoints = statement.endpoints();
    assertThat(endpoints).hasSize(2);
    CountDownLatch allReceive = new CountDownLatch(endpoints.size());
    List<? extends Future<?>> reads =
        endpoints.stream()
            .map(endpoint -> readers.submit(() -> readAll(endpoint, allReceive)))
            .toList();
    assertThat(allReceive.await(30, TimeUnit.SECONDS)).isTrue();
    long start = System.nanoTime();
    b.close();
    List<String> reasons = new ArrayList<>();
    for (Future<?> read : reads) {
      await("the end of a stream").atMost(TOLD_WITHIN).until(read::isDone);
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(TOLD_WITHIN);
      Throwable failure = catchThrowable(read::get);
      assertThat(failure).hasCauseInstanceOf(FlightRuntimeException.class);
      reasons.add(String.valueOf(failure.getMessage()));
    }
    return reasons;
  }

  private PublishedStatement publish(Dataset<Row> data) {
    return a.publish(data, Placement.DISTRIBUTED);
  }

  private static @Nullable Void readAll(ResultEndpoint endpoint, CountDownLatch allReceive)
      throws Exception {
    CountDownLatch first = new CountDownLatch(1);
    read(
        endpoint,
        batch -> {
          if (first.getCount() > 0) {
            first.countDown();
            allReceive.countDown();
          }
        });
    return null;
  }
}
