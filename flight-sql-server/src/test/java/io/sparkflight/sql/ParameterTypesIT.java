package io.sparkflight.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkflight.testing.FlightSqlServerExtension;
import java.util.List;
import org.apache.arrow.flight.sql.FlightSqlClient;
import org.apache.arrow.vector.types.pojo.Field;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a client is told of a statement's parameters when it prepares it. */
class ParameterTypesIT {
  @RegisterExtension static final FlightSqlServerExtension SERVER = new FlightSqlServerExtension();

  @BeforeAll
  static void createTable() {
    SERVER.spark().sql("DROP TABLE IF EXISTS typed");
    SERVER
        .spark()
        .sql(
            "CREATE TABLE typed (i INT, d DATE, s STRING, dec DECIMAL(15,2), arr ARRAY<INT>,"
                + " st STRUCT<a: INT>, m MAP<STRING, INT>, ts TIMESTAMP, b BOOLEAN) USING parquet");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "SELECT 1 | ''",
        "SELECT '?', `?` FROM (SELECT 1 AS `?`) -- ? | ''",
        "SELECT /* ? */ \"?\" | ''",
        "SET spark.sql.x = ? | ''",
        "SELECT ? | Utf8",
        "SELECT i + ? FROM typed | Int(32, true)",
        "SELECT * FROM typed WHERE d < ? | Date(DAY)",
        "SELECT * FROM typed WHERE s = ? | Utf8",
        "SELECT * FROM typed WHERE ? = s AND i = ? | Utf8, Int(32, true)",
        "SELECT * FROM typed WHERE dec BETWEEN ? AND ? | Decimal(15, 2, 128), Decimal(15, 2, 128)",
        "SELECT * FROM typed WHERE i IN (?, ?) | Int(32, true), Int(32, true)",
        "SELECT * FROM typed WHERE s LIKE ? | Utf8",
        "SELECT * FROM typed WHERE ? | Bool",
        "SELECT * FROM typed WHERE NOT ? OR b = ? | Bool, Bool",
        "SELECT * FROM typed LIMIT ? | Int(32, true)",
        "SELECT i FROM typed WHERE d < ? ORDER BY i LIMIT ? OFFSET ?"
            + " | Date(DAY), Int(32, true), Int(32, true)",
        "SELECT CASE WHEN ? THEN 1 END | Bool",
        "SELECT if(?, 1, 2) | Bool",
        "SELECT date_add(d, ?) FROM typed | Int(32, true)",
        "SELECT coalesce(?, ts) FROM typed | Timestamp(MILLISECOND, null)",
        "SELECT CAST(? AS DOUBLE) | FloatingPoint(DOUBLE)",
        "SELECT ? UNION ALL SELECT i FROM typed | Int(32, true)",
        "SELECT x + 1 FROM (SELECT ? AS x) | Int(32, true)",
        "WITH q AS (SELECT i FROM typed WHERE i < ?) SELECT * FROM q WHERE i > ?"
            + " | Int(32, true), Int(32, true)",
        "SELECT * FROM typed WHERE i = (SELECT max(i) FROM typed WHERE d = ?) | Date(DAY)",
        "SELECT array_contains(arr, ?) FROM typed | Int(32, true)",
        "SELECT element_at(arr, ?) FROM typed | Int(32, true)",
        "SELECT transform(arr, e -> e + ?) FROM typed | Int(32, true)",
        "SELECT percentile(i, ?) FROM typed | FloatingPoint(DOUBLE)",
        "SELECT * FROM range(?) | Int(32, true)",
        "SELECT i, count(*) FROM typed GROUP BY i HAVING count(*) > ? | Int(64, true)",
        "SELECT * FROM typed WHERE arr = ? | List",
        "SELECT * FROM typed WHERE st = ? | Utf8",
        "EXPLAIN SELECT * FROM typed WHERE i = ? | Int(32, true)",
        "INSERT INTO typed (i, d, s, dec) VALUES (?, ?, ?, ?)"
            + " | Int(32, true), Date(DAY), Utf8, Decimal(15, 2, 128)",
        "INSERT INTO typed (s, i) VALUES (?, 1), ('x', ?) | Utf8, Int(32, true)",
        "INSERT INTO typed (i) SELECT ? | Int(32, true)",
        "INSERT INTO typed (i) SELECT i FROM typed WHERE d = ? | Date(DAY)",
        "CREATE TABLE never USING parquet AS WITH few AS (SELECT ? AS x) SELECT x FROM few | Utf8",
      })
  void inferred(String sql, String types) throws Exception {
    try (FlightSqlClient client = SERVER.flightSql();
        FlightSqlClient.PreparedStatement statement = client.prepare(sql)) {
      List<String> told =
          statement.getParameterSchema().getFields().stream()
              .map(Field::getType)
              .map(Object::toString)
              .toList();
      assertThat(String.join(", ", told)).isEqualTo(types);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "INSERT INTO typed (i) VALUES (?)",
        "DROP TABLE IF EXISTS nothing",
        "INSERT INTO typed (i) SELECT ?"
      })
  void anUpdateHasNoRows(String sql) throws Exception {
    try (FlightSqlClient client = SERVER.flightSql();
        FlightSqlClient.PreparedStatement statement = client.prepare(sql)) {
      assertThat(statement.getResultSetSchema().getFields()).isEmpty();
    }
  }

  @Test
  void theRowsOfAQueryAreKnownBeforeItsValues() throws Exception {
    try (FlightSqlClient client = SERVER.flightSql();
        FlightSqlClient.PreparedStatement statement =
            client.prepare("SELECT i, s AS name FROM typed WHERE d = ?")) {
      assertThat(statement.getResultSetSchema().getFields())
          .extracting(Field::getName)
          .containsExactly("i", "name");
    }
  }
}
