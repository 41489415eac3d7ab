package io.sparkflight.datasource;

import static org.apache.spark.sql.functions.avg;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sum;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkflight.datasource.client.ServerConnection;
import io.sparkflight.datasource.client.ServerOptions;
import io.sparkflight.sql.SparkFlightSqlServer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.plans.logical.Statistics;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.datasources.v2.BatchScanExec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import scala.collection.JavaConverters;

/** What a server of ours is asked to do, as EXPLAIN tells it, and how much of the answer moves. */
class PushdownIT {
  private static final int ROWS = 20_000;

  @TempDir static Path folder;
  private static SparkSession asking;
  private static SparkSession spark;
  private static SparkFlightSqlServer server;

  @BeforeAll
  static void start() {
    spark =
        SparkSession.builder()
            .master("local[8]") // both Sparks are this one: who waits must leave room for who works
            .config("spark.ui.enabled", false)
            .config("spark.sql.shuffle.partitions", 2)
            .config("spark.sql.adaptive.enabled", false) // its plans have no metrics before the end
            .config("spark.sql.warehouse.dir", folder.toUri().toString())
            .getOrCreate();
    server = SparkFlightSqlServer.start(spark, Map.of("spark.flight.port", "0"));
    asking = spark.newSession();
    spark
        .range(0, ROWS, 1, 4)
        .selectExpr(
            "id",
            "CAST(id % 7 AS INT) AS seven",
            "concat('name ', id % 100) AS name",
            "CAST(id AS DECIMAL(20, 3)) / 4 AS price",
            "CAST(id / 4 AS DECIMAL(12, 2)) AS cents",
            "date_add(DATE '2020-01-01', CAST(id % 1000 AS INT)) AS day",
            "IF(id % 10 = 0, NULL, named_struct('a', id, 'b', array('x', cast(id AS STRING)), 'c',"
                + " IF(id % 3 = 0, NULL, named_struct('d', id + 1, 'e', 'long text')))) AS nested")
        .createOrReplaceGlobalTempView("facts");
  }

  @AfterAll
  static void stop() {
    server.close();
    spark.stop();
  }

  private static DataFrameReader reader() {
    return asking.read().format("flight-sql").option("uri", server.uri());
  }

  private static Dataset<Row> facts() {
    return reader().option("dbtable", "global_temp.facts").load();
  }

  private static Dataset<Row> query(String sql) {
    return reader().option("query", sql).load();
  }

  private static String plan(Dataset<Row> rows) {
    return rows.queryExecution().executedPlan().toString();
  }

  /** Of the scans of a query that has been executed. */
  private static long metric(Dataset<Row> rows, String name) {
    List<SparkPlan> leaves =
        JavaConverters.seqAsJavaList(rows.queryExecution().executedPlan().collectLeaves());
    return leaves.stream().mapToLong(scan -> scan.metrics().apply(name).value()).sum();
  }

  /** The columns that a scan gets. */
  private static String scanned(Dataset<Row> rows) {
    return rows.queryExecution().executedPlan().collectLeaves().head().schema().catalogString();
  }

  private static Statistics statistics(Dataset<Row> rows) {
    return rows.queryExecution().optimizedPlan().stats();
  }

  private static List<String> sorted(Dataset<Row> rows) {
    return rows.toJSON().collectAsList().stream().sorted().toList();
  }

  @Test
  void filtersAreTheServersAlone() {
    Dataset<Row> few =
        facts()
            .where("price < 2.5 AND day >= DATE '2020-01-03' AND NOT (name LIKE 'name 4%')")
            .select("id");
    assertThat(plan(few))
        .contains(
            "`price` < CAST('2.500000", "DATE '2020-01-03'", "NOT STARTSWITH(`name`, 'name 4')")
        .doesNotContain("Filter (");
    assertThat(sorted(few)).hasSize(7);
    few.collectAsList();
    assertThat(metric(few, "numOutputRows")).isEqualTo(7);
  }

  @Test
  void whatDependsOnASettingStaysInSpark() {
    asking.conf().set("spark.sql.ansi.enabled", true);
    try {
      assertThat(plan(facts().where("id + seven > 5")))
          .contains("PushedFilters: [(`id` IS NOT NULL)");
      assertThat(plan(facts().where("upper(name) = 'NAME 1'"))).contains("Filter (");
      assertThat(plan(facts().where("CAST(day AS TIMESTAMP) > now()"))).contains("Filter (");
    } finally {
      asking.conf().unset("spark.sql.ansi.enabled");
    }
  }

