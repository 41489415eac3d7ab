package io.sparkflight.datasource;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;

/** Spark writes to a server of ours: what it has, where it belongs, or nothing. */
class FlightSqlWriteIT extends LittleRoom {
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
}
