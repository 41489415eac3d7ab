package io.sparkflight.datasource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkflight.datasource.client.FlightSqlException;
import io.sparkflight.datasource.client.ServerConnection;
import io.sparkflight.datasource.client.ServerOptions;
import io.sparkflight.docs.Documents;
import io.sparkflight.sql.SparkFlightSqlServer;
import io.sparkflight.testing.ListedCatalog;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.Location;
import org.apache.arrow.flight.auth2.BasicAuthCredentialWriter;
import org.apache.arrow.flight.auth2.ClientHeaderHandler;
import org.apache.arrow.flight.auth2.ClientIncomingAuthHeaderMiddleware;
import org.apache.arrow.flight.grpc.CredentialCallOption;
import org.apache.arrow.flight.sql.FlightSqlClient;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Servers of ours as catalogs of a Spark session: x and y are two servers. */
class FlightSqlCatalogIT {
  @TempDir static Path warehouse = Path.of("");

  private static SparkSession application;
  private static SparkFlightSqlServer one;
  private static SparkFlightSqlServer two;
  private static SparkSession spark;

  @BeforeAll
  static void start() {
    application =
        SparkSession.builder()
            .master("local[8]") // both Sparks are this one: who waits must leave room for who works
            .config("spark.ui.enabled", false)
            // Many small statements: to compile code for them takes longer than they do.
            .config("spark.sql.codegen.wholeStage", false)
            .config("spark.sql.codegen.factoryMode", "NO_CODEGEN")
            .config("spark.sql.shuffle.partitions", 2)
            .config("spark.sql.warehouse.dir", warehouse.toUri().toString())
            .config("spark.sql.legacy.createHiveTableByDefault", false)
            .config("spark.sql.extensions", FlightSqlExtensions.class.getName())
            .config("spark.sql.catalog.lake", ListedCatalog.class.getName())
            .config(
                "spark.sql.catalog.lake.tables",
                "loose top/one top/mid/two top/mid/low/three a.b/four dash-ed/x/five ti`ck/y/six")
            .getOrCreate();
    one = SparkFlightSqlServer.start(application, Map.of("spark.flight.port", "0"));
    two = SparkFlightSqlServer.start(application, Map.of("spark.flight.port", "0"));
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
    spark = application.newSession();
    catalog("x", one);
    catalog("y", two);
  }

  private static void catalog(String name, SparkFlightSqlServer server) {
    catalog(spark, name, server);
  }

  private static void catalog(SparkSession spark, String name, SparkFlightSqlServer server) {
    spark.conf().set("spark.sql.catalog." + name, FlightSqlCatalog.class.getName());
    spark.conf().set("spark.sql.catalog." + name + ".uri", server.uri());
  }

  @AfterAll
  static void stop() {
    two.close();
    one.close();
    application.stop();
  }

  /** The first column of a result, as texts. */
  private static List<String> first(String sql) {
    return texts(sql, 0);
  }

  private static List<String> texts(String sql, int column) {
    return spark.sql(sql).collectAsList().stream()
        .map(row -> String.valueOf(row.get(column)))
        .toList();
  }

  private static List<Row> rows(String sql) {
    return spark.sql(sql).collectAsList();
  }

  @Test
  void namespacesAreTheSchemasOfTheServersCatalogAndItsOtherCatalogs() {
    assertThat(first("SHOW NAMESPACES IN x"))
        .contains("default", "global_temp", "lake", "sh_p", "shop")
        .doesNotContain("spark_catalog", "top");
    assertThat(first("SHOW NAMESPACES IN x.lake"))
        .containsExactlyInAnyOrder("lake.`a.b`", "lake.`dash-ed`", "lake.`ti``ck`", "lake.top");
    assertThat(first("SHOW NAMESPACES IN x.lake.top")).containsExactly("lake.top.mid");
    assertThat(first("SHOW NAMESPACES IN x.lake.top.mid")).containsExactly("lake.top.mid.low");
    assertThat(rows("SHOW NAMESPACES IN x.shop")).isEmpty();
    assertThat(first("SHOW NAMESPACES IN x LIKE 'sh*'")).containsExactly("sh_p", "shop");
    assertThatThrownBy(() -> spark.sql("SHOW NAMESPACES IN x.nowhere"))
        .isInstanceOf(AnalysisException.class)
        .hasMessageContaining("`nowhere`");
  }

