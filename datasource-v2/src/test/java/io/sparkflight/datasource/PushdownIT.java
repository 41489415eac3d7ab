package io.sparkflight.datasource;

import static org.apache.spark.sql.functions.avg;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sum;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.plans.logical.Statistics;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.datasources.v2.BatchScanExec;
import org.junit.jupiter.api.Test;
import scala.collection.JavaConverters;

/** What a server of ours is asked to do, as EXPLAIN tells it, and how much of the answer moves. */
class PushdownIT extends RemoteFacts {
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
