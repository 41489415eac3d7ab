package io.sparkflight.datasource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Status;
import io.sparkflight.datasource.testing.FailingTask;
import io.sparkflight.datasource.testing.ForeignServer;
import io.sparkflight.testing.FlightSqlServerExtension;
import io.sparkflight.testing.LocalSpark;
import java.util.List;
import java.util.Set;
import org.apache.spark.sql.DataFrameWriter;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Spark writes to a server that knows nothing of parts. */
class ForeignWriteIT {
  private static final LocalSpark SPARK = LocalSpark.on("local[8,4]");

  @RegisterExtension
  static final FlightSqlServerExtension REAL = new FlightSqlServerExtension(SPARK);

  private static SparkSession spark;

  /** Has SQL that makes tables. */
  private static ForeignServer tables;

  /** Says nothing of itself. */
  private static ForeignServer silent;

  @BeforeAll
  static void start() {
    spark = SPARK.get();
    String real = REAL.server().uri();
    tables = ForeignServer.before(real, Set.of(ForeignServer.ACTIONS));
    silent = ForeignServer.before(real, Set.of(ForeignServer.ACTIONS, ForeignServer.SQL_INFO));
  }

  @AfterAll
  static void stop() {
    silent.close();
    tables.close();
  }

  @BeforeEach
  void aTable() {
    spark.sql("DROP TABLE IF EXISTS foreign_rows");
    spark.sql("CREATE TABLE foreign_rows (name STRING, id BIGINT) USING parquet");
  }

  private static DataFrameWriter<Row> append(Dataset<Row> rows, ForeignServer server) {
    return rows.write()
        .format("flight-sql")
        .option("uri", server.uri())
        .option("dbtable", "foreign_rows")
        .mode("append");
  }

  /** Two columns, in another order than the table's. */
  private static Dataset<Row> rows() {
    return spark.range(0, 1_000, 1, 4).selectExpr("id", "concat('n', id) AS name");
  }

  private static List<Object> written() {
    Row found =
        spark
            .newSession()
            .table("foreign_rows")
            .selectExpr("count(*)", "count(DISTINCT id)", "count_if(name = concat('n', id))")
            .head();
    return List.of(found.get(0), found.get(1), found.get(2));
  }

  private static List<String> tables() {
    return spark.sql("SHOW TABLES").select("tableName").as(Encoders.STRING()).collectAsList();
  }

  @Test
  void aTaskThatFailsAfterItsUploadDoublesNothing() {
    append(FailingTask.last(rows(), 1), tables).save();
    assertThat(FailingTask.failures()).isEqualTo(1);
    assertThat(written()).containsExactly(1_000L, 1_000L, 1_000L);
    assertThat(tables()).containsExactly("foreign_rows");
  }

  /** Small rows, of which many make a batch, and rows that are large by themselves. */
  @Test
  void batchesFitIntoTheMessagesOfServersThatSetNoLimit() {
    Dataset<Row> rows =
        spark
            .range(0, 60_000, 1, 1)
            .selectExpr("id", "IF(id % 20000 = 7, repeat('y', 1500000), repeat('x', 200)) AS name");
    append(rows, tables).save();
    assertThat(written().subList(0, 2)).containsExactly(60_000L, 60_000L);
    assertThat(
            spark.newSession().table("foreign_rows").selectExpr("sum(length(name))").head().get(0))
        .isEqualTo(3 * 1_500_000L + (60_000 - 3) * 200L);
  }

  /** The statement has moved the rows, and the way back says something that gRPC says. */
  @Test
  void aStatementWhoseAnswerGetsLostIsNotSaidToHaveFailed() {
    for (Status each :
        List.of(
            Status.INTERNAL.withDescription("RST_STREAM closed stream"),
            Status.CANCELLED.withDescription("the proxy is restarted"))) {
      tables.loseAnswers("INSERT INTO", each);
      assertThatThrownBy(() -> append(rows(), tables).save())
          .hasStackTraceContaining("Cannot tell whether the rows were written to foreign_rows")
          .hasStackTraceContaining("may be in the table");
    }
    assertThat(written()).containsExactly(2_000L, 1_000L, 2_000L);
  }

  @Test
  void aJobThatFailsWritesNothingAndLeavesNothing() {
    assertThatThrownBy(() -> append(FailingTask.last(rows(), 99), tables).save())
        .hasStackTraceContaining("made to fail");
    assertThat(written()).containsExactly(0L, 0L, 0L);
    assertThat(tables()).containsExactly("foreign_rows");
  }

  @Test
  void noRowsAreWrittenAndTablesAreMade() {
    append(rows().where("id < 0"), tables).save();
    assertThat(written()).containsExactly(0L, 0L, 0L);
    spark.sql("DROP TABLE foreign_rows");
    append(rows(), tables).option("write.create", "true").save();
    assertThat(written()).containsExactly(1_000L, 1_000L, 1_000L);
    assertThat(tables()).containsExactly("foreign_rows");
  }

  @Test
  void whatCannotBeDoneIsToldBeforeAnythingRuns() {
    assertThatThrownBy(() -> append(rows(), tables).mode("overwrite").save())
        .hasMessageContaining("the server has no transactions");
    assertThatThrownBy(() -> append(rows().withColumnRenamed("id", "no"), tables).save())
        .hasMessageContaining("the table has no column no, but name, id");
    assertThatThrownBy(() -> append(rows().withColumnRenamed("id", "spark_attempt"), tables).save())
        .hasMessageContaining("the rows have a column spark_attempt");
    spark.sql("DROP TABLE foreign_rows");
    assertThatThrownBy(() -> append(rows(), tables).save()).hasMessageContaining("NOT_FOUND");
    assertThat(tables()).isEmpty();
  }

  @Test
  void atLeastOnceHasToBeAskedFor() {
    assertThatThrownBy(() -> append(rows(), silent).save())
        .hasMessageContaining("Set write.at-least-once to true");
    assertThatThrownBy(
            () ->
                append(rows(), silent)
                    .option("write.at-least-once", "true")
                    .mode("overwrite")
                    .save())
        .hasMessageContaining("Append to a table instead");
    append(FailingTask.last(rows(), 1), silent).option("write.at-least-once", "true").save();
    assertThat(written())
        .containsExactly(1_250L, 1_000L, 1_250L); // one task's rows are twice there
  }
}
