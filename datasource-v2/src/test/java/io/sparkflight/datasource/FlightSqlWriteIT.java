package io.sparkflight.datasource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.grpc.Status;
import io.sparkflight.datasource.client.ServerConnection;
import io.sparkflight.datasource.client.ServerOptions;
import io.sparkflight.datasource.testing.ForeignServer;
import io.sparkflight.relay.Behaviour;
import io.sparkflight.relay.FaultRelay;
import io.sparkflight.sql.SparkFlightSqlServer;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.DataFrameWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.TaskCompletionListener;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Spark writes to a server of ours: every row once, whatever happens to a task or an answer. */
class FlightSqlWriteIT {
  private static final String TABLE = "written";

  /** So little room that what a failed job leaves would be noticed by the next one. */
  private static final Map<String, String> SETTINGS =
      Map.of(
          "spark.flight.port", "0",
          "spark.flight.exchange.memory", "1m",
          "spark.flight.exchange.statement-memory", "1m",
          "spark.flight.exchange.spill-limit", "8m",
          "spark.flight.exchange.free-space", "0",
          "spark.flight.session.max-per-user", "2");

  @TempDir static Path warehouse = Path.of("");

  /** Tasks of this JVM count here what happened to them. */
  private static final AtomicInteger FAILED = new AtomicInteger();

  /** Tasks whose first row is with the server. */
  private static final AtomicInteger BEGUN = new AtomicInteger();

  private static SparkSession spark;
  private static SparkFlightSqlServer server;

  @BeforeAll
  static void start() {
    spark =
        SparkSession.builder()
            .master(
                "local[8,4]") // both Sparks are this one: who waits must leave room for who works
            .config("spark.ui.enabled", false)
            .config("spark.sql.shuffle.partitions", 2)
            .config("spark.sql.warehouse.dir", warehouse.toUri().toString())
            .getOrCreate();
    server = SparkFlightSqlServer.start(spark, SETTINGS);
  }

  @AfterAll
  static void stop() {
    server.close();
    spark.stop();
  }

  @BeforeEach
  void noTable() {
    spark.sql("DROP TABLE IF EXISTS " + TABLE);
    FAILED.set(0);
  }

  @AfterEach
  void nothingOfAJobRemains() {
    assertThat(Thread.getAllStackTraces().keySet())
        .noneMatch(thread -> thread.getName().startsWith("flight-sql-renewal"));
  }

  private static DataFrameWriter<Row> writer(Dataset<Row> rows) {
    return writer(rows, server.uri());
  }

  private static DataFrameWriter<Row> writer(Dataset<Row> rows, String uri) {
    return rows.write().format("flight-sql").option("uri", uri).option("dbtable", TABLE);
  }

  private static void create(Dataset<Row> rows) {
    writer(rows).mode(SaveMode.Append).option("write.create", "true").save();
  }

  private static Dataset<Row> ids(long first, long end, int partitions) {
    return spark.range(first, end, 1, partitions).toDF();
  }

  /** A session remembers the files of a table, and this one did not write them. */
  private static Dataset<Row> written() {
    return spark.newSession().table(TABLE);
  }

  /** As many rows as there are numbers, and every one of these. */
  private static void assertNumbers(long end) {
    Row found = written().selectExpr("count(*)", "count(DISTINCT id)", "max(id)").head();
    assertThat(List.of(found.get(0), found.get(1), found.get(2)))
        .isEqualTo(List.of(end, end, end - 1));
  }

  private static List<String> sorted(Dataset<Row> rows) {
    return rows.toJSON().collectAsList().stream().sorted().toList();
  }

  private static Dataset<Row> everything() {
    return spark
        .range(0, 2_000, 1, 4)
        .selectExpr(
            "id",
            "CAST(id % 2 AS BOOLEAN) AS odd",
            "CAST(id % 100 AS TINYINT) AS tiny",
            "CAST(id AS SMALLINT) AS small",
            "CAST(id % 7 AS INT) AS seven",
            "IF(id % 5 = 0, NULL, concat('näme ', id % 100)) AS name",
            "CAST(id AS DECIMAL(20, 3)) / 4 AS price",
            "CAST(id AS DECIMAL(38, 0)) AS wide",
            "date_add(DATE '2020-01-01', CAST(id % 1000 AS INT)) AS day",
            "timestamp_micros(id * 1000003) AS at",
            "CAST(timestamp_micros(id * 1000003) AS TIMESTAMP_NTZ) AS local",
            "IF(id % 3 = 0, double('NaN'), id / 3.0) AS ratio",
            "CAST(id AS FLOAT) AS real",
            "array(id, NULL, id + 1) AS list",
            "map('k', id) AS pairs",
            "named_struct('a', id, 'b', array('x', cast(id AS STRING))) AS nested",
            "array(named_struct('m', map(id, array(NULL, 'deep')))) AS deep",
            "CAST(cast(id AS STRING) AS BINARY) AS bytes");
  }

