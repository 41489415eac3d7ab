package io.sparkflight.clients;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkflight.testing.FlightRows;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.adbc.core.AdbcConnection;
import org.apache.arrow.adbc.core.AdbcException;
import org.apache.arrow.adbc.core.AdbcStatement;
import org.apache.arrow.vector.ipc.ArrowReader;

/** SQL on a connection of ADBC. */
final class AdbcSql {
  private AdbcSql() {}

  /** A statement to execute. The caller closes it. */
  static AdbcStatement statement(AdbcConnection connection, String sql) throws AdbcException {
    AdbcStatement statement = connection.createStatement();
    statement.setSqlQuery(sql);
    return statement;
  }

  /** The rows of a query; texts as strings. */
  static List<List<Object>> query(AdbcConnection connection, String sql) throws Exception {
    try (AdbcStatement statement = statement(connection, sql)) {
      return rows(statement);
    }
  }

  /** Executes an update, and says how many rows the driver was told of. */
  static long update(AdbcConnection connection, String sql) throws Exception {
    try (AdbcStatement statement = statement(connection, sql)) {
      return statement.executeUpdate().getAffectedRows();
    }
  }

  /** An empty table of numbers {@code id} and texts {@code name}, whether or not there was one. */
  static void createTable(AdbcConnection connection, String name) throws Exception {
    long dropped = update(connection, "DROP TABLE IF EXISTS " + name);
    long created =
        update(
            connection, "CREATE TABLE %s (id BIGINT, name STRING) USING parquet".formatted(name));
    assertThat(created).isEqualTo(dropped);
  }

  /** The rows of a statement, which is executed. */
  static List<List<Object>> rows(AdbcStatement statement) throws Exception {
    try (AdbcStatement.QueryResult result = statement.executeQuery()) {
      return rows(result.getReader());
    }
  }

  /** The rows that a reader has left. */
  static List<List<Object>> rows(ArrowReader reader) throws Exception {
    List<List<Object>> rows = new ArrayList<>();
    reader.getVectorSchemaRoot(); // this driver's readers are not ready before
    while (reader.loadNextBatch()) {
      rows.addAll(FlightRows.of(reader.getVectorSchemaRoot()));
    }
    return rows;
  }
}
