package io.sparkflight.datasource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkflight.datasource.ListingServer.Table;
import io.sparkflight.datasource.client.FlightSqlException;
import io.sparkflight.error.FlightFailure;
import io.sparkflight.testing.LocalSpark;
import java.io.IOException;
import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Servers that list catalogs and schemas in other ways than ours, as catalogs of Spark. */
class OtherServersCatalogIT {
  private static SparkSession spark;

  @BeforeAll
  static void start() {
    spark =
        LocalSpark.on("local[2]")
            // Many small statements: to compile code for them takes longer than they do.
            .with("spark.sql.codegen.wholeStage", false)
            .with("spark.sql.codegen.factoryMode", "NO_CODEGEN")
            .get();
  }

  private static SparkSession session(ListingServer server) {
    SparkSession session = spark.newSession();
    session.conf().set("spark.sql.catalog.o", FlightSqlCatalog.class.getName());
    session.conf().set("spark.sql.catalog.o.uri", server.uri());
    return session;
  }

  private static List<String> texts(SparkSession session, String sql, int column) {
    return session.sql(sql).collectAsList().stream().map(row -> row.getString(column)).toList();
  }

  /** The SQL that reading a table sends. */
  private static String sent(SparkSession session, String table) {
    return session.sql("SELECT * FROM " + table).collectAsList().get(0).getString(0);
  }

  @Test
  void aServerWithoutCatalogsAndSchemas() throws IOException {
    try (ListingServer server =
        new ListingServer(
            new Table(null, null, "plain"),
            new Table(null, null, "Odd \"na.me\"%_"),
            new Table(null, null, "odd type"))) {
      SparkSession session = session(server);
      assertThat(texts(session, "SHOW NAMESPACES IN o", 0)).isEmpty();
      assertThat(texts(session, "SHOW TABLES IN o", 1))
          .containsExactlyInAnyOrder("plain", "Odd \"na.me\"%_", "odd type");
      assertThat(sent(session, "o.plain")).isEqualTo("SELECT * FROM \"plain\"");
      assertThat(sent(session, "o.`odd \"na.me\"%_`"))
          .isEqualTo("SELECT * FROM \"Odd \"\"na.me\"\"%_\"");
      assertThatThrownBy(() -> session.sql("SELECT * FROM o.plai_"))
          .hasMessageContaining("TABLE_OR_VIEW_NOT_FOUND");
      assertThatThrownBy(() -> session.sql("SELECT * FROM o.main.plain"))
          .hasMessageContaining("TABLE_OR_VIEW_NOT_FOUND");
      assertThatThrownBy(() -> session.sql("SELECT sql FROM o.`odd type`"))
          .isInstanceOf(FlightFailure.class)
          .hasMessageContaining("column either");
    }
  }

  @Test
  void aServerWithOneCatalogAndNoSchemas() throws IOException {
    try (ListingServer server =
        new ListingServer(new Table("main", null, "a"), new Table("main", null, "b"))) {
      SparkSession session = session(server);
      assertThat(texts(session, "SHOW NAMESPACES IN o", 0)).isEmpty();
      assertThat(texts(session, "SHOW TABLES IN o", 1)).containsExactly("a", "b");
      assertThat(texts(session, "SHOW TABLES IN o.main", 1)).containsExactly("a", "b");
      assertThat(sent(session, "o.a")).isEqualTo("SELECT * FROM \"main\".\"a\"");
      assertThat(sent(session, "o.main.b")).isEqualTo("SELECT * FROM \"main\".\"b\"");
    }
  }

  @Test
  void aServerWithSchemasAndNoCatalogs() throws IOException {
    try (ListingServer server =
        new ListingServer(
            new Table(null, "s.t", "a"), new Table(null, "s", "t"), new Table(null, null, "t"))) {
      SparkSession session = session(server);
      assertThat(texts(session, "SHOW NAMESPACES IN o", 0)).containsExactlyInAnyOrder("`s.t`", "s");
      assertThat(texts(session, "SHOW TABLES IN o", 1)).containsExactly("t");
      assertThat(sent(session, "o.s.t")).isEqualTo("SELECT * FROM \"s\".\"t\"");
      assertThat(sent(session, "o.`s.t`.a")).isEqualTo("SELECT * FROM \"s.t\".\"a\"");
      assertThatThrownBy(() -> session.sql("SELECT * FROM o.s.t.a"))
          .hasMessageContaining("TABLE_OR_VIEW_NOT_FOUND");
    }
  }