  @Test
  void everyTypeFromSeveralPartitionsIsWrittenAsItIs() {
    create(everything());
    assertThat(written().schema().catalogString()).isEqualTo(everything().schema().catalogString());
    assertThat(sorted(written())).isEqualTo(sorted(everything()));
  }

  @Test
  void rowsAreAppendedByTheNamesOfTheirColumns() {
    spark.sql("CREATE TABLE written (name STRING, id BIGINT, more INT) USING parquet");
    Dataset<Row> rows = ids(0, 10, 3).selectExpr("id", "CAST(id AS STRING) AS name");
    writer(rows).mode("append").save();
    writer(rows).mode("append").save();
    assertThat(sorted(written().select("id", "name"))).isEqualTo(sorted(rows.union(rows)));
    assertThat(written().where("more IS NULL").count()).isEqualTo(20);
  }

  @Test
  void overwritingMakesTheTableAnewAlsoWithoutRows() {
    create(ids(0, 10, 2));
    Dataset<Row> other = ids(0, 5, 2).selectExpr("concat('n', id) AS name");
    writer(other).mode("overwrite").save();
    assertThat(sorted(written())).isEqualTo(sorted(other));
    writer(ids(0, 0, 2)).mode("overwrite").save();
    assertThat(written().columns()).containsExactly("id");
    assertThat(written().count()).isZero();
    writer(ids(0, 0, 2)).mode("append").save();
    writer(ids(0, 3, 1)).mode("append").save();
    assertNumbers(3);
  }

  @Test
  void viewsOfTablesAreInsertedInto() {
    create(ids(0, 3, 1));
    spark.sql(
        "CREATE OR REPLACE TEMPORARY VIEW far USING `flight-sql` OPTIONS (uri '%s', dbtable '`default`.written')"
            .formatted(server.uri()));
    spark.sql("INSERT INTO far SELECT CAST(3 AS INT)");
    assertNumbers(4);
    spark.sql("DROP VIEW far");
  }

  @Test
  void whatDoesNotFitIsToldBeforeAnythingRuns() {
    fails(() -> writer(ids(0, 3, 1)).mode("append").save(), "NOT_FOUND", "it does not exist");
    spark.sql("CREATE TABLE written (id INT) USING parquet");
    Dataset<Row> never = ids(0, 3, 1).selectExpr("assert_true(false, 'it ran') AS ran", "id");
    fails(() -> writer(never).mode("append").save(), "it has no column ran, but id");
    Dataset<Row> text = ids(0, 3, 1).selectExpr("concat('n', id) AS id");
    fails(() -> writer(text).mode("append").save(), "INVALID_ARGUMENT", "written", "`id`");
    Dataset<Row> interval = ids(0, 1, 1).selectExpr("make_interval(1, 2, 3) AS i");
    fails(() -> writer(interval).mode("overwrite").save(), "interval type");
    assertThat(written().count()).isZero();
  }

  @Test
  void whatIsAskedForWronglyIsRefused() {
    fails(() -> writer(ids(0, 1, 1)).save(), "ErrorIfExists", "please use Append or Overwrite");
    fails(
        () ->
            ids(0, 1, 1)
                .write()
                .format("flight-sql")
                .option("uri", server.uri())
                .option("query", "SELECT 1 AS id")
                .mode("append")
                .save(),
        "a query cannot be written to");
    fails(
        () -> writer(ids(0, 1, 1)).option("write.create", "yes").mode("append").save(),
        "write.create is yes");
    fails(
        () -> writer(ids(0, 1, 1)).option("dbtable", "a b").mode("append").save(),
        "dbtable is not the name of a table");
  }