  @Test
  void fieldsOfStructsAreAskedFor() {
    Dataset<Row> fields = facts().select("nested.a", "nested.c.d").where("d IS NULL OR d < 50");
    assertThat(plan(fields)).doesNotContain("`b`", "'e'");
    assertThat(
            fields.queryExecution().executedPlan().collectLeaves().head().schema().catalogString())
        .isEqualTo("struct<nested:struct<a:bigint,c:struct<d:bigint>>>");
    assertThat(sorted(fields))
        .isEqualTo(
            sorted(
                spark
                    .table("global_temp.facts")
                    .select("nested.a", "nested.c.d")
                    .where("d IS NULL OR d < 50")));
    // Neither is a null struct one of nulls, nor the other way round.
    assertThat(sorted(facts().groupBy(col("nested.c").isNull()).count()))
        .isEqualTo(
            sorted(spark.table("global_temp.facts").groupBy(col("nested.c").isNull()).count()));
    assertThat(sorted(facts().selectExpr("nested.a", "nested IS NULL", "nested.c IS NULL")))
        .isEqualTo(
            sorted(
                spark
                    .table("global_temp.facts")
                    .selectExpr("nested.a", "nested IS NULL", "nested.c IS NULL")));
  }

  @Test
  void limitOffsetAndTopAreTheServers() {
    Dataset<Row> ten = facts().select("id").limit(10);
    assertThat(plan(ten)).contains("PushedLimit: 10").doesNotContain("Limit 10");
    assertThat(ten.collectAsList()).hasSize(10);
    assertThat(metric(ten, "numOutputRows")).isEqualTo(10);

    Dataset<Row> rest = facts().select("id").offset(ROWS - 5);
    assertThat(plan(rest)).contains("PushedOffset: " + (ROWS - 5));
    assertThat(rest.collectAsList()).hasSize(5);
    Dataset<Row> both = facts().select("id").offset(3).limit(4);
    assertThat(plan(both)).contains("PushedLimit: 4, PushedOffset: 3");
    assertThat(both.collectAsList()).hasSize(4);
    Dataset<Row> none = facts().select("id").limit(4).offset(6);
    assertThat(none.collectAsList()).isEmpty();

    Dataset<Row> top = facts().orderBy(col("price").desc_nulls_first(), col("id")).limit(3);
    assertThat(plan(top)).contains("PushedTopN: [`price` DESC NULLS FIRST, `id` ASC NULLS FIRST]");
    assertThat(top.select("id").as(org.apache.spark.sql.Encoders.LONG()).collectAsList())
        .containsExactly(ROWS - 1L, ROWS - 2L, ROWS - 3L);
    assertThat(metric(top.select("id"), "numOutputRows")).isZero(); // another query, not executed
    top.collectAsList();
    assertThat(metric(top, "numOutputRows")).isEqualTo(3);
  }

  @Test
  void countsAndSumsMoveOnlyTheAnswer() {
    Dataset<Row> counted = facts().agg(count(lit(1)));
    assertThat(plan(counted)).contains("PushedAggregates: [COUNT(*)]");
    assertThat(counted.collectAsList().toString()).isEqualTo("[[20000]]");
    assertThat(metric(counted, "flightSqlBytes")).isBetween(1L, 64L);

    Dataset<Row> sums =
        facts().where("id < 19999").groupBy("seven").agg(sum("id"), sum("cents"), avg("cents"));
    assertThat(sorted(sums))
        .isEqualTo(
            sorted(
                spark
                    .table("global_temp.facts")
                    .where("id < 19999")
                    .groupBy("seven")
                    .agg(sum("id"), sum("cents"), avg("cents"))));
    sums.collectAsList();
    assertThat(metric(sums, "numOutputRows")).isEqualTo(7);
    assertThat(metric(sums, "flightSqlBytes")).isBetween(1L, 2_000L);

    Dataset<Row> top =
        facts().groupBy("name").agg(sum("id").as("total")).orderBy(col("total").desc()).limit(2);
    assertThat(plan(top)).contains("PushedTopN: [`aggregate_0` DESC NULLS LAST]");
    assertThat(top.select("name").collectAsList().toString()).isEqualTo("[[name 99], [name 98]]");
  }

