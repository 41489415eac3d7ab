package io.sparkflight.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkflight.testing.FlightSqlServerExtension;
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

  @Test
  void aSessionSeesWhatAnotherOneHasWritten() throws SQLException {
    try (Connection writer = SERVER.jdbc("writer");
        Connection reader = SERVER.jdbc("reader");
        Statement write = writer.createStatement()) {
      write.executeUpdate("DROP TABLE IF EXISTS seen");
      write.executeUpdate("CREATE TABLE seen (id INT) USING parquet");
      try (PreparedStatement count = reader.prepareStatement("SELECT count(*) FROM seen")) {
        for (long rows = 0; rows < 3; rows++) {
          assertThat(count(reader)).isEqualTo(rows);
          assertThat(count(count)).as("by a handle").isEqualTo(rows);
          write.executeUpdate("INSERT INTO seen VALUES (1)");
        }
        write.executeUpdate("TRUNCATE TABLE seen");
        assertThat(count(reader)).isZero();
        assertThat(count(count)).as("by a handle").isZero();
      }
      write.executeUpdate("ALTER TABLE seen ADD COLUMN more STRING");
      write.executeUpdate("INSERT INTO seen VALUES (1, 'x')");
      try (Statement read = reader.createStatement();
          ResultSet rows = read.executeQuery("SELECT more FROM seen")) {
        assertThat(rows.next()).isTrue();
        assertThat(rows.getString(1)).isEqualTo("x");
      }
      write.executeUpdate("DROP TABLE seen");
    }
  }

  private static long count(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT count(*) FROM seen")) {
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
