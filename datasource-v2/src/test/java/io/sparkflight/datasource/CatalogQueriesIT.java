package io.sparkflight.datasource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkflight.datasource.client.FlightSqlException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;

/** What Spark makes of queries about tables of a server's catalog. */
class CatalogQueriesIT extends TwoCatalogs {
  @Test
  void tablesOfTwoServersAreJoined() {
    String sql =
        "SELECT name, count(*) FROM %s.shop.orders o JOIN %s.shop.customers c ON o.customer = c.id GROUP BY name ORDER BY name";
    assertThat(rows(sql.formatted("x", "y")))
        .isEqualTo(rows(sql.formatted("spark_catalog", "spark_catalog")))
        .hasSize(3);
    assertThat(spark.sql(sql.formatted("x", "y")).queryExecution().executedPlan().toString())
        .contains("`orders` of " + one.uri(), "`customers` of " + two.uri());
  }

  @Test
  void whatIsCachedIsKnownAgain() {
    spark.sql("CREATE TABLE x.work.kept AS SELECT id FROM range(3)");
    Dataset<Row> kept = spark.table("x.work.kept").cache();
    assertThat(kept.count()).isEqualTo(3);
    assertThat(spark.table("x.work.kept").queryExecution().executedPlan().toString())
        .contains("InMemoryTableScan");
    spark.sql("INSERT INTO x.work.kept VALUES (3L)");
    assertThat(kept.count()).isEqualTo(4);
    spark.sql("UNCACHE TABLE x.work.kept");
    assertThat(spark.table("x.work.kept").queryExecution().executedPlan().toString())
        .doesNotContain("InMemoryTableScan");
    spark.sql("DROP TABLE x.work.kept");
  }

  /** Spark asks sources to count the rows instead. */
  @Test
  void aConstantIsOneValue() {
    spark.sql(
        "CREATE OR REPLACE TEMPORARY VIEW regional AS SELECT *, 'EU' AS region FROM x.shop.orders");
    assertThat(first("SELECT count(DISTINCT region) FROM regional")).containsExactly("1");
    assertThat(first("SELECT count(DISTINCT region) FROM regional WHERE id < 0"))
        .containsExactly("0");
    assertThat(texts("SELECT customer, count(DISTINCT region) FROM regional GROUP BY customer", 1))
        .containsExactly("1", "1", "1");
    assertThat(rows("SELECT count(DISTINCT 1), count(DISTINCT customer), count(1) FROM regional"))
        .hasToString("[[1,3,30]]");
    assertThat(
            spark
                .sql("SELECT count(DISTINCT region) FROM regional")
                .queryExecution()
                .executedPlan()
                .toString())
        .contains("PushedAggregates: [COUNT(*)]");
  }

  @Test
  void theServersOwnSqlIsPassedThrough() {
    assertThat(
            first(
                "SELECT total FROM flight_sql_query('x', 'SELECT customer, sum(id) AS total FROM shop.orders GROUP BY 1') q JOIN y.shop.customers c ON q.customer = c.id WHERE c.name = 'name 1'"))
        .containsExactly("145");
    assertThat(first("SELECT * FROM flight_sql_query('x', concat('SELECT ', '\\'a\\'', ' AS b'))"))
        .containsExactly("a");
    assertThatThrownBy(
            () -> spark.sql("SELECT * FROM flight_sql_query('x', 'DROP TABLE shop.orders')"))
        .isInstanceOf(FlightSqlException.class)
        .hasMessageContaining("INVALID_ARGUMENT");
    assertThat(application.catalog().tableExists("shop.orders")).isTrue();
    assertThatThrownBy(() -> spark.sql("SELECT * FROM flight_sql_query('lake', 'SELECT 1')"))
        .hasMessageContaining("it is no Flight SQL server");
    assertThatThrownBy(() -> spark.sql("SELECT * FROM flight_sql_query('nowhere', 'SELECT 1')"))
        .hasMessageContaining("nowhere");
    assertThatThrownBy(() -> spark.sql("SELECT * FROM flight_sql_query('SELECT 1')"))
        .hasMessageContaining("it takes the name of a catalog and a query");
    assertThatThrownBy(() -> spark.sql("SELECT * FROM flight_sql_query('x', 1)"))
        .hasMessageContaining("it is no constant text");
  }
}