  @Test
  void tablesAndViewsOfExactlyOneNamespaceAreListed() {
    assertThat(texts("SHOW TABLES IN x.shop", 1))
        .containsExactlyInAnyOrder("orders", "customers", "few", "nation");
    assertThat(texts("SHOW TABLES IN x.sh_p", 1)).containsExactly("orders");
    assertThat(texts("SHOW TABLES IN x.spark_catalog.shop", 1)).contains("customers");
    assertThat(texts("SHOW TABLES IN x.lake", 1)).containsExactly("loose");
    assertThat(texts("SHOW TABLES IN x.lake.top", 1)).containsExactly("one");
    assertThat(texts("SHOW TABLES IN x.lake.top.mid", 1)).containsExactly("two");
    assertThat(texts("SHOW TABLES IN x.global_temp", 1)).contains("orders");
    assertThatThrownBy(() -> spark.sql("SHOW TABLES IN x.lake.top.nowhere"))
        .isInstanceOf(AnalysisException.class)
        .hasMessageContaining("SCHEMA_NOT_FOUND");
  }

  @Test
  void tablesAreReadByTheirNames() {
    assertThat(rows("SELECT * FROM x.shop.orders"))
        .containsExactlyInAnyOrderElementsOf(rows("SELECT * FROM shop.orders"))
        .hasSize(30);
    assertThat(first("SELECT count(*) FROM x.spark_catalog.shop.orders WHERE customer = 1"))
        .containsExactly("10");
    assertThat(first("SELECT * FROM x.shop.few")).hasSize(5);
    assertThat(first("SELECT * FROM x.sh_p.orders")).containsExactly("the other one");
    assertThat(first("SELECT * FROM x.global_temp.orders")).containsExactly("temporary");
    assertThat(first("SELECT what FROM x.SH_P.Orders")).containsExactly("the other one");
  }

  @Test
  void nestedNamespacesOfOtherCatalogsAreReadPartByPart() {
    assertThat(first("SELECT * FROM x.lake.loose")).containsExactly("loose");
    assertThat(first("SELECT * FROM x.lake.top.one")).containsExactly("one");
    assertThat(first("SELECT * FROM x.lake.top.mid.low.three")).containsExactly("three");
    assertThat(first("SELECT * FROM x.lake.`a.b`.four")).containsExactly("four");
    assertThat(first("SELECT * FROM x.lake.`dash-ed`.x.five")).containsExactly("five");
    assertThat(first("SELECT * FROM x.lake.`ti``ck`.y.six")).containsExactly("six");
    for (String table :
        List.of(
            "`top`.`mid`.`two`", "`a.b`.`four`", "`dash-ed`.`x`.`five`", "`ti``ck`.`y`.`six`")) {
      // They take no rows, and the server says so of the table that was meant.
      assertThatThrownBy(
              () -> spark.sql("INSERT INTO x.lake.%1$s SELECT * FROM x.lake.%1$s".formatted(table)))
          .hasStackTraceContaining("UNIMPLEMENTED: Cannot ingest into `lake`." + table);
    }
    assertThatThrownBy(() -> spark.sql("SELECT * FROM x.lake.a.b.four"))
        .hasMessageContaining("TABLE_OR_VIEW_NOT_FOUND");
    assertThatThrownBy(() -> spark.sql("SELECT * FROM x.lake.`top.mid`.two"))
        .hasMessageContaining("TABLE_OR_VIEW_NOT_FOUND");
  }

