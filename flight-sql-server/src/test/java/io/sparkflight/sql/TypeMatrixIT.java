package io.sparkflight.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkflight.testing.Canonical;
import io.sparkflight.testing.FlightSqlServerExtension;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.arrow.adbc.core.AdbcConnection;
import org.apache.arrow.adbc.core.AdbcDatabase;
import org.apache.arrow.adbc.core.AdbcStatement;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.sql.FlightSqlClient;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every type of Spark with the values at its edges, through both drivers: what Spark says. */
class TypeMatrixIT {
  @RegisterExtension static final FlightSqlServerExtension SERVER = new FlightSqlServerExtension();

  /** Types that the JDBC driver's own classes cannot show; ADBC must. */
  private enum Through {
    BOTH,
    ADBC
  }

  private record Case(String type, Through through, List<String> values) {
    static Case of(String type, String... values) {
      return new Case(type, Through.BOTH, List.of(values));
    }

    static Case adbc(String type, String... values) {
      return new Case(type, Through.ADBC, List.of(values));
    }

    /** The rows as SQL, with a null at the end. */
    String rows() {
      StringBuilder rows = new StringBuilder();
      for (int i = 0; i < values.size(); i++) {
        rows.append("(%d, cast(%s AS %s)), ".formatted(i, values.get(i), type));
      }
      return "SELECT i, v FROM VALUES %s(%d, cast(null AS %s)) AS t(i, v)"
          .formatted(rows, values.size(), type);
    }

    @Override
    public String toString() {
      return type;
    }
  }

  private static SparkSession spark;
  private static Connection jdbc;
  private static AdbcDatabase database;
  private static AdbcConnection adbc;

  @BeforeAll
  static void connect() throws Exception {
    spark = SERVER.spark().newSession();
    spark.conf().set("spark.sql.datetime.java8API.enabled", true);
    spark.conf().set("spark.sql.parquet.datetimeRebaseModeInWrite", "CORRECTED");
    spark.conf().set("spark.sql.parquet.int96RebaseModeInWrite", "CORRECTED");
    jdbc = SERVER.jdbc();
    database = SERVER.adbc();
    adbc = database.connect();
  }

  @AfterAll
  static void close() throws Exception {
    adbc.close();
    database.close();
    jdbc.close();
  }

