package io.sparkflight.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkflight.testing.FlightSqlServerExtension;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A statement that was prepared before something changed answers as one prepared afterwards. */
class PreparedAgainIT {
  @RegisterExtension static final FlightSqlServerExtension SERVER = new FlightSqlServerExtension();

  private @Nullable Connection opened;

  @BeforeEach
  void createTable() throws SQLException {
    opened = SERVER.jdbc("ada");
    update("DROP VIEW IF EXISTS seen");
    update("DROP TABLE IF EXISTS changing");
    update("CREATE TABLE changing (i INT, s STRING) USING parquet");
    update("INSERT INTO changing VALUES (1, 'one'), (2, 'two')");
  }

  @AfterEach
  void disconnect() throws SQLException {
    connection().close();
  }

  @Test
  void rowsThatAreAdded() throws SQLException {
    try (PreparedStatement query = prepare("SELECT count(*) FROM changing WHERE i >= ?")) {
      query.setInt(1, 1);
      assertThat(one(query)).isEqualTo("2");
      update("INSERT INTO changing VALUES (3, 'three')");
      assertThat(one(query)).isEqualTo("3");
      update("INSERT OVERWRITE changing VALUES (4, 'four')");
      assertThat(one(query)).isEqualTo("1");
    }
  }

  /** Another session's rows are seen when this session's own text would see them. */
  @Test
  void rowsOfAnotherSession() throws SQLException {
    try (PreparedStatement query = prepare("SELECT count(*) FROM changing WHERE i >= ?");
        Connection other = SERVER.jdbc("bob")) {
      query.setInt(1, 1);
      assertThat(one(query)).isEqualTo("2");
      update(other, "INSERT INTO changing VALUES (3, 'three')");
      assertThat(one(query)).isEqualTo(text("SELECT count(*) FROM changing WHERE i >= 1"));
      update("REFRESH TABLE changing");
      assertThat(one(query)).isEqualTo("3");
    }
  }

  @Test
  void aTableThatIsMadeAnew() throws SQLException {
    try (PreparedStatement query = prepare("SELECT max(s) FROM changing WHERE i >= ?")) {
      query.setInt(1, 1);
      assertThat(one(query)).isEqualTo("two");
      update("DROP TABLE changing");
      update("CREATE TABLE changing (s STRING, i STRING) USING parquet");
      update("INSERT INTO changing VALUES ('other', '1')");
      assertThat(one(query)).isEqualTo("other");
    }
  }

  @Test
  void aTableThatAnotherSessionMakesAnew() throws SQLException {
    try (PreparedStatement query = prepare("SELECT max(s) FROM changing WHERE i >= ?");
        Connection other = SERVER.jdbc("bob")) {
      query.setInt(1, 1);
      assertThat(one(query)).isEqualTo("two");
      update(other, "DROP TABLE changing");
      update(other, "CREATE TABLE changing (s STRING, i INT) USING parquet");
      update(other, "INSERT INTO changing VALUES ('other', 1)");
      assertThat(one(query)).isEqualTo("other");
    }
  }

  @Test
  void aTableThatIsGone() throws SQLException {
    try (PreparedStatement query = prepare("SELECT max(s) FROM changing WHERE i >= ?");
        Connection other = SERVER.jdbc("bob")) {
      query.setInt(1, 1);
      assertThat(one(query)).isEqualTo("two");
      update(other, "DROP TABLE changing");
      assertThatThrownBy(() -> one(query)).hasStackTraceContaining("TABLE_OR_VIEW_NOT_FOUND");
    }
  }

  @Test
  void aColumnThatIsAdded() throws SQLException {
    try (PreparedStatement query = prepare("SELECT count(*), max(i) FROM changing WHERE i >= ?")) {
      query.setInt(1, 1);
      assertThat(one(query)).isEqualTo("2");
      update("ALTER TABLE changing ADD COLUMNS (extra INT)");
      update("INSERT INTO changing VALUES (5, 'five', 5)");
      assertThat(one(query)).isEqualTo("3");
    }
  }