  @Test
  void oddNamesAreNames() {
    List<String> odd =
        List.of(
            "a b", "it's", "quo\"te", "ti`ck", "do.t", "a_b", "a%b", "axb", "back\\slash", "größe");
    for (String name : odd) {
      application.sql(
          "CREATE GLOBAL TEMPORARY VIEW %s AS SELECT '%s' AS `the name`"
              .formatted(quoted(name), name.replace("\\", "\\\\").replace("'", "\\'")));
    }
    assertThat(texts("SHOW TABLES IN x.global_temp", 1)).containsAll(odd);
    for (String name : odd) {
      assertThat(first("SELECT `the name` FROM x.global_temp." + quoted(name)))
          .containsExactly(name);
    }
    for (String none :
        List.of("a?b", "%", "_", "a__", "back\\\\slash", "back_slash", "do%", "do")) {
      assertThatThrownBy(() -> spark.sql("SELECT * FROM x.global_temp." + quoted(none)))
          .as(none)
          .hasMessageContaining("TABLE_OR_VIEW_NOT_FOUND");
    }
  }

  private static String quoted(String name) {
    return "`" + name.replace("`", "``") + "`";
  }

  @Test
  void temporaryViewsOfTheSignedInSessionHaveNoNamespace() throws Exception {
    AtomicReference<String> token = new AtomicReference<>("");
    ClientHeaderHandler told =
        headers -> {
          token.compareAndSet("", headers.get("authorization"));
          return new CredentialCallOption(out -> out.insert("authorization", token.get()));
        };
    try (BufferAllocator memory = new RootAllocator();
        FlightClient flight =
            FlightClient.builder(memory, Location.forGrpcInsecure("127.0.0.1", one.port()))
                .intercept(new ClientIncomingAuthHeaderMiddleware.Factory(told))
                .build();
        FlightSqlClient client = new FlightSqlClient(flight)) {
      flight.handshake(new CredentialCallOption(new BasicAuthCredentialWriter("ada", "any")));
      client.executeUpdate(
          "CREATE TEMPORARY VIEW orders AS SELECT 'mine' AS whose",
          new CredentialCallOption(out -> out.insert("authorization", token.get())));
    }
    catalog("mine", one);
    spark
        .conf()
        .set("spark.sql.catalog.mine.token", String.valueOf(token.get()).replace("Bearer ", ""));
    assertThat(texts("SHOW TABLES IN mine", 1)).containsExactly("orders");
    assertThat(first("SELECT * FROM mine.orders")).containsExactly("mine");
    assertThat(rows("SELECT * FROM mine.shop.orders")).hasSize(30);
    assertThatThrownBy(() -> spark.sql("SELECT * FROM x.orders"))
        .hasMessageContaining("TABLE_OR_VIEW_NOT_FOUND");
  }

  @Test
  void whatIsMissingIsToldBySpark() {
    assertThatThrownBy(() -> spark.sql("SELECT * FROM x.shop.nothing"))
        .isInstanceOf(AnalysisException.class)
        .hasMessageContaining("TABLE_OR_VIEW_NOT_FOUND")
        .hasMessageContaining("`x`.`shop`.`nothing`");
    assertThatThrownBy(() -> spark.sql("SELECT * FROM x.nowhere.orders"))
        .isInstanceOf(AnalysisException.class)
        .hasMessageContaining("TABLE_OR_VIEW_NOT_FOUND");
    assertThatThrownBy(() -> spark.sql("DROP TABLE x.shop.nothing"))
        .isInstanceOf(AnalysisException.class)
        .hasMessageContaining("TABLE_OR_VIEW_NOT_FOUND");
    spark.sql("DROP TABLE IF EXISTS x.shop.nothing");
    assertThatThrownBy(() -> spark.sql("CREATE TABLE x.nowhere.t (a INT)"))
        .isInstanceOf(AnalysisException.class)
        .hasMessageContaining("SCHEMA_NOT_FOUND");
  }

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
  void tablesAreDescribed() {
    assertThat(rows("DESCRIBE x.shop.orders").toString())
        .contains("[id,bigint,", "[customer,bigint,");
    assertThat(rows("DESCRIBE EXTENDED x.shop.orders").toString())
        .contains("[Name,`spark_catalog`.`shop`.`orders` of " + one.uri());
    assertThat(rows("DESCRIBE NAMESPACE x.shop").toString()).contains("[Namespace Name,shop]");
  }

