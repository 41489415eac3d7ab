package io.sparkflight.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkflight.testing.FlightSqlServerExtension;
import io.sparkflight.testing.LakeSpark;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * What one session has done, the others see: Spark by itself remembers the files of a table for
 * each session, so that a pool of connections would answer now this, now that.
 */
class OtherSessionsIT {
  @RegisterExtension static final FlightSqlServerExtension SERVER = new FlightSqlServerExtension();

  @RegisterExtension
  static final FlightSqlServerExtension ICEBERG = new FlightSqlServerExtension(LakeSpark::iceberg);

  @RegisterExtension
  static final FlightSqlServerExtension DELTA = new FlightSqlServerExtension(LakeSpark::delta);

  @Test
  void ofFiles() throws SQLException {
    check(SERVER, "seen", "seen", "parquet");
  }

  @Test
  void ofIceberg() throws SQLException {
    check(ICEBERG, "ice.db.seen", "ice.db.seen", "iceberg");
    try (Connection connection = ICEBERG.jdbc("viewer");
        Statement statement = connection.createStatement()) {
      statement.executeUpdate("CREATE TABLE ice.db.viewed (id INT) USING iceberg");
      statement.executeUpdate("CREATE OR REPLACE VIEW seen_view AS SELECT * FROM ice.db.viewed");
    }
    check(ICEBERG, "ice.db.viewed", "seen_view", "iceberg");
  }

  @Test
  void ofDelta() throws SQLException {
    check(DELTA, "seen_delta", "seen_delta", "delta");
  }

  private static void check(
      FlightSqlServerExtension server, String table, String read, String format)
      throws SQLException {
    try (Connection writer = server.jdbc("writer");
        Connection reader = server.jdbc("reader");
        Statement write = writer.createStatement()) {
      write.executeUpdate(
          "CREATE TABLE IF NOT EXISTS %s (id INT) USING %s".formatted(table, format));
      String sql = "SELECT count(*) FROM " + read;
      try (PreparedStatement count = reader.prepareStatement(sql)) {
        for (long rows = 0; rows < 3; rows++) {
          assertThat(count(reader, sql)).isEqualTo(rows);
          assertThat(count(count)).as("by a handle").isEqualTo(rows);
          write.executeUpdate("INSERT INTO %s VALUES (1)".formatted(table));
        }
        write.executeUpdate((format.equals("delta") ? "DELETE FROM " : "TRUNCATE TABLE ") + table);
        assertThat(count(reader, sql)).isZero();
        assertThat(count(count)).as("by a handle").isZero();
      }
      if (read.equals(table)) {
        write.executeUpdate("ALTER TABLE %s ADD COLUMN more STRING".formatted(table));
        write.executeUpdate("INSERT INTO %s VALUES (1, 'x')".formatted(table));
        assertThat(count(reader, "SELECT count(more) FROM " + table)).isEqualTo(1);
      }
      write.executeUpdate("DROP TABLE " + table);
    }
  }

  private static long count(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getLong(1);
    }
  }

  private static long count(PreparedStatement statement) throws SQLException {
    try (ResultSet rows = statement.executeQuery()) {
      rows.next();
      return rows.getLong(1);
    }
  }
}
