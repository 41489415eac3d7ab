package io.sparkflight.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkflight.testing.FlightSqlServerExtension;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.Date;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Prepared statements with parameters, through the JDBC driver. */
class ParametersIT {
  @RegisterExtension static final FlightSqlServerExtension SERVER = new FlightSqlServerExtension();

  @BeforeEach
  void createTable() {
    SERVER.spark().sql("DROP TABLE IF EXISTS bound");
    SERVER
        .spark()
        .sql(
            "CREATE TABLE bound (i INT, s STRING, d DATE, ts TIMESTAMP, dec DECIMAL(10,2), b BOOLEAN,"
                + " x DOUBLE) USING parquet");
  }

  @Test
  void everySetterOfJdbcBindsWhatItSays() throws SQLException {
    try (Connection connection = SERVER.jdbc("ada");
        PreparedStatement insert =
            connection.prepareStatement("INSERT INTO bound VALUES (?, ?, ?, ?, ?, ?, ?)")) {
      set(insert);
      assertThat(insert.executeUpdate()).isEqualTo(1);
      try (PreparedStatement query =
          connection.prepareStatement(
              "SELECT i, s, CAST(d AS STRING), CAST(ts AS STRING), dec, b, x FROM bound WHERE i = ? AND s = ?"
                  + " AND d = ? AND ts = ? AND dec = ? AND b = ? AND x = ?")) {
        set(query);
        assertThat(rows(query))
            .containsExactly("7|O'Neill ?|2024-02-29|2024-02-29 12:34:56.789|12.50|true|0.5");
      }
    }
  }

  private static void set(PreparedStatement statement) throws SQLException {
    statement.setInt(1, 7);
    statement.setString(2, "O'Neill ?");
    statement.setDate(3, Date.valueOf("2024-02-29"));
    statement.setTimestamp(4, Timestamp.valueOf("2024-02-29 12:34:56.789"));
    statement.setBigDecimal(5, new BigDecimal("12.50"));
    statement.setBoolean(6, true);
    statement.setDouble(7, 0.5);
  }

  @Test
  void aMomentIsWhatTheClockShowsInTheZoneOfTheSession() throws SQLException {
    try (Connection connection = SERVER.jdbc("ada");
        Statement zone = connection.createStatement()) {
      zone.executeUpdate("SET TIME ZONE 'America/New_York'");
      try (PreparedStatement query =
          connection.prepareStatement("SELECT CAST(coalesce(?, current_timestamp()) AS STRING)")) {
        query.setTimestamp(1, Timestamp.valueOf("2024-07-01 12:00:00"));
        assertThat(rows(query)).containsExactly("2024-07-01 12:00:00");
      }
    }
  }

  @Test
  void aNullIsNull() throws SQLException {
    try (Connection connection = SERVER.jdbc("ada");
        PreparedStatement insert =
            connection.prepareStatement("INSERT INTO bound (i, s) VALUES (?, ?)")) {
      insert.setInt(1, 1);
      insert.setNull(2, Types.VARCHAR);
      assertThat(insert.executeUpdate()).isEqualTo(1);
      try (PreparedStatement query =
          connection.prepareStatement("SELECT i, s IS NULL, ? IS NULL FROM bound WHERE s <=> ?")) {
        query.setNull(1, Types.VARCHAR);
        query.setNull(2, Types.VARCHAR);
        assertThat(rows(query)).containsExactly("1|true|true");
        query.setString(1, "a");
        assertThat(rows(query)).containsExactly("1|true|false");
      }
    }
  }

  @Test
  void aBatchIsAsManyRows() throws SQLException {
    try (Connection connection = SERVER.jdbc("ada");
        PreparedStatement insert =
            connection.prepareStatement("INSERT INTO bound (i, s) VALUES (?, ?)")) {
      for (int i = 0; i < 100; i++) {
        insert.setInt(1, i);
        insert.setString(2, "row " + i);
        insert.addBatch();
      }
      assertThat(insert.executeBatch()).containsExactly(100);
      try (PreparedStatement query =
          connection.prepareStatement("SELECT count(*), sum(i), max(s) FROM bound WHERE i >= ?")) {
        query.setInt(1, 0);
        assertThat(rows(query)).containsExactly("100|4950|row 99");
      }
    }
  }

  /** Each row is an execution of its own, in the order in which they came. */
  @Test
  void aBatchOfAnythingElseRunsOneAfterTheOther() throws SQLException {
    SERVER.spark().sql("INSERT INTO bound (i, s) VALUES (1, 'a'), (2, 'b'), (3, 'c')");
    try (Connection connection = SERVER.jdbc("ada");
        PreparedStatement insert =
            connection.prepareStatement(
                "INSERT INTO bound (i, s) SELECT i + 10, s FROM bound WHERE i = ?")) {
      for (int i : new int[] {1, 2, 11}) {
        insert.setInt(1, i);
        insert.addBatch();
      }
      assertThat(insert.executeBatch()).containsExactly(3);
      try (PreparedStatement query =
          connection.prepareStatement("SELECT i FROM bound WHERE i > ? ORDER BY i")) {
        query.setInt(1, 9);
        assertThat(rows(query)).containsExactly("11", "12", "21");
      }
    }
  }

