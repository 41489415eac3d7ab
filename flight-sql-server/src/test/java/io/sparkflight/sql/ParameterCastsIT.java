package io.sparkflight.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.sparkflight.testing.FlightRows;
import io.sparkflight.testing.FlightSqlServerExtension;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.stream.Stream;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.sql.FlightSqlClient;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Values of other types than their parameters', other numbers of them, and rows that fail. */
class ParameterCastsIT {
  @RegisterExtension static final FlightSqlServerExtension SERVER = new FlightSqlServerExtension();

  /** In the session of the anonymous, which remembers the files of its tables. */
  @BeforeEach
  void createTable() throws SQLException {
    try (Connection connection = SERVER.jdbc();
        Statement statement = connection.createStatement()) {
      statement.executeUpdate("DROP TABLE IF EXISTS casted");
      statement.executeUpdate(
          "CREATE TABLE casted (i INT, s STRING, d DATE, dec DECIMAL(10,2)) USING parquet");
    }
  }

  static Stream<Arguments> misfits() {
    String fits = " is not one. Send one that fits, or write CAST(? AS type) in the statement.";
    return Stream.of(
        misfit(
            "i",
            "it takes INT, and the value that was sent, of type BIGINT," + fits,
            () -> ParameterVectors.longs(SERVER.memory(), 1L << 40)),
        misfit(
            "i",
            "it takes INT, and the value that was sent, of type DOUBLE,",
            () -> ParameterVectors.doubles(SERVER.memory(), 1.5)),
        misfit(
            "i",
            "it takes INT, and the value that was sent, of type STRING,",
            () -> ParameterVectors.texts(SERVER.memory(), "x")),
        misfit(
            "i",
            "it takes INT, and the value that was sent, of type BINARY,",
            () -> ParameterVectors.bytes(SERVER.memory(), 1)),
        misfit(
            "d",
            "it takes DATE, and the value that was sent, of type BIGINT,",
            () -> ParameterVectors.longs(SERVER.memory(), 20240101)),
        misfit(
            "d",
            "it takes DATE, and the value that was sent, of type STRING,",
            () -> ParameterVectors.texts(SERVER.memory(), "2024-02-30")),
        misfit(
            "dec",
            "it takes DECIMAL(10,2), and the value that was sent, of type DECIMAL(20,3),",
            () -> ParameterVectors.decimals(SERVER.memory(), "1.255")),
        misfit(
            "dec",
            "it takes DECIMAL(10,2), and the value that was sent, of type STRING,",
            () -> ParameterVectors.texts(SERVER.memory(), "1.255")),
        misfit(
            "s",
            "it takes STRING, and the value that was sent, of type BINARY,",
            () -> ParameterVectors.bytes(SERVER.memory(), 0xFF)),
        misfit(
            "s",
            "Cannot bind parameter 1 of row 1: its text is not UTF-8.",
            () -> ParameterVectors.brokenText(SERVER.memory())),
        misfit(
            "i",
            "Cannot bind parameter 1: Arrow's Time(MICROSECOND, 64) has no form in Spark.",
            () -> ParameterVectors.time(SERVER.memory())),
        misfit(
            "d",
            "Cannot bind parameter 1 of row 1: it has nanoseconds, and Spark has microseconds.",
            () -> ParameterVectors.nanos(SERVER.memory())));
  }

  /** A vector, made when the memory of the clients is there. */
  interface Maker {
    FieldVector make();
  }

  private static Arguments misfit(String column, String says, Maker value) {
    return Arguments.of(column, says, value);
  }

  @ParameterizedTest
  @MethodSource("misfits")
  void aValueThatDoesNotFit(String column, String says, Maker value) throws Exception {
    assertRefused("SELECT * FROM casted WHERE %s = ?".formatted(column), says, value);
    assertRefused("INSERT INTO casted (%s) VALUES (?)".formatted(column), says, value);
    assertThat(SERVER.spark().newSession().table("casted").count()).isZero();
  }