  @Test
  void aViewThatIsReplaced() throws SQLException {
    for (String kind : List.of("TEMPORARY VIEW", "VIEW")) {
      update("CREATE OR REPLACE " + kind + " seen AS SELECT 'before' AS s, 1 AS i");
      try (PreparedStatement query = prepare("SELECT s FROM seen WHERE i = ?")) {
        query.setInt(1, 1);
        assertThat(one(query)).isEqualTo("before");
        update("CREATE OR REPLACE " + kind + " seen AS SELECT 'after' AS s, 1 AS i");
        assertThat(one(query)).isEqualTo("after");
      }
      update("DROP VIEW seen");
    }
  }

  @Test
  void aViewThatAnotherSessionReplaces() throws SQLException {
    try (Connection other = SERVER.jdbc("bob")) {
      for (String kind : List.of("GLOBAL TEMPORARY VIEW", "VIEW")) {
        String name = kind.startsWith("GLOBAL") ? "global_temp.seen" : "seen";
        String create = "CREATE OR REPLACE " + kind + " seen AS SELECT '%s' AS s, 1 AS i";
        update(other, create.formatted("before"));
        try (PreparedStatement query = prepare("SELECT s FROM " + name + " WHERE i = ?")) {
          query.setInt(1, 1);
          assertThat(one(query)).isEqualTo("before");
          update(other, create.formatted("after"));
          assertThat(one(query)).isEqualTo("after");
        }
        update(other, "DROP VIEW " + name);
      }
    }
  }

  @Test
  void aTemporaryViewThatHidesATable() throws SQLException {
    try (PreparedStatement query = prepare("SELECT max(s) FROM changing WHERE i >= ?")) {
      query.setInt(1, 1);
      assertThat(one(query)).isEqualTo("two");
      update("CREATE TEMPORARY VIEW changing AS SELECT 'hidden' AS s, 1 AS i");
      assertThat(one(query)).isEqualTo("hidden");
      update("DROP VIEW changing");
      assertThat(one(query)).isEqualTo("two");
    }
  }

  @Test
  void aSettingThatIsSet() throws SQLException {
    try (PreparedStatement query =
        prepare("SELECT CAST(timestamp_seconds(CAST(? AS INT)) AS STRING)")) {
      query.setInt(1, 1_704_067_200);
      update("SET TIME ZONE 'UTC'");
      assertThat(one(query)).isEqualTo("2024-01-01 00:00:00");
      update("SET TIME ZONE '+02:00'");
      assertThat(one(query)).isEqualTo("2024-01-01 02:00:00");
    }
  }

  @Test
  void anotherCurrentSchema() throws SQLException {
    update("CREATE SCHEMA IF NOT EXISTS elsewhere");
    update("CREATE OR REPLACE VIEW elsewhere.changing AS SELECT 'elsewhere' AS s, 1 AS i");
    try (PreparedStatement query = prepare("SELECT max(s) FROM changing WHERE i >= ?")) {
      query.setInt(1, 1);
      assertThat(one(query)).isEqualTo("two");
      update("USE elsewhere");
      assertThat(one(query)).isEqualTo("elsewhere");
    } finally {
      update("USE default");
      update("DROP SCHEMA elsewhere CASCADE");
    }
  }

  @Test
  void aStatementWithoutParameters() throws SQLException {
    try (PreparedStatement query = prepare("SELECT count(*) FROM changing")) {
      update("INSERT INTO changing VALUES (3, 'three')");
      assertThat(one(query)).isEqualTo("3");
      update("DROP TABLE changing");
      update("CREATE TABLE changing (i INT, s STRING) USING parquet");
      assertThat(one(query)).isEqualTo("0");
    }
  }

  private Connection connection() {
    return Objects.requireNonNull(opened, "not connected");
  }

  private PreparedStatement prepare(String sql) throws SQLException {
    return connection().prepareStatement(sql);
  }

  private void update(String sql) throws SQLException {
    update(connection(), sql);
  }

  private static void update(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.executeUpdate(sql);
    }
  }

  private String text(String sql) throws SQLException {
    try (PreparedStatement query = prepare(sql)) {
      return one(query);
    }
  }

  /** The first column of the only row. */
  private static String one(PreparedStatement query) throws SQLException {
    List<String> rows = new ArrayList<>();
    try (ResultSet result = query.executeQuery()) {
      while (result.next()) {
        rows.add(result.getString(1));
      }
    }
    assertThat(rows).hasSize(1);
    return rows.get(0);
  }
}
