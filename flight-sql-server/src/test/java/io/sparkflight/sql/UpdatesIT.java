package io.sparkflight.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkflight.testing.FlightSqlServerExtension;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.apache.arrow.adbc.core.AdbcConnection;
import org.apache.arrow.adbc.core.AdbcDatabase;
import org.apache.arrow.adbc.core.AdbcStatement;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** DDL and DML take effect once, on each of the ways by which drivers send them. */
class UpdatesIT {
  @RegisterExtension static final FlightSqlServerExtension SERVER = new FlightSqlServerExtension();

  private static final String INSERT = "INSERT INTO written VALUES (1, 'one'), (2, 'two')";

  @TempDir Path folder = Path.of("");

  @BeforeEach
  void createTable() throws SQLException {
    try (Connection connection = SERVER.jdbc();
        Statement statement = connection.createStatement()) {
      assertThat(statement.executeUpdate("DROP TABLE IF EXISTS written")).isZero();
      assertThat(
              statement.executeUpdate(
                  "CREATE TABLE written (id INT, name STRING) USING parquet LOCATION '%s'"
                      .formatted(folder.toUri())))
          .isZero();
    }
  }

  @Test
  void jdbcCountsTheRows() throws SQLException {
    try (Connection connection = SERVER.jdbc();
        Statement statement = connection.createStatement()) {
      assertThat(statement.executeUpdate(INSERT)).isEqualTo(2);
    }
    assertThat(rows()).isEqualTo(2);
  }

  @Test
  void jdbcInsertsOnceWithoutSayingThatItIsAnUpdate() throws SQLException {
    try (Connection connection = SERVER.jdbc();
        Statement statement = connection.createStatement()) {
      statement.execute(INSERT);
    }
    assertThat(rows()).isEqualTo(2);
  }

  @Test
  void adbcCountsTheRows() throws Exception {
    try (AdbcDatabase database = SERVER.adbc();
        AdbcConnection connection = database.connect();
        AdbcStatement statement = connection.createStatement()) {
      statement.setSqlQuery(INSERT);
      assertThat(statement.executeUpdate().getAffectedRows()).isEqualTo(2);
    }
    assertThat(rows()).isEqualTo(2);
  }

  @Test
  void adbcInsertsOnceWithoutSayingThatItIsAnUpdate() throws Exception {
    try (AdbcDatabase database = SERVER.adbc();
        AdbcConnection connection = database.connect();
        AdbcStatement statement = connection.createStatement()) {
      statement.setSqlQuery(INSERT);
      statement.executeQuery().close();
    }
    assertThat(rows()).isEqualTo(2);
  }

  /** Asks a new session: one that has read the table before remembers its files. */
  private static long rows() {
    return SERVER.spark().newSession().table("written").count();
  }
}
