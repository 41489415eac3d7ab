package io.sparkflight.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkflight.testing.FlightSqlServerExtension;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The stock JDBC driver. */
class JdbcIT {
  @RegisterExtension static final FlightSqlServerExtension SERVER = new FlightSqlServerExtension();

  private static final int ROWS = 25_000;

  @BeforeAll
  static void createTable() {
    SERVER.spark().sql("DROP TABLE IF EXISTS numbers");
    SERVER
        .spark()
        .range(ROWS)
        .selectExpr("id", "cast(id as string) as name")
        .repartition(3)
        .write()
        .format("parquet")
        .saveAsTable("numbers");
  }

  @Test
  void selectsAConstant() throws SQLException {
    try (Connection connection = SERVER.jdbc();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT 1")) {
      assertThat(rows.next()).isTrue();
      assertThat(rows.getInt(1)).isEqualTo(1);
      assertThat(rows.next()).isFalse();
    }
  }

  @Test
  void selectsEveryRowOfATable() throws SQLException {
    try (Connection connection = SERVER.jdbc("ada");
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT id, name FROM numbers")) {
      long count = 0;
      long sum = 0;
      while (rows.next()) {
        count++;
        sum += rows.getLong(1);
        assertThat(rows.getString(2)).isEqualTo(Long.toString(rows.getLong(1)));
      }
      assertThat(count).isEqualTo(ROWS);
      assertThat(sum).isEqualTo((long) ROWS * (ROWS - 1) / 2);
    }
  }

  @Test
  void executesAPreparedStatementTwice() throws SQLException {
    try (Connection connection = SERVER.jdbc();
        PreparedStatement statement =
            connection.prepareStatement("SELECT id FROM numbers WHERE id < 3 ORDER BY id DESC")) {
      for (int execution = 0; execution < 2; execution++) {
        try (ResultSet rows = statement.executeQuery()) {
          for (long expected = 2; expected >= 0; expected--) {
            assertThat(rows.next()).isTrue();
            assertThat(rows.getLong(1)).isEqualTo(expected);
          }
          assertThat(rows.next()).isFalse();
        }
      }
    }
  }
}
