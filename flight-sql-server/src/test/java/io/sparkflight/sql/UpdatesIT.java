package io.sparkflight.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkflight.testing.FlightRows;
import io.sparkflight.testing.FlightSqlServerExtension;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.apache.arrow.adbc.core.AdbcConnection;
import org.apache.arrow.adbc.core.AdbcDatabase;
import org.apache.arrow.adbc.core.AdbcStatement;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.PollInfo;
import org.apache.arrow.flight.sql.FlightSqlClient;
import org.apache.arrow.flight.sql.FlightSqlClient.PreparedStatement;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * DDL and DML on the tables that Spark itself has take effect once, on each of the ways by which
 * drivers send them, and are counted.
 */
class UpdatesIT {
  @RegisterExtension
  static final FlightSqlServerExtension SERVER =
      new FlightSqlServerExtension()
          .with("spark.flight.result.retention", "1min"); // to read an answer again

  private static final String INSERT = "INSERT INTO written VALUES (1, 'one'), (2, 'two')";

  @TempDir Path folder = Path.of("");

  @BeforeEach
  void createTable() {
    SparkSession spark = SERVER.spark();
    spark.sql("DROP TABLE IF EXISTS made");
    spark.sql("DROP TABLE IF EXISTS written");
    spark.sql(
        "CREATE TABLE written (id INT, name STRING) USING parquet LOCATION '%s'"
            .formatted(folder.resolve("written").toUri()));
  }

