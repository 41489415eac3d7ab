package io.sparkflight.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkflight.clients.Client.Feature;
import io.sparkflight.clients.JavaFeatures.LimitException;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/** The features of the JDBC driver, tried on a server. */
record JdbcFeatures(JdbcAccess access) {
  private static final int ROWS = 300_000;

  /** Tries them in order. */
  List<Feature> tryAll() throws Exception {
    return new JavaFeatures()
        .add("session of a user", this::sessions)
        .add("time zone of a session", this::timeZone)
        .add("result of many batches", this::manyBatches)
        .add("packed result (LZ4, ZSTD)", this::packed)
        .add("global order", this::globalOrder)
        .add("no rows, with a schema", this::noRows)
        .add("errors with status and words", this::failures)
        .add("DDL and DML with counts", this::updates)
        .add("prepared once, executed again", this::prepared)
        .add("parameters of a query", this::parameters)
        .add("many rows of parameters", this::manyParameters)
        .add("catalogs, schemas, tables, columns", this::metadata)
        .add("facts about the server", this::facts)
        .add("schema before execution", this::schema)
        .add("cancel", this::cancelled)
        .add("transactions", this::transactions)
        .tryAll();
  }

  private static long number(Statement statement, String sql) throws SQLException {
    try (ResultSet rows = statement.executeQuery(sql)) {
      assertThat(rows.next()).isTrue();
      return rows.getLong(1);
    }
  }

  private void sessions() throws SQLException {
    access.with(
        "ada",
        ada -> {
          long unused = ada.executeUpdate("CREATE OR REPLACE TEMPORARY VIEW hers AS SELECT 5 AS n");
          assertThat(number(ada, "SELECT n FROM hers")).isEqualTo(5);
          access.with(
              "bob",
              bob ->
                  assertThatThrownBy(() -> number(bob, "SELECT n FROM hers"))
                      .isInstanceOf(SQLException.class)
                      .hasMessageContaining("TABLE_OR_VIEW_NOT_FOUND"));
        });
  }

  private void timeZone() throws SQLException {
    access.with(
        "jdbc",
        statement -> {
          long unused = statement.executeUpdate("SET TIME ZONE 'Asia/Kathmandu'");
          try (ResultSet rows = statement.executeQuery("SELECT timestamp'2024-07-01 12:00:00' t")) {
            assertThat(rows.next()).isTrue();
            assertThat(rows.getObject("t", OffsetDateTime.class))
                .hasToString("2024-07-01T12:00+05:45");
          }
        });
  }

  private void manyBatches() throws SQLException {
    access.with(
        "jdbc",
        statement -> {
          BitSet seen = new BitSet();
          try (ResultSet rows =
              statement.executeQuery(
                  "SELECT id, repeat('x', 100) FROM range(0, %d, 1, 8)".formatted(ROWS))) {
            while (rows.next()) {
              assertThat(seen.get(rows.getInt(1))).isFalse();
              seen.set(rows.getInt(1));
            }
          }
          assertThat(seen.cardinality()).isEqualTo(ROWS);
        });
  }

  private void packed() throws LimitException {
    assertThatThrownBy(
            () ->
                access.with(
                    "jdbc",
                    statement -> {
                      statement.execute("SET spark.flight.result.compression = lz4");
                      statement.executeQuery("SELECT id FROM range(0, 5000, 1, 2)").next();
                    }))
        .hasStackTraceContaining("arrow-compression");
    throw new LimitException("by this driver, which says that it has no codecs");
  }

  private void globalOrder() throws SQLException {
    access.with(
        "jdbc",
        statement -> {
          try (ResultSet rows =
              statement.executeQuery(
                  "SELECT id FROM range(0, %d, 1, 8) ORDER BY id DESC".formatted(ROWS))) {
            for (int next = ROWS - 1; next >= 0; next--) {
              assertThat(rows.next()).isTrue();
              assertThat(rows.getInt(1)).isEqualTo(next);
            }
            assertThat(rows.next()).isFalse();
          }
        });
  }

  private void noRows() throws SQLException {
    access.with(
        "jdbc",
        statement -> {
          try (PreparedStatement prepared =
                  statement
                      .getConnection()
                      .prepareStatement(
                          "SELECT id, string(id) AS name FROM range(10) WHERE id < 0");
              ResultSet rows = prepared.executeQuery()) {
            assertThat(rows.getMetaData().getColumnCount()).isEqualTo(2);
            assertThat(rows.next()).isFalse();
          }
        });
  }

  private void failures() throws SQLException {
    access.with(
        "jdbc",
        statement -> {
          assertThatThrownBy(() -> number(statement, "SELEC 1"))
              .hasMessageContaining("PARSE_SYNTAX_ERROR");
          assertThatThrownBy(
                  () -> number(statement, "SELECT raise_error('stop here') FROM range(0, 9, 1, 3)"))
              .hasStackTraceContaining("stop here");
          assertThat(number(statement, "SELECT 2")).isEqualTo(2);
        });
  }