  /** It fails when its rows are with the server already, and runs once more. */
  @Test
  void aTaskThatFailsAfterItsUploadDoublesNothing() {
    create(failing(ids(0, 1_000, 4), 1));
    assertThat(FAILED).hasValue(1);
    assertNumbers(1_000);
  }

  /** The parts that the others have brought are freed: three such jobs would not have the room. */
  @Test
  void aJobThatFailsWritesNothingAndLeavesNothing() {
    spark.sql("CREATE TABLE written (id BIGINT, pad STRING) USING parquet");
    Dataset<Row> large =
        ids(0, 3_000, 3).selectExpr("id", "repeat(CAST(id AS STRING), 250) AS pad");
    for (int time = 0; time < 3; time++) {
      FAILED.set(0);
      fails(() -> writer(failing(large, 99)).mode("append").save(), "made to fail");
      assertThat(FAILED).hasValue(4);
    }
    assertThat(written().count()).isZero();
    writer(large).mode("append").save();
    assertNumbers(3_000);
  }

  /** More tasks bring rows at once than a user may have sessions: they share one. */
  @Test
  void aUserWritesAndLeavesNoSessionBehind() {
    Dataset<Row> large =
        spark.range(0, 6, 1, 3).selectExpr("id", "repeat('x', 1100000) AS pad"); // a batch each
    BEGUN.set(0);
    ada(large.mapPartitions(
            (MapPartitionsFunction<Row, Row>) FlightSqlWriteIT::together, large.encoder()))
        .option("write.create", "true")
        .mode("append")
        .save();
    assertThat(BEGUN).as("no task was refused and ran again").hasValue(3);
    assertNumbers(6);
    for (int time = 0; time < 3; time++) {
      ada(ids(0, 80, 8)).mode("overwrite").save();
    }
    assertNumbers(80);
  }

  private static DataFrameWriter<Row> ada(Dataset<Row> rows) {
    return writer(rows).option("user", "ada").option("password", "any");
  }

  /** No task goes on before all three have sent their first row. */
  private static Iterator<Row> together(Iterator<Row> rows) {
    return new Iterator<>() {
      private int given;

      @Override
      public boolean hasNext() {
        return rows.hasNext();
      }

      @Override
      public Row next() {
        if (given++ == 1) {
          BEGUN.incrementAndGet();
          await("all tasks to begin").until(() -> BEGUN.get() >= 3);
        }
        return rows.next();
      }
    };
  }

  /** The first part waits longer than the server keeps one that nobody renews. */
  @Test
  void partsAreKeptWhileTheJobRuns() {
    Dataset<Row> rows = ids(0, 100, 2);
    Dataset<Row> slow =
        rows.mapPartitions(
            (MapPartitionsFunction<Row, Row>)
                all -> {
                  if (TaskContext.getPartitionId() == 1) {
                    await("a part that would be freed")
                        .during(Duration.ofSeconds(5))
                        .until(() -> true);
                  }
                  return all;
                },
            rows.encoder());
    Map<String, String> settings = new HashMap<>(SETTINGS);
    settings.put("spark.flight.exchange.idle-timeout", "2s");
    try (SparkFlightSqlServer forgetful = SparkFlightSqlServer.start(spark, settings)) {
      writer(slow, forgetful.uri()).mode("append").option("write.create", "true").save();
    }
    assertNumbers(100);
  }

  /** The server's answer to the commit never arrives, and the table has the rows already. */
  @Test
  void aCommitWhoseAnswerGetsLostIsAskedAgain() throws Exception {
    AtomicInteger lost = new AtomicInteger();
    try (FaultRelay relay = FaultRelay.start(URI.create(server.uri()).getPort(), 1)) {
      relay.behave(
          FaultRelay.Direction.TO_CALLER,
          (piece, length, hop) -> {
            if (spark.catalog().tableExists(TABLE) && lost.getAndIncrement() == 0) {
              hop.reset();
            } else {
              hop.write(piece, 0, length);
            }
          });
      writer(ids(0, 1_000, 4), "grpc://" + relay.authority())
          .mode("append")
          .option("write.create", "true")
          .save();
    }
    assertThat(lost.get()).isGreaterThan(1);
    assertNumbers(1_000);
  }