  @Test
  void aValueOfAnotherTypeThatFits() throws Exception {
    assertThat(
            rows(
                "SELECT i FROM casted WHERE i = ?",
                () -> ParameterVectors.longs(SERVER.memory(), 7)))
        .isEmpty();
    assertThat(
            rows(
                "SELECT CAST(? AS DATE)",
                () -> ParameterVectors.texts(SERVER.memory(), "2024-02-29")))
        .hasSize(1);
    assertThat(
            rows(
                "SELECT CAST(? AS DECIMAL(10,2))",
                () -> ParameterVectors.doubles(SERVER.memory(), 0.25)))
        .isEqualTo(List.of(List.of(new BigDecimal("0.25"))));
    assertThat(
            rows(
                "SELECT CAST(? AS DECIMAL(20,0))",
                () -> ParameterVectors.unsigned(SERVER.memory(), -1)))
        .isEqualTo(List.of(List.of(new BigDecimal("18446744073709551615"))));
    assertThat(rows("SELECT ?", () -> ParameterVectors.longs(SERVER.memory(), 7)))
        .isEqualTo(List.of(List.of("7")));
  }

  @Test
  void anotherNumberOfValues() throws Exception {
    assertRefused(
        "SELECT ?, ?",
        "Cannot bind values to the statement: it has 2 parameters, and values for 1 were sent. Send one for each ?.",
        () -> ParameterVectors.longs(SERVER.memory(), 1));
    assertRefused(
        "SELECT 1",
        "it has 0 parameters, and values for 1 were sent.",
        () -> ParameterVectors.longs(SERVER.memory(), 1));
    assertRefused(
        "SELECT ?",
        "Cannot bind 2 rows of values to an execution that has one result.",
        () -> ParameterVectors.longs(SERVER.memory(), 1, 2));
    assertRefused(
        "SELECT ?",
        "it has 1 parameter, and no values are bound.",
        () -> ParameterVectors.longs(SERVER.memory()));
  }

  /** All rows are checked before the first one is run. */
  @Test
  void oneBadRowOfMany() throws Exception {
    try (FlightSqlClient client = SERVER.flightSql();
        FlightSqlClient.PreparedStatement insert =
            client.prepare("INSERT INTO casted (i) SELECT ?");
        VectorSchemaRoot rows =
            ParameterVectors.root(ParameterVectors.longs(SERVER.memory(), 1, 2, 1L << 40))) {
      insert.setParameters(rows);
      FlightRuntimeException failure =
          catchThrowableOfType(FlightRuntimeException.class, insert::executeUpdate);
      assertThat(failure).hasMessageContaining("Cannot bind parameter 1 of row 3: it takes INT");
    }
    assertThat(SERVER.spark().newSession().table("casted").count()).isZero();
  }

  @Test
  void rowsThatFailWhileTheyRun() throws Exception {
    try (FlightSqlClient client = SERVER.flightSql();
        FlightSqlClient.PreparedStatement insert =
            client.prepare(
                "INSERT INTO casted (i) SELECT CAST(? AS INT) FROM range(1) WHERE assert_true(CAST(? AS INT) > 0) IS NULL");
        VectorSchemaRoot rows =
            ParameterVectors.root(
                ParameterVectors.longs(SERVER.memory(), 1, 2, 3),
                ParameterVectors.longs(SERVER.memory(), 1, 0, 1))) {
      insert.setParameters(rows);
      FlightRuntimeException failure =
          catchThrowableOfType(FlightRuntimeException.class, insert::executeUpdate);
      assertThat(failure)
          .hasMessageContaining("The first 1 of 3 rows of values have taken effect.");
    }
    assertThat(SERVER.spark().newSession().table("casted").count()).isEqualTo(1);
  }

  private static void assertRefused(String sql, String says, Maker value) throws Exception {
    FlightRuntimeException failure =
        catchThrowableOfType(
            FlightRuntimeException.class,
            () -> {
              if (sql.startsWith("INSERT")) {
                update(sql, value);
              } else {
                rows(sql, value);
              }
            });
    assertThat(failure).as(sql).isNotNull().hasMessageContaining(says);
    assertThat(failure.status().code()).isEqualTo(FlightStatusCode.INVALID_ARGUMENT);
  }

  private static List<List<Object>> rows(String sql, Maker value) throws Exception {
    try (FlightSqlClient client = SERVER.flightSql();
        FlightSqlClient.PreparedStatement statement = client.prepare(sql);
        VectorSchemaRoot row = ParameterVectors.root(value.make())) {
      statement.setParameters(row);
      return FlightRows.of(client, statement.execute());
    }
  }

  private static void update(String sql, Maker value) throws Exception {
    try (FlightSqlClient client = SERVER.flightSql();
        FlightSqlClient.PreparedStatement statement = client.prepare(sql);
        VectorSchemaRoot row = ParameterVectors.root(value.make())) {
      statement.setParameters(row);
      statement.executeUpdate();
    }
  }
}