  @Test
  void oneStatementAgainAndAgain() throws SQLException {
    SERVER.spark().sql("INSERT INTO bound (i, s) SELECT id, concat('row ', id) FROM range(100)");
    try (Connection connection = SERVER.jdbc("ada");
        PreparedStatement query = connection.prepareStatement("SELECT s FROM bound WHERE i = ?")) {
      for (int i = 0; i < 30; i++) {
        query.setInt(1, i);
        assertThat(rows(query)).containsExactly("row " + i);
      }
      query.setInt(1, 1000);
      assertThat(rows(query)).isEmpty();
    }
  }

  @Test
  void executeWithoutSayingWhetherItIsAnUpdateInsertsOnce() throws SQLException {
    try (Connection connection = SERVER.jdbc("ada");
        PreparedStatement insert =
            connection.prepareStatement("INSERT INTO bound (i) SELECT CAST(? AS INT)")) {
      insert.setInt(1, 5);
      insert.execute();
    }
    assertThat(SERVER.spark().newSession().table("bound").count()).isEqualTo(1);
  }

  @Test
  void aLimitAndAnOffset() throws SQLException {
    try (Connection connection = SERVER.jdbc("ada");
        PreparedStatement query =
            connection.prepareStatement("SELECT id FROM range(10) ORDER BY id LIMIT ? OFFSET ?")) {
      query.setInt(1, 2);
      query.setInt(2, 5);
      assertThat(rows(query)).containsExactly("5", "6");
      query.setInt(1, 1);
      assertThat(rows(query)).containsExactly("5");
    }
  }

  /** The type of a result may depend on a value; the plan of other values would be wrong. */
  @Test
  void aValueThatTheAnalysisDependsOn() throws SQLException {
    SERVER.spark().sql("INSERT INTO bound (dec) VALUES (12.55)");
    try (Connection connection = SERVER.jdbc("ada");
        PreparedStatement query =
            connection.prepareStatement("SELECT CAST(round(dec, ?) AS STRING) FROM bound")) {
      query.setInt(1, 1);
      assertThat(rows(query)).containsExactly("12.6");
      query.setInt(1, 0);
      assertThat(rows(query)).containsExactly("13");
      query.setInt(1, 2);
      assertThat(rows(query)).containsExactly("12.55");
    }
  }

  @Test
  void randomNumbersAreNotThoseOfTheLastExecution() throws SQLException {
    try (Connection connection = SERVER.jdbc("ada");
        PreparedStatement query = connection.prepareStatement("SELECT rand(), uuid(), ?")) {
      query.setString(1, "a");
      assertThat(rows(query)).isNotEqualTo(rows(query));
    }
  }

  @Test
  void clientsAtTheSameTimeGetTheirOwnRows() throws Exception {
    SERVER.spark().sql("INSERT INTO bound (i, s) SELECT id, concat('row ', id) FROM range(100)");
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      List<CompletableFuture<Void>> clients = new ArrayList<>();
      for (int client = 0; client < 2; client++) {
        int first = client * 50;
        clients.add(CompletableFuture.runAsync(() -> readRows(first), threads));
      }
      CompletableFuture.allOf(clients.toArray(CompletableFuture[]::new)).get(2, TimeUnit.MINUTES);
    } finally {
      threads.shutdownNow();
    }
  }

  /** Both are anonymous, and so share a session. */
  private static void readRows(int first) {
    try (Connection connection = SERVER.jdbc();
        PreparedStatement query = connection.prepareStatement("SELECT s FROM bound WHERE i = ?")) {
      for (int i = first; i < first + 20; i++) {
        query.setInt(1, i);
        assertThat(rows(query)).containsExactly("row " + i);
      }
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void theTypesOfAPreparedStatement() throws SQLException {
    try (Connection connection = SERVER.jdbc("ada");
        PreparedStatement query =
            connection.prepareStatement("SELECT * FROM bound WHERE d < ? AND dec > ?")) {
      assertThat(query.getParameterMetaData().getParameterCount()).isEqualTo(2);
      assertThat(query.getParameterMetaData().getParameterType(1)).isEqualTo(Types.DATE);
      assertThat(query.getParameterMetaData().getParameterType(2)).isEqualTo(Types.DECIMAL);
      assertThat(query.getMetaData().getColumnCount()).isEqualTo(7);
    }
  }

  private static List<String> rows(PreparedStatement query) throws SQLException {
    try (ResultSet result = query.executeQuery()) {
      List<String> rows = new ArrayList<>();
      while (result.next()) {
        List<String> row = new ArrayList<>();
        for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
          row.add(result.getString(i));
        }
        rows.add(String.join("|", row));
      }
      return rows;
    }
  }
}