  /** Its session ends by itself, later. */
  @Test
  void aServerThatHangsIsLeftSoon() throws Exception {
    try (FaultRelay relay = FaultRelay.start(URI.create(server.uri()).getPort(), 1)) {
      String uri = "grpc://" + relay.authority();
      ServerConnection connection =
          ServerConnection.open(
              ServerOptions.of(
                  Map.of("uri", uri, "user", "bob", "password", "any", "timeout", "0s")));
      relay.behave(FaultRelay.Direction.TO_CALLER, Behaviour.BLACK_HOLE);
      assertTimeoutPreemptively(Duration.ofSeconds(30), connection::close);
    }
  }

  /** What a proxy says of an answer that it has lost, and then what a server says that is full. */
  @Test
  void aCommitThatMayBeDoneIsNeverSaidToHaveFailed() {
    try (ForeignServer door = ForeignServer.before(server.uri(), Set.of())) {
      door.loseAnswers(
          "ingest.parts",
          Status.INTERNAL.withDescription("RST_STREAM closed stream"),
          Status.CANCELLED.withDescription("the proxy is restarted"),
          Status.DEADLINE_EXCEEDED);
      writer(ids(0, 10, 2), door.uri()).mode("append").option("write.create", "true").save();
      assertNumbers(10);
      door.loseAnswers("ingest.parts", Status.UNAVAILABLE, Status.RESOURCE_EXHAUSTED);
      fails(
          () -> writer(ids(10, 20, 2), door.uri()).mode("append").save(),
          "Cannot tell whether 10 rows were written to written",
          "they may be in the table",
          "RESOURCE_EXHAUSTED");
      assertNumbers(20);
      door.loseAnswers("ingest.parts", Status.RESOURCE_EXHAUSTED);
      assertThatThrownBy(() -> writer(ids(20, 30, 2), door.uri()).mode("append").save())
          .hasStackTraceContaining("RESOURCE_EXHAUSTED")
          .satisfies(failure -> assertThat(failure.toString()).doesNotContain("Cannot tell"));
    }
  }

  /** Its parts go with it. */
  @Test
  void aServerThatEndsInTheMiddleFailsTheJobAndNothingIsWritten() {
    Map<String, String> settings = new HashMap<>(SETTINGS);
    settings.put("spark.flight.drain-timeout", "0s");
    SparkFlightSqlServer started = SparkFlightSqlServer.start(spark, settings);
    mortal = started;
    spark.sql("CREATE TABLE written (id BIGINT) USING parquet");
    try {
      fails(
          () ->
              writer(
                      ids(0, 1_000, 4)
                          .mapPartitions(
                              (MapPartitionsFunction<Row, Long>)
                                  rows -> {
                                    if (TaskContext.getPartitionId() == 3) {
                                      endServer();
                                    }
                                    return longs(rows);
                                  },
                              Encoders.LONG())
                          .toDF("id"),
                      started.uri())
                  .mode("append")
                  .save(),
          "UNAVAILABLE");
    } finally {
      started.close();
    }
    assertThat(written().count()).isZero();
  }

  private static @Nullable SparkFlightSqlServer mortal;

  /** Called by a task of this JVM. */
  private static void endServer() {
    Objects.requireNonNull(mortal).close();
  }

  private static Iterator<Long> longs(Iterator<Row> rows) {
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return rows.hasNext();
      }

      @Override
      public Long next() {
        return rows.next().getLong(0);
      }
    };
  }

  /** Lets the task of the last partition fail so many times, after it has committed its rows. */
  private static Dataset<Row> failing(Dataset<Row> rows, int times) {
    int last = rows.rdd().getNumPartitions() - 1;
    return rows.mapPartitions(
        (MapPartitionsFunction<Row, Row>)
            all -> {
              if (TaskContext.getPartitionId() == last && FAILED.get() < times) {
                TaskContext.get()
                    .addTaskCompletionListener(
                        (TaskCompletionListener)
                            context -> {
                              FAILED.incrementAndGet();
                              throw new IllegalStateException("made to fail");
                            });
              }
              return all;
            },
        rows.encoder());
  }

  private static void fails(ThrowingCallable write, String... words) {
    assertThatThrownBy(write)
        .satisfies(
            failure -> {
              StringBuilder said = new StringBuilder();
              for (Throwable each = failure; each != null; each = each.getCause()) {
                said.append(each.getMessage()).append('\n');
              }
              assertThat(said.toString()).contains(words);
            });
  }
}