  @Test
  void nothingIsPushedWhenTheUserSaysSo() {
    Dataset<Row> rows =
        reader()
            .option("dbtable", "global_temp.facts")
            .option("pushdown", "false")
            .load()
            .where("seven = 1")
            .select("nested.a")
            .limit(5);
    assertThat(plan(rows)).contains("PushedFilters: []", "PushedLimit: none");
    assertThat(scanned(rows)).contains("b:array<string>");
    assertThat(rows.collectAsList()).hasSize(5);
    assertThatThrownBy(() -> reader().option("dbtable", "x").option("pushdown", "no").load())
        .hasMessageContaining("it is either true or false");
  }

  @Test
  void textsOfAllKindsAreFound() {
    List<String> texts =
        List.of(
            "it's",
            "O''Brien",
            "back\\slash",
            "\\'",
            "tab\tnew\nline",
            "100%",
            "a_b",
            "${env:HOME}",
            "\"",
            "`",
            "-- no comment",
            "/* */",
            "😀",
            "é\u0000",
            "");
    Dataset<Row> all =
        asking.createDataset(texts, org.apache.spark.sql.Encoders.STRING()).toDF("text");
    all.createOrReplaceGlobalTempView("texts");
    Dataset<Row> remote = reader().option("dbtable", "global_temp.texts -- here").load();
    for (String text : texts) {
      assertThat(remote.where(col("text").equalTo(text)).collectAsList()).as(text).hasSize(1);
      assertThat(
              remote.where(col("text").startsWith(text).and(col("text").isin(text, "x"))).count())
          .as(text)
          .isOne();
    }
    assertThat(query("SELECT 'a' AS a -- here").where("a = 'b'").collectAsList()).isEmpty();
  }

  /** Spark pads what it compares with a CHAR, which here is a text like any other. */
  @Test
  void charsAreComparedAsTheyArrive() {
    spark.sql("CREATE TABLE padded (c CHAR(4), v VARCHAR(4)) USING parquet");
    spark.sql("INSERT INTO padded VALUES ('ab', 'ab'), ('abcd', 'abcd')");
    Dataset<Row> remote = reader().option("dbtable", "padded").load();
    List<Row> arrived = remote.collectAsList();
    for (String text : List.of("ab", "ab  ", "abcd", "abc")) {
      for (String column : List.of("c", "v")) {
        long expected = arrived.stream().filter(row -> row.getAs(column).equals(text)).count();
        assertThat(remote.where(col(column).equalTo(text)).count()).isEqualTo(expected);
        assertThat(remote.where(col(column).isin(text, "x")).collectAsList())
            .hasSize((int) expected);
      }
    }
  }

  /** Of a sum, or a condition, the answer need not show what it was made of. */
  @Test
  void columnsOfOtherTypesThanPlannedAreAnError() {
    spark.sql(
        "CREATE TABLE changing USING parquet AS SELECT 1L AS amount, DATE '2020-01-01' AS day");
    Dataset<Row> kept = reader().option("dbtable", "changing").load();
    assertThat(kept.where("amount = 1").agg(sum("amount")).first().getLong(0)).isEqualTo(1);
    spark.sql("DROP TABLE changing");
    spark.sql(
        "CREATE TABLE changing USING parquet AS SELECT CAST(0.4 AS DECIMAL(10, 2)) AS amount, '2020-1-1' AS day FROM range(3)");
    for (Dataset<Row> wrong :
        List.of(
            kept.agg(sum("amount")),
            kept.where("day = DATE '2020-01-01'").agg(count(lit(1))),
            kept.groupBy("amount").count(),
            reader()
                .schema("amount STRING, day STRING")
                .option("dbtable", "changing")
                .load()
                .where("amount = '0.40'")
                .agg(count(lit(1))))) {
      assertThatThrownBy(wrong::collectAsList)
          .hasMessageContaining("struct<amount:decimal(10,2),day:string>")
          .hasMessageContaining("load it anew");
    }
    assertThat(kept.count()).isEqualTo(3);
    spark.sql("DROP TABLE changing");
  }