  private void updates() throws SQLException {
    access.with(
        "jdbc",
        statement -> {
          createTable(statement, "jdbc_updates");
          assertThat(statement.executeUpdate("INSERT INTO jdbc_updates VALUES (1, 'a'), (2, 'b')"))
              .isEqualTo(2);
          assertThat(number(statement, "SELECT sum(id) FROM jdbc_updates")).isEqualTo(3);
          long unused = statement.executeUpdate("DROP TABLE jdbc_updates");
        });
  }

  private static void createTable(Statement statement, String name) throws SQLException {
    long dropped = statement.executeUpdate("DROP TABLE IF EXISTS " + name);
    long created =
        statement.executeUpdate(
            "CREATE TABLE %s (id BIGINT, name STRING) USING parquet".formatted(name));
    assertThat(created).isEqualTo(dropped);
  }

  private void prepared() throws SQLException {
    try (Connection connection = access.connect("jdbc");
        PreparedStatement prepared =
            connection.prepareStatement("SELECT count(*) FROM range(100)")) {
      for (int time = 0; time < 3; time++) {
        try (ResultSet rows = prepared.executeQuery()) {
          assertThat(rows.next()).isTrue();
          assertThat(rows.getLong(1)).isEqualTo(100);
        }
      }
    }
  }

  private void parameters() throws SQLException {
    try (Connection connection = access.connect("jdbc");
        PreparedStatement prepared =
            connection.prepareStatement("SELECT count(*) FROM range(100) WHERE id < ?")) {
      for (long value : new long[] {7, 70}) {
        prepared.setLong(1, value);
        try (ResultSet rows = prepared.executeQuery()) {
          assertThat(rows.next()).isTrue();
          assertThat(rows.getLong(1)).isEqualTo(value);
        }
      }
    }
  }

  private void manyParameters() throws SQLException {
    access.with(
        "jdbc",
        statement -> {
          createTable(statement, "jdbc_many");
          try (PreparedStatement insert =
              statement.getConnection().prepareStatement("INSERT INTO jdbc_many VALUES (?, ?)")) {
            for (int row = 1; row <= 3; row++) {
              insert.setLong(1, row);
              insert.setString(2, "row " + row);
              insert.addBatch();
            }
            assertThat(insert.executeBatch()).isNotEmpty();
          }
          assertThat(number(statement, "SELECT sum(id) + count(name) FROM jdbc_many")).isEqualTo(9);
          long unused = statement.executeUpdate("DROP TABLE jdbc_many");
        });
  }

  private void metadata() throws SQLException {
    access.with(
        "jdbc",
        statement -> {
          long made =
              statement.executeUpdate(
                  "CREATE OR REPLACE VIEW jdbc_view AS SELECT 1 AS a, 'x' AS b");
          DatabaseMetaData data = statement.getConnection().getMetaData();
          List<String> columns = new ArrayList<>();
          try (ResultSet rows = data.getColumns("spark_catalog", "default", "jdbc_view", "%")) {
            while (rows.next()) {
              columns.add(rows.getString("COLUMN_NAME"));
            }
          }
          assertThat(columns).containsExactly("a", "b");
          assertThat(statement.executeUpdate("DROP VIEW jdbc_view")).isEqualTo(made);
        });
  }

  private void facts() throws SQLException {
    access.with(
        "jdbc",
        statement -> {
          DatabaseMetaData data = statement.getConnection().getMetaData();
          assertThat(data.getDatabaseProductName()).isNotEmpty();
          assertThat(data.getDatabaseProductVersion()).isNotEmpty();
          assertThat(data.getIdentifierQuoteString()).isEqualTo("`");
        });
  }

  private void schema() throws SQLException {
    try (Connection connection = access.connect("jdbc");
        PreparedStatement prepared = connection.prepareStatement("SELECT 1L AS a, 'x' AS b")) {
      assertThat(prepared.getMetaData().getColumnName(2)).isEqualTo("b");
    }
  }

  private void cancelled() throws SQLException {
    access.with(
        "jdbc",
        statement -> {
          try (ResultSet rows =
              statement.executeQuery("SELECT id FROM range(0, 1000000000000, 1, 4)")) {
            assertThat(rows.next()).isTrue();
            statement.cancel();
            assertThatThrownBy(
                    () -> {
                      while (rows.next()) {
                        assertThat(rows.getLong(1)).isNotNegative();
                      }
                    })
                .isInstanceOf(SQLException.class);
          }
        });
    access.with("jdbc", statement -> assertThat(number(statement, "SELECT 3")).isEqualTo(3));
  }

  private void transactions() throws SQLException, LimitException {
    try (Connection connection = access.connect("jdbc")) {
      connection.setAutoCommit(false);
      assertThat(connection.getMetaData().supportsTransactions()).isFalse();
    }
    throw new LimitException("in Spark; the driver takes setAutoCommit(false) without effect");
  }
}
