package io.sparkflight.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkflight.testing.FlightRows;
import io.sparkflight.testing.FlightSqlServerExtension;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.adbc.core.AdbcConnection;
import org.apache.arrow.adbc.core.AdbcConnection.GetObjectsDepth;
import org.apache.arrow.adbc.core.AdbcDatabase;
import org.apache.arrow.adbc.core.AdbcException;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What the drivers make of the metadata: JDBC's {@code DatabaseMetaData} and ADBC's objects. */
class DriverMetadataIT {
  @RegisterExtension static final FlightSqlServerExtension SERVER = new FlightSqlServerExtension();

  private static Connection jdbc;
  private static AdbcDatabase database;
  private static AdbcConnection adbc;

  @BeforeAll
  static void connect() throws Exception {
    MetadataFixture.create(SERVER.spark());
    jdbc = SERVER.jdbc();
    database = SERVER.adbc();
    adbc = database.connect();
  }

  @AfterAll
  static void close() throws Exception {
    adbc.close();
    database.close();
    jdbc.close();
    MetadataFixture.drop(SERVER.spark());
  }

  @Test
  void jdbcKnowsTheProduct() throws SQLException {
    DatabaseMetaData metadata = jdbc.getMetaData();
    assertThat(metadata.getDatabaseProductName()).isEqualTo("Spark Flight SQL");
    assertThat(metadata.getDatabaseProductVersion()).isNotBlank();
    assertThat(metadata.getIdentifierQuoteString()).isEqualTo("`");
    assertThat(metadata.getSQLKeywords()).contains("TABLESAMPLE");
    assertThat(metadata.getSearchStringEscape()).isEqualTo("\\");
    assertThat(metadata.getMaxStatementLength()).isEqualTo(1_000_000);
    assertThat(metadata.supportsConvert(Types.VARCHAR, Types.DATE)).isTrue();
    assertThat(metadata.supportsConvert(Types.DATE, Types.BINARY)).isFalse();
    assertThat(metadata.isReadOnly()).isFalse();
    assertThat(metadata.supportsTransactions()).isFalse();
    assertThat(metadata.supportsFullOuterJoins()).isTrue();
    assertThat(metadata.getMaxConnections()).isZero();
  }

  @Test
  void jdbcListsTables() throws SQLException {
    DatabaseMetaData metadata = jdbc.getMetaData();
    assertThat(rows(metadata.getCatalogs())).contains(List.of("spark_catalog"));
    assertThat(rows(metadata.getSchemas(null, "meta"), "TABLE_SCHEM", "TABLE_CATALOG"))
        .containsExactly(List.of("meta", "spark_catalog"));
    assertThat(rows(metadata.getTableTypes()))
        .containsExactly(
            List.of("GLOBAL TEMPORARY VIEW"),
            List.of("TABLE"),
            List.of("TEMPORARY VIEW"),
            List.of("VIEW"));
    assertThat(
            rows(
                metadata.getTables(null, "meta", "%", null),
                "TABLE_SCHEM",
                "TABLE_NAME",
                "TABLE_TYPE"))
        .containsExactlyInAnyOrder(
            List.of("meta", "orders", "TABLE"), List.of("meta", "large_orders", "VIEW"));
    assertThat(rows(metadata.getTables(null, "meta", "%", new String[] {"VIEW"}), "TABLE_NAME"))
        .containsExactly(List.of("large_orders"));
    assertThat(rows(metadata.getPrimaryKeys(null, "meta", "orders"))).isEmpty();
    assertThat(rows(metadata.getImportedKeys(null, "meta", "orders"))).isEmpty();
  }

  @Test
  void jdbcListsColumns() throws SQLException {
    DatabaseMetaData metadata = jdbc.getMetaData();
    assertThat(
            rows(
                metadata.getColumns(null, "meta", "orders", "%"),
                "COLUMN_NAME",
                "DATA_TYPE",
                "TYPE_NAME",
                "ORDINAL_POSITION",
                "REMARKS"))
        .containsExactly(
            row("id", Types.BIGINT, "BIGINT", 1, "the key"),
            row("price", Types.DECIMAL, "DECIMAL(15,2)", 2, null),
            row("note", Types.VARCHAR, "STRING", 3, null),
            row("tags", Types.ARRAY, "ARRAY<STRING>", 4, null));
    assertThat(
            rows(
                metadata.getColumns(null, "meta", "orders", "pri%"),
                "COLUMN_SIZE",
                "DECIMAL_DIGITS",
                "IS_AUTOINCREMENT"))
        .containsExactly(row(15, 2, "NO"));
  }

  @Test
  void whatIsInNoCatalog() throws Exception {
    try (Statement statement = jdbc.createStatement()) {
      statement.execute("CREATE OR REPLACE TEMPORARY VIEW mine AS SELECT 1 AS one");
    }
    DatabaseMetaData metadata = jdbc.getMetaData();
    String[] columns = {"TABLE_CAT", "TABLE_SCHEM", "TABLE_NAME", "TABLE_TYPE"};
    assertThat(rows(metadata.getTables("", null, "%", null), columns))
        .containsExactly(row(null, null, "mine", "TEMPORARY VIEW"));
    assertThat(rows(metadata.getColumns("", "", "mine", "%"), "TABLE_CAT", "COLUMN_NAME"))
        .containsExactly(row(null, "one"));
    try (ArrowReader reader =
        adbc.getObjects(GetObjectsDepth.TABLES, null, null, null, null, null)) {
      assertThat(text(reader)).contains("large_orders");
    }
  }

  @Test
  void adbcListsObjects() throws Exception {
    try (ArrowReader reader =
        adbc.getObjects(GetObjectsDepth.TABLES, null, "meta", null, null, null)) {
      assertThat(text(reader)).contains("large_orders", "VIEW").doesNotContain("price");
    }
  }

  /** ADBC offers these, version 0.20 of its Java driver does not: a newer one fails here. */
  @Test
  void adbcDoesNotAskForTableSchemasAndTypes() {
    assertThatThrownBy(() -> adbc.getTableSchema(null, "meta", "orders"))
        .isInstanceOf(AdbcException.class);
    assertThatThrownBy(() -> adbc.getTableTypes()).isInstanceOf(AdbcException.class);
  }

  private static String text(ArrowReader reader) throws Exception {
    StringBuilder text = new StringBuilder();
    reader.getVectorSchemaRoot(); // this driver's readers are not ready before
    while (reader.loadNextBatch()) {
      text.append(FlightRows.of(reader.getVectorSchemaRoot()));
    }
    return text.toString();
  }

  private static List<Object> row(@org.jspecify.annotations.Nullable Object... values) {
    return FlightRows.row(values);
  }

  private static List<List<Object>> rows(ResultSet result, String... columns) throws SQLException {
    List<List<Object>> rows = new ArrayList<>();
    try (result) {
      ResultSetMetaData shape = result.getMetaData();
      while (result.next()) {
        @org.jspecify.annotations.Nullable
        Object[] values = new Object[columns.length == 0 ? shape.getColumnCount() : columns.length];
        for (int i = 0; i < values.length; i++) {
          values[i] = columns.length == 0 ? result.getObject(i + 1) : result.getObject(columns[i]);
        }
        rows.add(FlightRows.row(values));
      }
    }
    return rows;
  }
}
