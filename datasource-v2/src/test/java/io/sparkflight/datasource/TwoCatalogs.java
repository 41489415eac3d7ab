package io.sparkflight.datasource;

import io.sparkflight.sql.SparkFlightSqlServer;
import io.sparkflight.testing.FlightSqlServerExtension;
import io.sparkflight.testing.ListedCatalog;
import io.sparkflight.testing.LocalSpark;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Two servers of ours, which are the catalogs x and y of a Spark session. */
abstract class TwoCatalogs {
  private static final LocalSpark SPARK =
      LocalSpark.on("local[8]")
          // Many small statements: to compile code for them takes longer than they do.
          .with("spark.sql.codegen.wholeStage", false)
          .with("spark.sql.codegen.factoryMode", "NO_CODEGEN")
          .with("spark.sql.legacy.createHiveTableByDefault", false)
          .with("spark.sql.extensions", FlightSqlExtensions.class.getName())
          .with("spark.sql.catalog.lake", ListedCatalog.class.getName())
          .with(
              "spark.sql.catalog.lake.tables",
              "loose top/one top/mid/two top/mid/low/three a.b/four dash-ed/x/five ti`ck/y/six");

  @RegisterExtension
  static final FlightSqlServerExtension ONE = new FlightSqlServerExtension(SPARK);

  @RegisterExtension
  static final FlightSqlServerExtension TWO = new FlightSqlServerExtension(SPARK);

  /** Behind the servers. */
  static SparkSession application;

  static SparkFlightSqlServer one;
  static SparkFlightSqlServer two;

  /** Has the catalogs. */
  static SparkSession spark;

  @BeforeAll
  static void start() {
    application = SPARK.get();
    one = ONE.server();
    two = TWO.server();
    if (!application.catalog().databaseExists("shop")) {
      fill();
    }
    spark = application.newSession();
    catalog("x", one);
    catalog("y", two);
  }

  private static void fill() {
    for (String sql :
        List.of(
            "CREATE DATABASE shop",
            "CREATE DATABASE sh_p",
            "CREATE DATABASE work",
            "CREATE TABLE shop.orders AS SELECT id, id % 3 AS customer FROM range(30)",
            "CREATE TABLE shop.customers AS SELECT id, concat('name ', id) AS name FROM range(3)",
            "CREATE TABLE shop.nation AS SELECT 1 AS n_regionkey, 'a' AS n_name",
            "CREATE TABLE sh_p.orders AS SELECT 'the other one' AS what",
            "CREATE VIEW shop.few AS SELECT id FROM shop.orders WHERE id < 5",
            "CREATE GLOBAL TEMPORARY VIEW orders AS SELECT 'temporary' AS what")) {
      application.sql(sql);
    }
  }

  static void catalog(String name, SparkFlightSqlServer server) {
    catalog(spark, name, server);
  }

  static void catalog(SparkSession spark, String name, SparkFlightSqlServer server) {
    spark.conf().set("spark.sql.catalog." + name, FlightSqlCatalog.class.getName());
    spark.conf().set("spark.sql.catalog." + name + ".uri", server.uri());
  }

  /** The first column of a result, as texts. */
  static List<String> first(String sql) {
    return texts(sql, 0);
  }

  static List<String> texts(String sql, int column) {
    return spark.sql(sql).collectAsList().stream()
        .map(row -> String.valueOf(row.get(column)))
        .toList();
  }

  static List<Row> rows(String sql) {
    return spark.sql(sql).collectAsList();
  }
}
