package io.sparkflight.datasource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.grpc.Status;
import io.sparkflight.datasource.client.ServerConnection;
import io.sparkflight.datasource.client.ServerOptions;
import io.sparkflight.datasource.testing.FailingTask;
import io.sparkflight.datasource.testing.ForeignServer;
import io.sparkflight.datasource.testing.SecondRow;
import io.sparkflight.relay.Behaviour;
import io.sparkflight.relay.FaultRelay;
import io.sparkflight.sql.SparkFlightSqlServer;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.DataFrameWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Every row is written once, whatever happens to a task, a server or an answer. */
class FlightSqlWriteFailuresIT extends LittleRoom {
  /** Tasks whose first row is with the server. */
  private static final AtomicInteger BEGUN = new AtomicInteger();

  private static @Nullable SparkFlightSqlServer mortal;

  /** It fails when its rows are with the server already, and runs once more. */
  @Test
  void aTaskThatFailsAfterItsUploadDoublesNothing() {
    create(FailingTask.last(ids(0, 1_000, 4), 1));
    assertThat(FailingTask.failures()).isEqualTo(1);
    assertNumbers(1_000);
  }

  /** The parts that the others have brought are freed: three such jobs would not have the room. */
  @Test
  void aJobThatFailsWritesNothingAndLeavesNothing() {
    spark.sql("CREATE TABLE written (id BIGINT, pad STRING) USING parquet");
    Dataset<Row> large =
        ids(0, 3_000, 3).selectExpr("id", "repeat(CAST(id AS STRING), 250) AS pad");
    for (int time = 0; time < 3; time++) {
      fails(() -> writer(FailingTask.last(large, 99)).mode("append").save(), "made to fail");
      assertThat(FailingTask.failures()).isEqualTo(4);
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
    ada(SecondRow.after(FlightSqlWriteFailuresIT::together, large))
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

  /** No task goes on before all three have sent their first row. */
  private static void together() {
    BEGUN.incrementAndGet();
    await("all tasks to begin").until(() -> BEGUN.get() >= 3);
  }

  private static DataFrameWriter<Row> ada(Dataset<Row> rows) {
    return writer(rows).option("user", "ada").option("password", "any");
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
                        .during(Duration.ofSeconds(8))
                        .until(() -> true);
                  }
                  return all;
                },
            rows.encoder());
    Map<String, String> settings = settings();
    settings.put("spark.flight.exchange.idle-timeout", "4s");
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
    Map<String, String> settings = settings();
    settings.put("spark.flight.drain-timeout", "0s");
    SparkFlightSqlServer started = SparkFlightSqlServer.start(spark, settings);
    mortal = started;
    spark.sql("CREATE TABLE written (id BIGINT) USING parquet");
    Dataset<Row> rows = ids(0, 1_000, 4);
    try {
      fails(
          () ->
              writer(
                      rows.mapPartitions(
                          (MapPartitionsFunction<Row, Row>)
                              all -> {
                                if (TaskContext.getPartitionId() == 3) {
                                  endServer();
                                }
                                return all;
                              },
                          rows.encoder()),
                      started.uri())
                  .mode("append")
                  .save(),
          "UNAVAILABLE");
    } finally {
      started.close();
    }
    assertThat(written().count()).isZero();
  }

  /** Called by a task of this JVM. */
  private static void endServer() {
    Objects.requireNonNull(mortal).close();
  }
}