  @Test
  void aNamespaceIsUsed() {
    SparkSession other = application.newSession();
    catalog(other, "x", one);
    other.sql("USE x.shop");
    assertThat(other.sql("SELECT * FROM orders").count()).isEqualTo(30);
    assertThat(other.sql("SELECT current_catalog(), current_schema()").first().toString())
        .isEqualTo("[x,shop]");
    other.sql("USE x.lake.top");
    assertThat(other.sql("SELECT * FROM one").count()).isEqualTo(1);
    assertThatThrownBy(() -> other.sql("USE x.nowhere"))
        .isInstanceOf(AnalysisException.class)
        .hasMessageContaining("`nowhere`");
  }

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

  @Test
  void optionsOfOneReadOrWriteAreHeeded() {
    String plan =
        spark
            .read()
            .option("PushDown", "false")
            .table("x.shop.orders")
            .where("id > 5")
            .queryExecution()
            .executedPlan()
            .toString();
    assertThat(plan).contains("PushedFilters: []");
    assertThatThrownBy(
            () -> spark.read().option("retian", "1s").table("x.shop.orders").collectAsList())
        .hasMessageContaining("no option retian. Did you mean retain?");
    assertThatThrownBy(
            () -> spark.read().option("dbtable", "a").table("x.shop.orders").collectAsList())
        .hasMessageContaining("the table is named already");
    assertThatThrownBy(
            () ->
                spark
                    .table("x.shop.customers")
                    .write()
                    .option("write.creates", "true")
                    .mode("append")
                    .saveAsTable("x.shop.customers"))
        .hasMessageContaining("Did you mean write.create?");
    assertThat(rows("SELECT * FROM x.shop.customers")).hasSize(3);
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

  @Test
  void noSecretIsInAPlan() {
    catalog("secret", one);
    spark.conf().set("spark.sql.catalog.secret.user", "ada");
    spark.conf().set("spark.sql.catalog.secret.password", "kept to oneself");
    for (String from :
        List.of("secret.shop.orders", "flight_sql_query('secret', 'SELECT 1 AS one')")) {
      var plan = spark.sql("SELECT * FROM " + from).queryExecution();
      assertThat(plan.toString() + plan.analyzed().toJSON()).doesNotContain("kept to oneself");
    }
    assertThat(rows("DESCRIBE EXTENDED secret.shop.orders").toString())
        .doesNotContain("kept to oneself");
  }

  @Test
  void settingsThatCannotBeAreRefused() {
    refused(Map.of(), "the option uri is missing");
    refused(Map.of("uri", one.uri(), "dbtable", "t"), "the option dbtable is about one table");
    refused(Map.of("uri", one.uri(), "query", "SELECT 1"), "the option query is about one table");
    refused(Map.of("uri", one.uri(), "usr", "ada"), "Did you mean user?");
    refused(Map.of("uri", "grpc://127.0.0.1:1"), "grpc://127.0.0.1:1: UNAVAILABLE");
  }

  private static void refused(Map<String, String> options, String reason) {
    SparkSession other = application.newSession();
    other.conf().set("spark.sql.catalog.bad", FlightSqlCatalog.class.getName());
    options.forEach((key, value) -> other.conf().set("spark.sql.catalog.bad." + key, value));
    assertThatThrownBy(() -> other.sql("SHOW NAMESPACES IN bad")).hasMessageContaining(reason);
  }

  @Test
  void theManualsStatementsRun() throws Exception {
    SparkSession other = application.newSession();
    Path page = Documents.ROOT.resolve("docs/datasource.md");
    String settings = Documents.snippet(page, "catalog settings");
    assertThat(settings).contains(":32010");
    for (String line : settings.replace("32010", Integer.toString(one.port())).split("\n")) {
      String[] setting = line.split("\\s+", 2);
      if (setting[0].equals("spark.sql.extensions")) {
        assertThat(setting[1]).isEqualTo(application.conf().get("spark.sql.extensions"));
      } else {
        other.conf().set(setting[0], setting[1]);
      }
    }
    Arrays.stream(Documents.snippet(page, "catalog statements").split(";"))
        .filter(sql -> !sql.isBlank())
        .forEach(sql -> assertThat(other.sql(sql).collectAsList()).as(sql).isNotNull());
  }
}