  @Test
  void aServerWithSeveralCatalogsThatDoesNotTellItsCurrentOne() throws IOException {
    try (ListingServer server =
        new ListingServer(
            new Table("one", "s", "t"), new Table("two", "s", "t"), new Table("two", "one", "u"))) {
      SparkSession session = session(server);
      assertThat(texts(session, "SHOW NAMESPACES IN o", 0)).containsExactly("one", "two");
      assertThat(texts(session, "SHOW NAMESPACES IN o.two", 0))
          .containsExactlyInAnyOrder("two.s", "two.one");
      assertThat(sent(session, "o.one.s.t")).isEqualTo("SELECT * FROM \"one\".\"s\".\"t\"");
      assertThat(sent(session, "o.two.s.t")).isEqualTo("SELECT * FROM \"two\".\"s\".\"t\"");
      assertThat(sent(session, "o.two.one.u")).isEqualTo("SELECT * FROM \"two\".\"one\".\"u\"");
      assertThatThrownBy(() -> session.sql("SELECT * FROM o.s.t"))
          .hasMessageContaining("TABLE_OR_VIEW_NOT_FOUND");
      assertThatThrownBy(() -> session.sql("SELECT * FROM o.one.u"))
          .hasMessageContaining("TABLE_OR_VIEW_NOT_FOUND");
    }
  }

  @Test
  void namesThatDifferInCaseAreToldApart() throws IOException {
    try (ListingServer server =
        new ListingServer(
            new Table("c", "s", "Twice"), new Table("c", "s", "twice"), new Table("c", "S", "t"))) {
      SparkSession session = session(server);
      assertThat(sent(session, "o.s.twice")).endsWith("\"c\".\"s\".\"twice\"");
      assertThat(sent(session, "o.s.Twice")).endsWith("\"c\".\"s\".\"Twice\"");
      assertThat(sent(session, "o.S.t")).endsWith("\"c\".\"S\".\"t\"");
      assertThatThrownBy(() -> session.sql("SELECT * FROM o.s.TWICE"))
          .isInstanceOf(FlightSqlException.class)
          .hasMessageContaining("differ only in upper and lower case");
    }
  }

  @Test
  void statementsSayWhatEveryServerKnows() throws IOException {
    try (ListingServer server =
        new ListingServer(new Table("c", "s", "t"), new Table("c", "s", "new"))) {
      SparkSession session = session(server);
      session.sql("CREATE NAMESPACE o.fresh");
      session.sql("ALTER TABLE o.s.t RENAME TO `it's`");
      session.sql("TRUNCATE TABLE o.s.t");
      session.sql("DROP TABLE o.s.t");
      session.sql("DROP NAMESPACE o.s CASCADE");
      assertThat(server.updates())
          .containsExactly(
              "CREATE SCHEMA \"c\".\"fresh\"",
              "ALTER TABLE \"c\".\"s\".\"t\" RENAME TO \"it's\"",
              "TRUNCATE TABLE \"c\".\"s\".\"t\"",
              "DROP TABLE \"c\".\"s\".\"t\"",
              "DROP SCHEMA \"c\".\"s\" CASCADE");
    }
  }

  @Test
  void tablesAreCreatedWithTypesThatEveryServerKnows() throws IOException {
    try (ListingServer server = new ListingServer(new Table("c", "s", "t"))) {
      SparkSession session = session(server);
      String create =
          "CREATE TABLE o.s.fresh (a INT NOT NULL, `b \"c` BIGINT, d SMALLINT, e DECIMAL(9, 2), f CHAR(3), g VARCHAR(5), h BOOLEAN, i DATE, j TIMESTAMP_NTZ, k FLOAT, l DOUBLE)";
      assertThatThrownBy(() -> session.sql(create)).hasMessageContaining("does not list it");
      assertThat(server.updates())
          .containsExactly(
              "CREATE TABLE \"c\".\"s\".\"fresh\" (\"a\" INTEGER NOT NULL, \"b \"\"c\" BIGINT, \"d\" SMALLINT, \"e\" DECIMAL(9,2), \"f\" CHAR(3), \"g\" VARCHAR(5), \"h\" BOOLEAN, \"i\" DATE, \"j\" TIMESTAMP, \"k\" REAL, \"l\" DOUBLE PRECISION)");
      for (String refused :
          List.of(
              "(a INT, text STRING)|column text is of type STRING",
              "(tiny TINYINT)|column tiny is of type TINYINT",
              "(list ARRAY<INT>)|column list is of type ARRAY<INT>",
              "(at TIMESTAMP)|column at is of type TIMESTAMP",
              "(a INT COMMENT 'x')|column a has a comment",
              "(a INT) USING parquet|provider",
              "(a INT) COMMENT 'x'|comment",
              "(a INT) TBLPROPERTIES ('k' = 'v')|knows k",
              "(a INT) PARTITIONED BY (a)|PARTITIONED BY")) {
        String[] test = refused.split("\\|");
        assertThatThrownBy(() -> session.sql("CREATE TABLE o.s.no " + test[0]))
            .as(refused)
            .isInstanceOf(FlightSqlException.class)
            .hasMessageContaining(test[1]);
      }
      assertThatThrownBy(() -> session.sql("CREATE NAMESPACE o.no COMMENT 'x'"))
          .hasMessageContaining("not every server knows comment");
      assertThat(server.updates()).hasSize(1);
      assertThatThrownBy(() -> session.sql("CREATE TABLE o.s.refused (a INT)"))
          .isInstanceOf(FlightSqlException.class)
          .hasMessageContaining("Cannot create table s.refused on " + server.uri())
          .hasMessageContaining("not in my house");
    }
  }
}
