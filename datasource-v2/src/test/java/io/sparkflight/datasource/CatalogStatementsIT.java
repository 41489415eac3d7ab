package io.sparkflight.datasource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkflight.datasource.client.FlightSqlException;
import io.sparkflight.datasource.client.ServerConnection;
import io.sparkflight.datasource.client.ServerOptions;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.AnalysisException;
import org.junit.jupiter.api.Test;

/** Statements that change what a server has, in the catalog of a Spark session. */
class CatalogStatementsIT extends TwoCatalogs {
  @Test
  void tablesAreCreatedAsSparkSaysIt() {
    spark.sql(
        """
        CREATE TABLE x.work.made (
          id BIGINT NOT NULL COMMENT 'it\\'s \\\\ a key', `odd name` STRING, code CHAR(3), name VARCHAR(20),
          price DECIMAL(10, 2), at TIMESTAMP, day DATE, list ARRAY<INT>, pairs MAP<STRING, INT>,
          nested STRUCT<a: INT, `b c`: STRING>)
        USING parquet OPTIONS (compression 'gzip') PARTITIONED BY (day)
        COMMENT 'what\\'s there' TBLPROPERTIES ('a.b' = 'c')
        """);
    assertThat(spark.table("work.made").schema().toDDL())
        .isEqualTo(
            "id BIGINT COMMENT 'it\\'s \\ a key',`odd name` STRING,code STRING,name STRING,price DECIMAL(10,2),at TIMESTAMP,list ARRAY<INT>,pairs MAP<STRING, INT>,nested STRUCT<a: INT, `b c`: STRING>,day DATE");
    assertThat(application.sql("SHOW CREATE TABLE work.made").first().getString(0))
        .contains("code CHAR(3)", "name VARCHAR(20)", "PARTITIONED BY (day)", "USING parquet")
        .contains("COMMENT 'what\\'s there'", "'compression' = 'gzip'", "'a.b' = 'c'");
    assertThatThrownBy(() -> spark.sql("CREATE TABLE x.work.made (a INT)"))
        .isInstanceOf(AnalysisException.class)
        .hasMessageContaining("TABLE_OR_VIEW_ALREADY_EXISTS");
    spark.sql("CREATE TABLE IF NOT EXISTS x.work.made (a INT)");
    spark.sql("DROP TABLE x.work.made");
    assertThat(application.catalog().tableExists("work.made")).isFalse();
  }

  @Test
  void tablesAreTruncatedAndRenamed() {
    application.sql("CREATE TABLE sh_p.changing AS SELECT 1 AS a");
    spark.sql("TRUNCATE TABLE x.sh_p.changing");
    assertThat(rows("SELECT * FROM x.sh_p.changing")).isEmpty();
    assertThatThrownBy(() -> spark.sql("ALTER TABLE x.sh_p.changing RENAME TO orders"))
        .hasMessageContaining("TABLE_OR_VIEW_ALREADY_EXISTS");
    assertThatThrownBy(() -> spark.sql("ALTER TABLE x.sh_p.changing RENAME TO shop.changing"))
        .isInstanceOf(FlightSqlException.class)
        .hasMessageContaining("a table stays in its namespace");
    spark.sql("ALTER TABLE x.sh_p.changing RENAME TO `changed`");
    assertThat(application.catalog().tableExists("sh_p.changed")).isTrue();
    assertThatThrownBy(() -> spark.sql("ALTER TABLE x.sh_p.changed ADD COLUMN b INT"))
        .hasMessageContaining("is only sent RENAME");
    spark.sql("DROP TABLE x.sh_p.changed");
    assertThat(texts("SHOW TABLES IN x.sh_p", 1)).containsExactly("orders");
  }

  @Test
  void viewsAreNotDroppedAsTables() {
    assertThatThrownBy(() -> spark.sql("DROP TABLE x.shop.few"))
        .isInstanceOf(FlightSqlException.class)
        .hasMessageContaining("shop.few on " + one.uri() + ": it is a view there");
    assertThat(first("SELECT * FROM x.shop.few")).hasSize(5);
  }

  @Test
  void namespacesAreCreatedAndDropped() {
    spark.sql("CREATE NAMESPACE x.fresh COMMENT 'it\\'s new' WITH DBPROPERTIES ('a' = 'b')");
    assertThat(application.sql("DESCRIBE DATABASE EXTENDED fresh").collectAsList().toString())
        .contains("it's new", "((a,b))");
    assertThatThrownBy(() -> spark.sql("CREATE NAMESPACE x.fresh"))
        .hasMessageContaining("SCHEMA_ALREADY_EXISTS");
    spark.sql("CREATE NAMESPACE IF NOT EXISTS x.fresh");
    spark.sql("CREATE TABLE x.fresh.t (a INT)");
    assertThatThrownBy(() -> spark.sql("DROP NAMESPACE x.fresh"))
        .isInstanceOf(FlightSqlException.class)
        .hasMessageContaining("SCHEMA_NOT_EMPTY");
    spark.sql("DROP NAMESPACE x.fresh CASCADE");
    assertThat(application.catalog().databaseExists("fresh")).isFalse();
    spark.sql("DROP NAMESPACE IF EXISTS x.fresh");
    assertThatThrownBy(() -> spark.sql("DROP NAMESPACE x.fresh"))
        .hasMessageContaining("SCHEMA_NOT_FOUND");
    assertThatThrownBy(() -> spark.sql("DROP NAMESPACE x.lake"))
        .hasMessageContaining("it is a catalog of the server");
    assertThatThrownBy(() -> spark.sql("ALTER NAMESPACE x.shop SET PROPERTIES ('a' = 'b')"))
        .hasMessageContaining("only CREATE and DROP NAMESPACE");
  }

