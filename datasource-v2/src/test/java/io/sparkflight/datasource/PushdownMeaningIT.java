package io.sparkflight.datasource;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sum;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkflight.datasource.client.ServerConnection;
import io.sparkflight.datasource.client.ServerOptions;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;

/** What a server is asked to do means the same to it as to Spark, or is an error. */
class PushdownMeaningIT extends RemoteFacts {
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
        ServerConnection.open(ServerOptions.of(Map.of("uri", SERVER.server().uri())))) {
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
  void aSumThatDoesNotFitIsAnError() {
    Dataset<Row> longs = query("SELECT explode(array(9223372036854775807, 1)) AS l");
    assertThatThrownBy(() -> longs.agg(sum("l")).collectAsList())
        .hasStackTraceContaining("the sum does not fit into BIGINT");
    assertThatThrownBy(() -> longs.selectExpr("try_sum(l)").collectAsList())
        .hasStackTraceContaining("the sum does not fit into BIGINT");
    assertThat(longs.where("l < 5").agg(sum("l")).collectAsList().toString()).isEqualTo("[[1]]");
  }
}
