package io.sparkflight.datasource;

import io.sparkflight.testing.FlightSqlServerExtension;
import io.sparkflight.testing.LocalSpark;
import java.util.List;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A server of ours with a view of twenty thousand rows, and a session that reads it. */
abstract class RemoteFacts {
  static final int ROWS = 20_000;

  private static final LocalSpark SPARK =
      LocalSpark.on("local[8]")
          .with("spark.sql.adaptive.enabled", false); // its plans have no metrics before the end

  @RegisterExtension
  static final FlightSqlServerExtension SERVER = new FlightSqlServerExtension(SPARK);

  /** Reads the server. */
  static SparkSession asking;

  /** Behind the server. */
  static SparkSession spark;

  @BeforeAll
  static void start() {
    spark = SPARK.get();
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

  static DataFrameReader reader() {
    return asking.read().format("flight-sql").option("uri", SERVER.server().uri());
  }

  static Dataset<Row> facts() {
    return reader().option("dbtable", "global_temp.facts").load();
  }

  static Dataset<Row> query(String sql) {
    return reader().option("query", sql).load();
  }

  static String plan(Dataset<Row> rows) {
    return rows.queryExecution().executedPlan().toString();
  }

  static List<String> sorted(Dataset<Row> rows) {
    return rows.toJSON().collectAsList().stream().sorted().toList();
  }
}
