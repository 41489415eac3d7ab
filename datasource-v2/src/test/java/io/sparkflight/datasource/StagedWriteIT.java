package io.sparkflight.datasource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.sparkflight.datasource.testing.SecondRow;
import io.sparkflight.datasource.testing.TakingServer;
import io.sparkflight.testing.LocalSpark;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.arrow.flight.CallStatus;
import org.apache.arrow.flight.Location;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.spark.sql.DataFrameWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a server with transactions may answer to a job whose rows it moves by a statement. */
class StagedWriteIT {
  private static final Schema COLUMNS = columns(64);

  private static SparkSession spark;
  private static TakingServer server;

  @BeforeAll
  static void start() throws IOException {
    spark = LocalSpark.session();
    server = TakingServer.start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static Schema columns(int bits) {
    return new Schema(
        List.of(
            Field.nullable("id", new ArrowType.Int(bits, true)),
            Field.nullable("name", ArrowType.Utf8.INSTANCE)));
  }

  private static Dataset<Row> rows() {
    return spark.range(0, 10, 1, 2).selectExpr("id", "concat('n', id) AS name");
  }

  private static DataFrameWriter<Row> append(Dataset<Row> rows) {
    return rows.write()
        .format("flight-sql")
        .option("uri", server.uri())
        .option("dbtable", "target")
        .mode("append");
  }

  private static CallStatus reset() {
    return CallStatus.INTERNAL.withDescription("RST_STREAM closed stream");
  }

  @Test
  void rowsAreMovedInOneTransaction() {
    server.reset("target", COLUMNS, new TakingServer.Answers());
    append(rows()).mode("overwrite").save();
    assertThat(server.calls()).containsExactly("begin", "DELETE", "INSERT", "commit", "DROP");
    assertThat(server.tables()).containsExactly("target");
  }

  @Test
  void aWrongCountIsRolledBack() {
    server.reset(
        "target",
        COLUMNS,
        new TakingServer.Answers() {
          @Override
          public long moved(long rows) {
            return rows - 1;
          }
        });
    assertThatThrownBy(() -> append(rows()).save())
        .hasStackTraceContaining("it says that it has taken 9 rows of 10")
        .hasStackTraceContaining("nothing of it is written");
    assertThat(server.calls()).containsExactly("begin", "INSERT", "rollback", "DROP");
  }

  /** A statement that fails in a transaction is undone, whatever the connection says. */
  @Test
  void whatWasNotCommittedIsNotWritten() {
    server.reset(
        "target",
        COLUMNS,
        new TakingServer.Answers() {
          @Override
          public long moved(long rows) {
            throw reset().toRuntimeException();
          }
        });
    assertThatThrownBy(() -> append(rows()).save())
        .hasStackTraceContaining("RST_STREAM")
        .satisfies(failure -> assertThat(failure).message().doesNotContain("Cannot tell whether"));
    assertThat(server.calls()).containsExactly("begin", "INSERT", "rollback", "DROP");
  }

  /** Both the upload of a task and the statement take longer than the server may be silent. */
  @Test
  void theTimeoutIsNotTheTimeOfTheWholeWrite() {
    server.reset(
        "target",
        COLUMNS,
        new TakingServer.Answers() {
          @Override
          public long moved(long rows) {
            longer();
            return rows;
          }
        });
    Dataset<Row> large = spark.range(0, 2, 1, 1).selectExpr("id", "repeat('x', 1200000) AS name");
    append(SecondRow.after(StagedWriteIT::longer, large)).option("timeout", "4s").save();
    assertThat(server.calls()).contains("commit");
  }

  private static void longer() {
    await("more than the timeout").during(Duration.ofMillis(4500)).until(() -> true);
  }

  @Test
  void aStagingTableOfWhichNobodyKnowsIsDropped() {
    server.reset(
        "target",
        COLUMNS,
        new TakingServer.Answers() {
          @Override
          public void made(String table) {
            throw CallStatus.UNAVAILABLE.withDescription("restarting").toRuntimeException();
          }
        });
    assertThatThrownBy(() -> append(rows()).save()).hasStackTraceContaining("restarting");
    assertThat(server.calls()).containsExactly("DROP");
    assertThat(server.tables()).containsExactly("target");
  }

  @Test
  void countsAreReadWhereTheServerSaysThatTheyAre() throws IOException {
    try (TakingServer other = TakingServer.start()) {
      TakingServer.Answers elsewhere =
          new TakingServer.Answers() {
            @Override
            public Location[] places() {
              other.rows().putAll(server.rows());
              server.rows().replaceAll((table, counts) -> Map.of());
              return new Location[] {Location.forGrpcInsecure("127.0.0.1", 1), other.location()};
            }

            @Override
            public long moved(long rows) {
              return -1;
            }
          };
      server.reset("target", COLUMNS, elsewhere);
      append(rows()).save();
      assertThat(server.calls()).containsExactly("begin", "INSERT", "commit", "DROP");
    }
  }

  @Test
  void aFailureToCountNamesTheServer() {
    server.reset(
        "target",
        COLUMNS,
        new TakingServer.Answers() {
          @Override
          public Location[] places() {
            throw CallStatus.RESOURCE_EXHAUSTED.withDescription("too busy").toRuntimeException();
          }
        });
    assertThatThrownBy(() -> append(rows()).save())
        .hasStackTraceContaining(
            "Cannot count rows on %s: RESOURCE_EXHAUSTED: too busy".formatted(server.uri()));
    assertThat(server.calls()).containsExactly("DROP");
  }

  @Test
  void aTableThatIsThereIsLookedAtAlsoWhereItMightBeMade() {
    server.reset("target", COLUMNS, new TakingServer.Answers());
    assertThatThrownBy(
            () ->
                append(rows().withColumnRenamed("id", "no")).option("write.create", "true").save())
        .hasStackTraceContaining("the table has no column no, but id, name");
    assertThat(server.calls()).isEmpty();
    server.reset("other", COLUMNS, new TakingServer.Answers());
    append(rows()).option("write.create", "true").save();
    assertThat(server.tables()).containsExactly("other", "target");
  }

  @Test
  void aStatementThatTheServerDoesNotTakeIsNotSent() {
    server.reset("target", COLUMNS, new TakingServer.Answers()).longestStatement(60);
    assertThatThrownBy(() -> append(rows()).save())
        .hasStackTraceContaining("and the server takes 60. Write from fewer partitions");
    assertThat(server.calls()).containsExactly("DROP");
  }

  @Test
  void typesThatTheStatementWouldConvertAreRefused() {
    server.reset("target", columns(32), new TakingServer.Answers());
    assertThatThrownBy(() -> append(rows()).save())
        .hasStackTraceContaining("its column id is INT, and rows come as BIGINT");
    assertThat(server.calls()).containsExactly("DROP");
    assertThat(server.tables()).containsExactly("target");
    server.reset("target", COLUMNS, new TakingServer.Answers());
    append(rows().selectExpr("CAST(id AS INT) AS id", "name")).save();
    assertThat(server.calls()).contains("commit");
  }
}