  @Test
  void jdbcCountsTheRows() throws SQLException {
    try (Connection connection = SERVER.jdbc();
        Statement statement = connection.createStatement()) {
      assertThat(statement.executeUpdate(INSERT)).isEqualTo(2);
      assertThat(statement.executeUpdate("DROP TABLE IF EXISTS made")).isZero();
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

  /** Version 18.3 of the driver asks for a result then. */
  @Test
  void jdbcExecutesAPreparedInsertionOnceEachTime() throws SQLException {
    try (Connection connection = SERVER.jdbc();
        java.sql.PreparedStatement statement = connection.prepareStatement(INSERT)) {
      statement.execute();
      assertThat(rows()).isEqualTo(2);
      assertThat(statement.executeUpdate()).isEqualTo(2);
    }
    assertThat(rows()).isEqualTo(4);
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

  /** GetFlightInfo runs it; what has no answer that anybody reads has run all the same. */
  @Test
  void readingTheAnswerAgainRunsNothing() throws Exception {
    try (FlightSqlClient client = SERVER.flightSql()) {
      FlightInfo answer = client.execute(INSERT);
      assertThat(rows()).isEqualTo(2);
      for (int time = 0; time < 2; time++) {
        assertThat(FlightRows.of(client, answer)).isEmpty();
      }
    }
    assertThat(rows()).isEqualTo(2);
  }

  @Test
  void pollingRunsItWithTheFirstCall() throws Exception {
    try (FlightSqlClient sql = SERVER.flightSql();
        FlightClient client = SERVER.flight()) {
      PollInfo first = client.pollInfo(sql.execute(INSERT).getDescriptor());
      assertThat(rows()).isEqualTo(4); // twice two
      if (first.getFlightDescriptor().isPresent()) {
        client.pollInfo(first.getFlightDescriptor().get());
      }
      assertThat(FlightRows.of(sql, first.getFlightInfo())).isEmpty();
    }
    assertThat(rows()).isEqualTo(4);
  }

  @Test
  void preparedItRunsAtEachExecutionAndAtNothingElse() throws Exception {
    try (FlightSqlClient client = SERVER.flightSql();
        PreparedStatement prepared = client.prepare(INSERT)) {
      assertThat(prepared.fetchSchema().getSchema().getFields()).isEmpty();
      assertThat(client.getExecuteSchema(INSERT).getSchema().getFields()).isEmpty();
      assertThat(rows()).isZero();
      FlightInfo answer = prepared.execute();
      for (int time = 0; time < 2; time++) {
        assertThat(FlightRows.of(client, answer)).isEmpty();
      }
      assertThat(rows()).isEqualTo(2);
      assertThat(prepared.executeUpdate()).isEqualTo(2);
    }
    assertThat(rows()).isEqualTo(4);
  }

  /** Spark remembers for each session where a table is; it must not write to where it was. */
  @Test
  void anInsertionGoesToTheTableThatAnotherSessionHasMadeAnew() throws Exception {
    try (FlightSqlClient client = SERVER.flightSql();
        PreparedStatement prepared = client.prepare(INSERT)) {
      List<Runnable> ways =
          List.of(
              () -> client.executeUpdate(INSERT),
              () -> client.execute(INSERT),
              prepared::executeUpdate,
              prepared::execute);
      for (Runnable way : ways) {
        client.getExecuteSchema("SELECT * FROM written"); // Spark remembers it now
        SERVER.spark().sql("DROP TABLE written");
        SERVER.spark().sql("CREATE TABLE written (id INT, name STRING) USING parquet");
        way.run();
        assertThat(rows()).isEqualTo(2);
        assertThat(FlightRows.of(client, client.execute("SELECT count(*) FROM written")))
            .isEqualTo(List.of(List.of(2L)));
      }
    }
  }

  /** A table {@code three} holds 0, 1, 2. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          INSERT INTO written SELECT id, 'a' FROM range(7)                                      | 7
          INSERT INTO written SELECT id, 'a' FROM range(7) WHERE id > 7                         | 0
          INSERT OVERWRITE written SELECT id, 'a' FROM range(4)                                 | 4
          WITH few AS (SELECT id FROM range(6)) INSERT INTO written SELECT id, 'a' FROM few     | 6
          FROM three INSERT INTO written SELECT id, 'a' INSERT INTO written SELECT id, 'b' WHERE id > 0 | 5
          CREATE TABLE made USING parquet AS SELECT id FROM range(5)                            | 5
          CREATE TABLE made USING parquet AS SELECT a.id FROM range(9) a JOIN three b ON a.id = b.id | 3
          CREATE TABLE IF NOT EXISTS written USING parquet AS SELECT id FROM range(5)           | -1
          CREATE TABLE made (id INT) USING parquet                                              | 0
          ALTER TABLE written ADD COLUMNS (more INT)                                            | 0
          CREATE OR REPLACE VIEW seen AS SELECT id FROM range(5)                                | 0
          CREATE OR REPLACE TEMPORARY VIEW brief AS SELECT id FROM range(5)                     | 0
          CACHE TABLE three                                                                     | 0
          UNCACHE TABLE three                                                                   | 0
          SET spark.sql.a = 1                                                                   | 0
          USE default                                                                           | 0
          EXPLAIN INSERT INTO written SELECT id, 'a' FROM range(7)                              | 0
          SHOW TABLES                                                                           | 0
          DESCRIBE written                                                                      | 0
          REFRESH TABLE written                                                                 | 0
          """)
  void countsWhatAStatementWrites(String sql, long count) throws Exception {
    try (FlightSqlClient client = SERVER.flightSql()) {
      client.executeUpdate("CREATE OR REPLACE TEMPORARY VIEW three AS SELECT id FROM range(3)");
      assertThat(client.executeUpdate(sql)).isEqualTo(count);
    }
    boolean writes = sql.contains("INTO written") || sql.contains("OVERWRITE written");
    assertThat(rows()).isEqualTo(writes && !sql.startsWith("EXPLAIN") ? count : 0);
  }

  @Test
  void countsWhatIsWrittenToAFolder() throws Exception {
    try (FlightSqlClient client = SERVER.flightSql()) {
      String sql = "INSERT OVERWRITE DIRECTORY '%s' USING parquet SELECT id FROM range(7)";
      assertThat(client.executeUpdate(sql.formatted(folder.resolve("files").toUri()))).isEqualTo(7);
    }
  }

  @Test
  void aFailedInsertionLeavesTheTable() throws Exception {
    try (FlightSqlClient client = SERVER.flightSql()) {
      client.executeUpdate(INSERT);
      String sql =
          "INSERT INTO written SELECT id, if(id = 999, raise_error('no such name'), 'a')"
              + " FROM range(0, 1000, 1, 4)";
      for (int time = 0; time < 2; time++) {
        boolean asked = time == 0;
        assertThatThrownBy(() -> run(client, sql, asked))
            .isInstanceOf(FlightRuntimeException.class)
            .hasMessageContaining("no such name");
        assertThat(rows()).isEqualTo(2);
      }
    }
  }

  @Test
  void aFailedCreationLeavesNoTable() throws Exception {
    try (FlightSqlClient client = SERVER.flightSql()) {
      String sql = "CREATE TABLE made USING parquet AS SELECT %s AS id FROM range(0, 8, 1, 4)";
      assertThatThrownBy(
              () ->
                  client.executeUpdate(
                      sql.formatted("if(id = 7, raise_error('no such name'), id)")))
          .hasMessageContaining("no such name");
      assertThat(SERVER.spark().catalog().tableExists("made")).isFalse();
      assertThat(client.executeUpdate(sql.formatted("id"))).isEqualTo(8);
    }
  }

  /** Spark empties the table before it writes: the manual says so. */
  @Test
  void aFailedOverwritingLosesWhatWasThere() throws Exception {
    try (FlightSqlClient client = SERVER.flightSql()) {
      client.executeUpdate(INSERT);
      assertThatThrownBy(
              () ->
                  client.executeUpdate(
                      "INSERT OVERWRITE written SELECT id, raise_error('no') FROM range(1)"))
          .isInstanceOf(FlightRuntimeException.class);
    }
    assertThat(rows()).isZero();
  }

  private static void run(FlightSqlClient client, String sql, boolean asked) {
    if (asked) {
      client.execute(sql);
    } else {
      client.executeUpdate(sql);
    }
  }

  /** Asks a new session: one that has read the table before remembers its files. */
  private static long rows() {
    return SERVER.spark().newSession().table("written").count();
  }
}