  static Stream<Case> cases() {
    return Stream.of(
        Case.of("boolean", "true", "false"),
        Case.of("tinyint", "-128", "127", "0"),
        Case.of("smallint", "-32768", "32767"),
        Case.of("int", "-2147483648", "2147483647"),
        Case.of("bigint", "'-9223372036854775808'", "9223372036854775807"),
        Case.of(
            "float",
            "'NaN'",
            "'-0.0'",
            "0.0",
            "'Infinity'",
            "'-Infinity'",
            "1.4E-45D",
            "3.4028235E38D"),
        Case.of(
            "double",
            "'NaN'",
            "'-0.0'",
            "0.0",
            "'Infinity'",
            "'-Infinity'",
            "'4.9E-324'",
            "1.7976931348623157E308D"),
        Case.of("decimal(1,0)", "-9", "9"),
        Case.of("decimal(15,2)", "'-9999999999999.99'", "0.1"),
        Case.of("decimal(18,18)", "'-0.999999999999999999'", "'0.000000000000000001'"),
        Case.of("decimal(38,0)", "'" + "9".repeat(38) + "'", "'-" + "9".repeat(38) + "'"),
        Case.of("decimal(38,38)", "'-0." + "9".repeat(38) + "'", "'0." + "0".repeat(37) + "1'"),
        Case.of("decimal(38,10)", "'" + "9".repeat(28) + "." + "9".repeat(10) + "'", "0"),
        Case.of("string", "''", "' '", "'Grüße, 世界 \uD83D\uDE80'", "'a\\nb'", "repeat('x', 70000)"),
        Case.of("binary", "X''", "X'00FF80'"),
        Case.of(
            "date", "'0001-01-01'", "'1582-10-04'", "'1582-10-15'", "'1969-12-31'", "'9999-12-31'"),
        Case.of(
            "timestamp",
            "'0001-01-02 00:00:00Z'",
            "'1500-03-01 12:00:00.000001Z'",
            "'1969-12-31 23:59:59.999999Z'",
            "'2024-03-31 02:30:00.5Z'",
            "'9999-12-30 23:59:59.999999Z'"),
        Case.of(
            "timestamp_ntz",
            "'0001-01-01 00:00:00'",
            "'1500-03-01 12:00:00.000001'",
            "'1969-12-31 23:59:59.999999'",
            "'9999-12-31 23:59:59.999999'"),
        Case.of(
            "interval year to month",
            "INTERVAL '-178956970-8' YEAR TO MONTH",
            "INTERVAL '178956970-7' YEAR TO MONTH",
            "INTERVAL '0' MONTH"),
        Case.of(
            "interval day to second",
            "INTERVAL '-106751 04:00:54.775807' DAY TO SECOND",
            "INTERVAL '106751 04:00:54.775807' DAY TO SECOND",
            "INTERVAL '0.000001' SECOND"),
        // Arrow's Java classes count durations in nanoseconds and stop at 292 years.
        Case.adbc(
            "interval day to second",
            "INTERVAL '-106751991 04:00:54.775807' DAY TO SECOND",
            "INTERVAL '106751991 04:00:54.775807' DAY TO SECOND"),
        Case.of("array<int>", "array()", "array(1, null, -2147483648)"),
        Case.of("array<string>", "array()", "array('', null, 'ß')"),
        Case.of("array<array<bigint>>", "array()", "array(array(), null, array(1, 2))"),
        Case.of("struct<a: int, b: string>", "named_struct('a', 1, 'b', '')"),
        // JDBC's driver leaves out the fields of a struct that are null.
        Case.adbc("struct<a: int, b: string>", "named_struct('a', null, 'b', null)"),
        Case.adbc("array<date>", "array(date'0001-01-01', null, date'9999-12-31')"),
        Case.adbc("array<decimal(38,2)>", "array(1.10, null)"),
        Case.adbc("map<string, int>", "map()", "map('a', 1, 'b', null)"),
        Case.adbc(
            "map<int, map<string, timestamp>>",
            "map(1, map('x', timestamp'2024-01-01 00:00:00Z', 'y', null), 2, null)"),
        Case.adbc(
            "struct<a: struct<b: array<struct<c: double>>>, d: binary>",
            "named_struct('a', named_struct('b', array(named_struct('c', double('NaN')), null)), 'd', X'01')",
            "named_struct('a', null, 'd', null)"),
        Case.of("void"));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void rowsEqualSparks(Case type) throws Exception {
    check(type, type.rows());
  }

  /** Files are read in columns, by other code. */
  @ParameterizedTest
  @MethodSource("cases")
  void columnsEqualSparks(Case type, @TempDir Path folder) throws Exception {
    if (!type.type().equals("void")) { // Parquet has no such type
      String file = folder.resolve("t").toUri().toString();
      spark.sql(type.rows()).coalesce(1).write().parquet(file);
      check(type, "SELECT i, v FROM parquet.`%s`".formatted(file));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT 1 AS a, make_interval(1, 2, 3) AS bad",
        "SELECT array(make_interval(1)) AS bad",
        "SELECT named_struct('x', map(1, make_interval(1))) AS bad"
      })
  void refusesATypeWithoutAnArrowForm(String sql) throws Exception {
    try (FlightSqlClient client = SERVER.flightSql()) {
      for (Runnable call :
          List.<Runnable>of(() -> client.execute(sql), () -> client.prepare(sql))) {
        assertThatThrownBy(call::run)
            .isInstanceOf(FlightRuntimeException.class)
            .hasMessageContaining("Cannot return column bad")
            .hasMessageContaining("its type interval has no Arrow form")
            .satisfies(
                failure ->
                    assertThat(((FlightRuntimeException) failure).status().code())
                        .isEqualTo(FlightStatusCode.UNIMPLEMENTED));
      }
    }
  }

  private static void check(Case type, String sql) throws Exception {
    List<String> expected =
        spark.sql(sql).collectAsList().stream()
            .map((Row row) -> row.get(0) + ": " + Canonical.ofSpark(row.get(1)))
            .sorted()
            .toList();
    assertThat(expected).hasSize(type.values().size() + 1);
    assertThat(throughAdbc(sql)).as("ADBC").isEqualTo(expected);
    if (type.through() == Through.BOTH) {
      assertThat(throughJdbc(sql)).as("JDBC").isEqualTo(expected);
    }
  }

  private static List<String> throughJdbc(String sql) throws Exception {
    List<String> lines = new ArrayList<>();
    try (Statement statement = jdbc.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        lines.add(rows.getInt(1) + ": " + Canonical.ofJdbc(rows, 2));
      }
    }
    return lines.stream().sorted().toList();
  }

  private static List<String> throughAdbc(String sql) throws Exception {
    List<String> lines = new ArrayList<>();
    try (AdbcStatement statement = adbc.createStatement()) {
      statement.setSqlQuery(sql);
      try (AdbcStatement.QueryResult result = statement.executeQuery()) {
        ArrowReader reader = result.getReader();
        while (reader.loadNextBatch()) {
          VectorSchemaRoot batch = reader.getVectorSchemaRoot();
          for (int row = 0; row < batch.getRowCount(); row++) {
            lines.add(
                Canonical.ofArrow(batch.getVector(0), row)
                    + ": "
                    + Canonical.ofArrow(batch.getVector(1), row));
          }
        }
      }
    }
    return lines.stream().sorted().toList();
  }
}