  @Test
  void rowsAreInserted() {
    spark.sql("CREATE TABLE x.work.copy AS SELECT * FROM y.shop.orders");
    spark.sql("INSERT INTO x.work.copy SELECT id + 30, 7 FROM range(2)");
    assertThat(rows("SELECT * FROM x.work.copy")).hasSize(32);
    spark.sql("INSERT OVERWRITE x.work.copy SELECT 1, 2");
    assertThat(rows("SELECT * FROM x.work.copy").toString()).isEqualTo("[[1,2]]");
    assertThatThrownBy(() -> spark.sql("CREATE TABLE x.work.bad AS SELECT raise_error('no') AS a"))
        .hasMessageContaining("no");
    assertThat(application.catalog().tableExists("work.bad")).isFalse();
    spark.sql("DROP TABLE x.work.copy");
  }

  @Test
  void aTableIsReplacedWhollyOrNotAtAll() {
    spark.sql("CREATE OR REPLACE TABLE x.work.u AS SELECT id, 'a' AS name FROM range(10)");
    spark.sql("CREATE OR REPLACE TABLE x.work.u AS SELECT id FROM x.work.u WHERE id < 4");
    assertThat(rows("SELECT * FROM x.work.u ORDER BY id").toString())
        .isEqualTo("[[0], [1], [2], [3]]");
    spark.table("x.work.u").where("id < 2").write().mode("overwrite").saveAsTable("x.work.u");
    assertThat(rows("SELECT * FROM x.work.u ORDER BY id").toString()).isEqualTo("[[0], [1]]");
    String as = " AS SELECT 7 AS seven";
    for (String refused :
        List.of(
            "work.u AS SELECT CAST(raise_error('my fault') AS INT) AS a|my fault",
            "work.u PARTITIONED BY (seven)" + as + "|and not PARTITIONED BY",
            "work.u USING json" + as + "|and not USING json",
            "work.u COMMENT 'c' TBLPROPERTIES ('k' = 'v')" + as + "|and not comment, k",
            "work.u (a INT)|Say REPLACE TABLE … AS SELECT",
            "shop.few" + as + "|it is a view there",
            "work.nothing" + as + "|TABLE_OR_VIEW_NOT_FOUND")) {
      String[] test = refused.split("\\|");
      assertThatThrownBy(() -> spark.sql("REPLACE TABLE x." + test[0]))
          .as(refused)
          .hasStackTraceContaining(test[1]);
    }
    assertThat(application.table("work.u").count()).isEqualTo(2);
    assertThat(first("SELECT * FROM x.shop.few")).hasSize(5);
    spark.sql("DROP TABLE x.work.u");
  }

  @Test
  void momentsAreMomentsWhateverTheServersSessionSays() {
    told("SET spark.sql.timestampType=TIMESTAMP_NTZ");
    try {
      spark.sql(
          "CREATE TABLE x.work.at (at TIMESTAMP, s STRUCT<`a b`: TIMESTAMP NOT NULL COMMENT 'it\\'s', b: ARRAY<TIMESTAMP>, c: MAP<STRING, TIMESTAMP_NTZ>>)");
      assertThat(application.table("work.at").schema().toDDL())
          .isEqualTo(
              "at TIMESTAMP,s STRUCT<`a b`: TIMESTAMP COMMENT 'it\\'s', b: ARRAY<TIMESTAMP>, c: MAP<STRING, TIMESTAMP_NTZ>>");
      spark.sql("CREATE TABLE x.work.at2 AS SELECT TIMESTAMP '2024-07-01 12:00:00Z' AS at");
      assertThat(rows("SELECT * FROM x.work.at2"))
          .isEqualTo(rows("SELECT TIMESTAMP '2024-07-01 12:00:00Z'"));
    } finally {
      told("RESET spark.sql.timestampType");
    }
    spark.sql("DROP TABLE x.work.at");
    spark.sql("DROP TABLE x.work.at2");
  }

  /** In the session of all who do not sign in. */
  private static void told(String sql) {
    try (ServerConnection connection =
        ServerConnection.open(ServerOptions.of(Map.of("uri", one.uri())))) {
      connection.updates().update("set an option", sql);
    }
  }
}
