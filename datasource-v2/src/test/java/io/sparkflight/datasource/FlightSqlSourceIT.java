package io.sparkflight.datasource;

import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkflight.datasource.client.FlightSqlException;
import io.sparkflight.datasource.testing.ForeignServer;
import io.sparkflight.sql.SparkFlightSqlServer;
import io.sparkflight.testing.FlightSqlServerExtension;
import io.sparkflight.testing.LocalSpark;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Spark reads a server of ours: the same rows as without it in between. */
class FlightSqlSourceIT {
  private static final LocalSpark SPARK = LocalSpark.on("local[8]");

  @RegisterExtension
  static final FlightSqlServerExtension SERVER = new FlightSqlServerExtension(SPARK);

  private static SparkSession spark;

  @BeforeAll
  static void start() {
    spark = SPARK.get();
    spark
        .range(0, 50_000, 1, 4)
        .selectExpr(
            "id",
            "CAST(id % 7 AS INT) AS seven",
            "IF(id % 5 = 0, NULL, concat('näme ', id % 100)) AS name",
            "CAST(id AS DECIMAL(20, 3)) / 4 AS price",
            "date_add(DATE '2020-01-01', CAST(id % 1000 AS INT)) AS day",
            "timestamp_micros(id * 1000003) AS at",
            "IF(id % 3 = 0, double('NaN'), id / 3.0) AS ratio",
            "array(id, NULL, id + 1) AS list",
            "map('k', id) AS pairs",
            "named_struct('a', id, 'b', array('x', cast(id AS STRING))) AS nested",
            "CAST(cast(id AS STRING) AS BINARY) AS bytes")
        .createOrReplaceGlobalTempView("everything");
  }

  private static DataFrameReader reader() {
    return spark.read().format("flight-sql").option("uri", SERVER.server().uri());
  }

  private static Dataset<Row> remote() {
    return reader().option("dbtable", "global_temp.everything").load();
  }

  private static Dataset<Row> local() {
    return spark.table("global_temp.everything");
  }

  private static List<String> sorted(Dataset<Row> rows) {
    return rows.toJSON().collectAsList().stream().sorted().toList();
  }

  @Test
  void everyTypeComesAsItIs() {
    assertThat(remote().schema().catalogString()).isEqualTo(local().schema().catalogString());
    assertThat(sorted(remote())).isEqualTo(sorted(local()));
  }

  /** Nothing here could unpack it. */
  @Test
  void aServerThatPacksResultsByItselfIsRead() {
    try (SparkFlightSqlServer packing =
        SparkFlightSqlServer.start(
            spark, Map.of("spark.flight.port", "0", "spark.flight.result.compression", "zstd"))) {
      Dataset<Row> read =
          reader().option("uri", packing.uri()).option("dbtable", "global_temp.everything").load();
      assertThat(read.where("name IS NOT NULL").count())
          .isEqualTo(local().where("name IS NOT NULL").count());
      assertThat(sorted(read.where("id < 500"))).isEqualTo(sorted(local().where("id < 500")));
    }
  }

  /** They would be other numbers, and nothing else would tell. */
  @Test
  void rowsThatChangeOnTheWayFailTheQuery() {
    try (ForeignServer door = ForeignServer.before(SERVER.server().uri(), Set.of())) {
      Dataset<Row> rows =
          reader()
              .option("uri", door.uri())
              .option("query", "SELECT id FROM range(0, 10000, 1, 1)")
              .load();
      assertThat(rows.collectAsList()).hasSize(10_000);
      door.spoilRows();
      assertThatThrownBy(rows::collectAsList)
          .hasMessageContaining("Cannot read endpoint 0 of a query of " + door.uri())
          .hasMessageContaining("Bytes have changed on the way. Run the query again.");
    }
  }

  @Test
  void columnsAndPredicatesAreAskedOfTheServer() {
    Dataset<Row> few =
        remote().where(col("seven").equalTo(3).and(col("id").lt(1000))).select("name", "nested.a");
    String plan = few.queryExecution().executedPlan().toString();
    assertThat(plan).contains("PushedFilters: [", "`seven` = 3", "`id` < 1000L");
    assertThat(plan).contains("ColumnarToRow").doesNotContain("price");
    assertThat(sorted(few))
        .isEqualTo(
            sorted(
                local()
                    .where(col("seven").equalTo(3).and(col("id").lt(1000)))
                    .select("name", "nested.a")));
  }