  @Test
  void textsThatAreNoUtf8AreNotTakenForOthers() {
    String broken = "SELECT CAST(X'FF' AS STRING) AS s UNION ALL SELECT '\uFFFD'";
    assertThat(query(broken).where("s = CAST(X'FF' AS STRING)").count()).isOne();
    assertThat(query(broken).where("s = '\uFFFD'").count()).isOne();
  }

  @Test
  void columnsWhoseNamesArePatternsAreNeverOthers() {
    spark
        .sql(
            "SELECT 1 AS `p(e)`, 10 AS pe, named_struct('f', 1, 'g', 2) AS `s(t)`, named_struct('f', 10) AS st")
        .createOrReplaceGlobalTempView("patterns");
    told("SET spark.sql.parser.quotedRegexColumnNames=true");
    try {
      Dataset<Row> odd = reader().option("dbtable", "global_temp.patterns").load();
      for (Dataset<Row> other :
          List.of(
              odd.selectExpr("sum(`p(e)`)"),
              odd.groupBy("`p(e)`").count(),
              odd.selectExpr("`s(t)`.f"))) {
        assertThatThrownBy(other::collectAsList).hasMessageContaining("was planned");
      }
      assertThat(odd.selectExpr("sum(pe)").first().getLong(0)).isEqualTo(10);
    } finally {
      told("RESET spark.sql.parser.quotedRegexColumnNames");
    }
  }

  /** In the session of all who do not sign in. */
  private static void told(String sql) {
    try (ServerConnection connection =
        ServerConnection.open(ServerOptions.of(Map.of("uri", server.uri())))) {
      connection.updates().update("set an option", sql);
    }
  }

  @Test
  void whatIsNamedAsATableIsClosedOff() {
    Dataset<Row> three = reader().option("dbtable", "global_temp.facts LIMIT 3").load();
    assertThat(three.count()).isEqualTo(3);
    assertThat(three.where("id >= 0").collectAsList()).hasSize(3);
    assertThat(reader().option("dbtable", "range(5)").load().where("id > 2").count()).isEqualTo(2);
  }

  @Test
  void noListenerStaysOfWhatHasNoEnd() {
    Dataset<Row> once =
        reader().option("retain", "0s").option("dbtable", "global_temp.facts").load();
    int before = spark.sparkContext().listenerBus().listeners().size();
    for (String column : List.of("id", "seven", "name")) {
      assertThat(once.select(column).rdd().count()).isEqualTo(ROWS);
    }
    // Those of other tests may go meanwhile.
    assertThat(spark.sparkContext().listenerBus().listeners().size()).isLessThanOrEqualTo(before);
  }

  @Test
  void aSumThatDoesNotFitIsAnError() {
    Dataset<Row> longs = query("SELECT explode(array(9223372036854775807, 1)) AS l");
    assertThatThrownBy(() -> longs.agg(sum("l")).collectAsList())
        .hasStackTraceContaining("the sum does not fit into BIGINT");
    assertThatThrownBy(() -> longs.selectExpr("try_sum(l)").collectAsList())
        .hasStackTraceContaining("the sum does not fit into BIGINT");
    assertThat(longs.where("l < 5").agg(sum("l")).collectAsList().toString()).isEqualTo("[[1]]");
  }

  @Test
  void explainExecutesNothing() {
    Dataset<Row> fails =
        query("SELECT id, CAST(raise_error('executed') AS STRING) AS x FROM range(100)");
    assertThat(plan(fails.where("x = 'y'").groupBy("id").count())).contains("PushedAggregates");
    assertThat(plan(fails.join(facts(), "id"))).contains("BatchScan");
    assertThatThrownBy(fails::collectAsList).hasStackTraceContaining("executed");
  }

  @Test
  void whatIsKnownOfTheSizeIsTold() {
    assertThat(statistics(facts().limit(7)).rowCount().get()).hasToString("7");
    assertThat(statistics(facts().agg(count(lit(1)))).sizeInBytes().longValue()).isLessThan(100);
    assertThat(statistics(facts()).rowCount().isEmpty()).isTrue();
    assertThat(plan(facts().join(facts().select("seven").limit(3), "seven")))
        .contains("BroadcastHashJoin");
  }

  /** What a scan is called. */
  @Test
  void theScanNamesItself() {
    SparkPlan scan = facts().queryExecution().executedPlan().collectLeaves().head();
    assertThat(((BatchScanExec) scan).scan().description())
        .startsWith("flight-sql global_temp.facts");
  }
}