  @Test
  void whatIsNotTheSameEverywhereIsLeftToSpark() {
    for (String predicate :
        List.of(
            "ratio > 100",
            "ratio = double('NaN')",
            "name > 'näme 5'",
            "NOT (name = 'näme 5')",
            "name = 'a\\\\b'",
            "day = DATE '2020-02-01'",
            "at < TIMESTAMP '1970-01-01 00:00:10'",
            "price = 2.5",
            "name IN ('näme 1', 'it''s') OR seven = 1",
            "name IS NULL AND seven IN (1, 2, 5)",
            "name LIKE 'näme 1%'",
            "seven <> 3",
            "id IN (1, NULL)",
            "list[0] = 5")) {
      assertThat(sorted(remote().where(predicate).select("id")))
          .as(predicate)
          .isEqualTo(sorted(local().where(predicate).select("id")));
    }
  }

  @Test
  void countsMoveNoColumns() {
    assertThat(remote().count()).isEqualTo(50_000);
    assertThat(remote().where("seven = 1").count()).isEqualTo(local().where("seven = 1").count());
  }

  @Test
  void aLimitIsAskedOfTheServer() {
    Dataset<Row> ten = remote().select("id").limit(10);
    assertThat(ten.queryExecution().executedPlan().toString()).contains("PushedLimit: 10");
    assertThat(ten.collectAsList()).hasSize(10);
  }

  @Test
  void aQueryOfTheServersSqlCanBeRead() {
    Dataset<Row> sums =
        reader()
            .option(
                "query", "SELECT seven, sum(id) AS total FROM global_temp.everything GROUP BY 1")
            .load();
    assertThat(sorted(sums.where("total > 0")))
        .isEqualTo(
            sorted(
                spark.sql(
                    "SELECT seven, sum(id) AS total FROM global_temp.everything GROUP BY 1")));
  }

  @Test
  void aUserSignsIn() {
    assertThat(
            reader()
                .option("user", "ada")
                .option("password", "any")
                .option("query", "SELECT 42 AS answer")
                .load()
                .collectAsList()
                .toString())
        .isEqualTo("[[42]]");
    assertThatThrownBy(() -> reader().option("token", "made up").option("query", "SELECT 1").load())
        .isInstanceOf(FlightSqlException.class)
        .hasMessageContaining("UNAUTHENTICATED");
  }

  @Test
  void wrongOptionsAreToldWhenTheQueryIsPlanned() {
    assertThatThrownBy(() -> spark.read().format("flight-sql").option("query", "SELECT 1").load())
        .hasMessageContaining("the option uri is missing");
    assertThatThrownBy(() -> reader().load()).hasMessageContaining("either query or dbtable");
    assertThatThrownBy(() -> reader().option("query", "a").option("dbtable", "b").load())
        .hasMessageContaining("both are set");
    assertThatThrownBy(() -> reader().option("dbtabel", "b").load())
        .hasMessageContaining("no option dbtabel. Did you mean dbtable?");
    assertThatThrownBy(
            () ->
                spark
                    .read()
                    .format("flight-sql")
                    .option("uri", "jdbc:x")
                    .option("query", "SELECT 1")
                    .load())
        .hasMessageContaining("it is not of the form grpc://HOST:PORT");
    assertThatThrownBy(() -> reader().option("dbtable", "nowhere").load())
        .isInstanceOf(FlightSqlException.class)
        .hasMessageContaining("NOT_FOUND")
        .hasMessageContaining("`nowhere`");
    assertThatThrownBy(
            () ->
                spark
                    .read()
                    .format("flight-sql")
                    .option("uri", "grpc://127.0.0.1:1")
                    .option("query", "SELECT 1")
                    .load())
        .isInstanceOf(FlightSqlException.class)
        .hasMessageContaining("grpc://127.0.0.1:1");
  }

  @Test
  void noSecretIsInThePlan() {
    Dataset<Row> rows =
        reader()
            .option("user", "ada")
            .option("password", "kept to oneself")
            .option("query", "SELECT 1 AS one")
            .load();
    assertThat(rows.queryExecution().toString()).doesNotContain("kept to oneself");
  }
}
