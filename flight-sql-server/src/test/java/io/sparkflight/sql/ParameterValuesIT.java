package io.sparkflight.sql;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.sparkflight.testing.FlightRows;
import io.sparkflight.testing.FlightSqlServerExtension;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.arrow.adbc.core.AdbcConnection;
import org.apache.arrow.adbc.core.AdbcDatabase;
import org.apache.arrow.adbc.core.AdbcStatement;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.sql.FlightSqlClient;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.TimeMicroVector;
import org.apache.arrow.vector.TimeStampNanoVector;
import org.apache.arrow.vector.UInt8Vector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Values in Arrow's types, through ADBC and Arrow's own client. */
class ParameterValuesIT {
  @RegisterExtension static final FlightSqlServerExtension SERVER = new FlightSqlServerExtension();

  private static final List<List<String>> TYPES =
      List.of(
          List.of("BOOLEAN", "true"),
          List.of("TINYINT", "-128Y"),
          List.of("SMALLINT", "32767S"),
          List.of("INT", "-2147483648"),
          List.of("BIGINT", "9223372036854775807L"),
          List.of("FLOAT", "CAST('-0.1' AS FLOAT)"),
          List.of("DOUBLE", "1e-300D"),
          List.of(
              "DECIMAL(38,10)",
              "CAST('-1234567890123456789012345678.0123456789' AS DECIMAL(38,10))"),
          List.of("STRING", "'Grüße, 世界 ''?'' '"),
          List.of("BINARY", "X'00FF10'"),
          List.of("DATE", "DATE'1600-01-01'"),
          List.of("TIMESTAMP", "TIMESTAMP'9999-12-31 23:59:59.999999'"),
          List.of("TIMESTAMP_NTZ", "TIMESTAMP_NTZ'1969-12-31 23:59:59.999999'"),
          List.of("INTERVAL YEAR TO MONTH", "INTERVAL '-10-3' YEAR TO MONTH"),
          List.of("INTERVAL DAY TO SECOND", "INTERVAL '-3 04:05:06.000007' DAY TO SECOND"),
          List.of("ARRAY<INT>", "array(1, CAST(NULL AS INT), 3)"),
          List.of("STRUCT<a: INT, b: ARRAY<STRING>>", "named_struct('a', 1, 'b', array('x', ''))"),
          List.of("MAP<STRING, DATE>", "map('k', DATE'2024-02-29', 'n', CAST(NULL AS DATE))"));

  /** In the session of the anonymous, which remembers the files of its tables. */
  @BeforeEach
  void createTable() throws SQLException {
    try (Connection connection = SERVER.jdbc();
        Statement statement = connection.createStatement()) {
      statement.executeUpdate("DROP TABLE IF EXISTS valued");
      statement.executeUpdate(
          "CREATE TABLE valued (i INT, s STRING, d DATE, dec DECIMAL(10,2)) USING parquet");
    }
  }

  @Test
  void everyTypeOfSparkGoesThereAndBack() throws Exception {
    String values = columns("%2$s");
    String texts = columns("CAST(%2$s AS STRING)");
    String bound = columns("CAST(CAST(? AS %1$s) AS STRING)");
    try (FlightSqlClient client = SERVER.flightSql();
        FlightSqlClient.PreparedStatement statement = client.prepare("SELECT " + bound)) {
      List<List<Object>> expected = FlightRows.of(client, client.execute("SELECT " + texts));
      assertThat(with(client, statement, "SELECT " + values)).isEqualTo(expected);
      String nulls = columns("CAST(NULL AS %1$s)");
      assertThat(with(client, statement, "SELECT " + nulls))
          .isEqualTo(List.of(Collections.nCopies(TYPES.size(), null)));
      assertThat(with(client, statement, "SELECT " + values)).isEqualTo(expected);
    }
  }

  @Test
  void everyTypeOfSparkIsInserted() throws Exception {
    SERVER.spark().sql("DROP TABLE IF EXISTS every_type");
    String columns =
        TYPES.stream()
            .map(type -> "c" + TYPES.indexOf(type) + " " + type.get(0))
            .collect(Collectors.joining(", "));
    SERVER.spark().sql("CREATE TABLE every_type (" + columns + ") USING parquet");
    String marks = String.join(", ", Collections.nCopies(TYPES.size(), "?"));
    String stored =
        TYPES.stream()
            .map(type -> "CAST(c" + TYPES.indexOf(type) + " AS STRING)")
            .collect(Collectors.joining(", "));
    try (FlightSqlClient client = SERVER.flightSql();
        FlightSqlClient.PreparedStatement insert =
            client.prepare("INSERT INTO every_type VALUES (" + marks + ")")) {
      String values = columns("%2$s");
      assertThat(inserted(client, insert, "SELECT " + values)).isEqualTo(1);
      assertThat(FlightRows.of(client, client.execute("SELECT " + stored + " FROM every_type")))
          .isEqualTo(
              FlightRows.of(client, client.execute("SELECT " + columns("CAST(%2$s AS STRING)"))));
    }
  }

  private static String columns(String format) {
    return TYPES.stream()
        .map(type -> format.formatted(type.get(0), type.get(1)))
        .collect(Collectors.joining(", "));
  }

  /** The rows of a statement whose values are the row of a query. */
  private static List<List<Object>> with(
      FlightSqlClient client, FlightSqlClient.PreparedStatement statement, String values)
      throws Exception {
    FlightInfo info = client.execute(values);
    try (FlightStream stream = client.getStream(info.getEndpoints().get(0).getTicket())) {
      assertThat(stream.next()).isTrue();
      statement.setParameters(stream.getRoot());
      return FlightRows.of(client, statement.execute());
    }
  }

  private static long inserted(
      FlightSqlClient client, FlightSqlClient.PreparedStatement statement, String values)
      throws Exception {
    FlightInfo info = client.execute(values);
    try (FlightStream stream = client.getStream(info.getEndpoints().get(0).getTicket())) {
      assertThat(stream.next()).isTrue();
      statement.setParameters(stream.getRoot());
      return statement.executeUpdate();
    }
  }

  @Test
  void adbcBindsRowsToAnUpdateAndOneToAQuery() throws Exception {
    try (AdbcDatabase database = SERVER.adbc();
        AdbcConnection connection = database.connect();
        AdbcStatement insert = connection.createStatement();
        AdbcStatement query = connection.createStatement();
        VectorSchemaRoot rows = root(longs(1, 2, 3), texts("a", "b", "c"));
        VectorSchemaRoot row = root(longs(2))) {
      insert.setSqlQuery("INSERT INTO valued (i, s) VALUES (?, ?)");
      insert.prepare();
      insert.bind(rows);
      assertThat(insert.executeUpdate().getAffectedRows()).isEqualTo(3);
      query.setSqlQuery("SELECT s FROM valued WHERE i = ?");
      query.prepare();
      assertThat(query.getParameterSchema().getFields()).hasSize(1);
      query.bind(row);
      try (AdbcStatement.QueryResult result = query.executeQuery()) {
        assertThat(result.getReader().loadNextBatch()).isTrue();
        assertThat(FlightRows.of(result.getReader().getVectorSchemaRoot()))
            .isEqualTo(List.of(List.of("b")));
      }
    }
  }

  static Stream<Arguments> misfits() {
    String fits = " is not one. Send one that fits, or write CAST(? AS type) in the statement.";
    return Stream.of(
        misfit(
            "i",
            "it takes INT, and the value that was sent, of type BIGINT," + fits,
            () -> longs(1L << 40)),
        misfit(
            "i", "it takes INT, and the value that was sent, of type DOUBLE,", () -> doubles(1.5)),
        misfit("i", "it takes INT, and the value that was sent, of type STRING,", () -> texts("x")),
        misfit("i", "it takes INT, and the value that was sent, of type BINARY,", () -> bytes(1)),
        misfit(
            "d",
            "it takes DATE, and the value that was sent, of type BIGINT,",
            () -> longs(20240101)),
        misfit(
            "d",
            "it takes DATE, and the value that was sent, of type STRING,",
            () -> texts("2024-02-30")),
        misfit(
            "dec",
            "it takes DECIMAL(10,2), and the value that was sent, of type DECIMAL(20,3),",
            () -> decimals("1.255")),
        misfit(
            "dec",
            "it takes DECIMAL(10,2), and the value that was sent, of type STRING,",
            () -> texts("1.255")),
        misfit(
            "s",
            "it takes STRING, and the value that was sent, of type BINARY,",
            () -> bytes(0xFF)),
        misfit(
            "s",
            "Cannot bind parameter 1 of row 1: its text is not UTF-8.",
            ParameterValuesIT::brokenText),
        misfit(
            "i",
            "Cannot bind parameter 1: Arrow's Time(MICROSECOND, 64) has no form in Spark.",
            ParameterValuesIT::time),
        misfit(
            "d",
            "Cannot bind parameter 1 of row 1: it has nanoseconds, and Spark has microseconds.",
            ParameterValuesIT::nanos));
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
    assertRefused("SELECT * FROM valued WHERE %s = ?".formatted(column), says, value);
    assertRefused("INSERT INTO valued (%s) VALUES (?)".formatted(column), says, value);
    assertThat(SERVER.spark().newSession().table("valued").count()).isZero();
  }

  @Test
  void aValueOfAnotherTypeThatFits() throws Exception {
    assertThat(rows("SELECT i FROM valued WHERE i = ?", () -> longs(7))).isEmpty();
    assertThat(rows("SELECT CAST(? AS DATE)", () -> texts("2024-02-29"))).hasSize(1);
    assertThat(rows("SELECT CAST(? AS DECIMAL(10,2))", () -> doubles(0.25)))
        .isEqualTo(List.of(List.of(new BigDecimal("0.25"))));
    assertThat(rows("SELECT CAST(? AS DECIMAL(20,0))", () -> unsigned(-1)))
        .isEqualTo(List.of(List.of(new BigDecimal("18446744073709551615"))));
    assertThat(rows("SELECT ?", () -> longs(7))).isEqualTo(List.of(List.of("7")));
  }

  @Test
  void anotherNumberOfValues() throws Exception {
    assertRefused(
        "SELECT ?, ?",
        "Cannot bind values to the statement: it has 2 parameters, and values for 1 were sent. Send one for each ?.",
        () -> longs(1));
    assertRefused("SELECT 1", "it has 0 parameters, and values for 1 were sent.", () -> longs(1));
    assertRefused(
        "SELECT ?",
        "Cannot bind 2 rows of values to an execution that has one result.",
        () -> longs(1, 2));
    assertRefused(
        "SELECT ?", "it has 1 parameter, and no values are bound.", ParameterValuesIT::longs);
  }

  /** All rows are checked before the first one is run. */
  @Test
  void oneBadRowOfMany() throws Exception {
    try (FlightSqlClient client = SERVER.flightSql();
        FlightSqlClient.PreparedStatement insert =
            client.prepare("INSERT INTO valued (i) SELECT ?");
        VectorSchemaRoot rows = root(longs(1, 2, 1L << 40))) {
      insert.setParameters(rows);
      FlightRuntimeException failure =
          catchThrowableOfType(FlightRuntimeException.class, insert::executeUpdate);
      assertThat(failure).hasMessageContaining("Cannot bind parameter 1 of row 3: it takes INT");
    }
    assertThat(SERVER.spark().newSession().table("valued").count()).isZero();
  }

  @Test
  void rowsThatFailWhileTheyRun() throws Exception {
    try (FlightSqlClient client = SERVER.flightSql();
        FlightSqlClient.PreparedStatement insert =
            client.prepare(
                "INSERT INTO valued (i) SELECT CAST(? AS INT) FROM range(1) WHERE assert_true(CAST(? AS INT) > 0) IS NULL");
        VectorSchemaRoot rows = root(longs(1, 2, 3), longs(1, 0, 1))) {
      insert.setParameters(rows);
      FlightRuntimeException failure =
          catchThrowableOfType(FlightRuntimeException.class, insert::executeUpdate);
      assertThat(failure)
          .hasMessageContaining("The first 1 of 3 rows of values have taken effect.");
    }
    assertThat(SERVER.spark().newSession().table("valued").count()).isEqualTo(1);
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
        VectorSchemaRoot row = root(value.make())) {
      statement.setParameters(row);
      return FlightRows.of(client, statement.execute());
    }
  }

  private static void update(String sql, Maker value) throws Exception {
    try (FlightSqlClient client = SERVER.flightSql();
        FlightSqlClient.PreparedStatement statement = client.prepare(sql);
        VectorSchemaRoot row = root(value.make())) {
      statement.setParameters(row);
      statement.executeUpdate();
    }
  }

  private static VectorSchemaRoot root(FieldVector... vectors) {
    VectorSchemaRoot root = VectorSchemaRoot.of(vectors);
    root.setRowCount(vectors[0].getValueCount());
    return root;
  }

  private static <V extends FieldVector> V filled(V vector, int count, Consumer<V> values) {
    vector.allocateNew();
    values.accept(vector);
    vector.setValueCount(count);
    return vector;
  }

  private static FieldVector longs(long... values) {
    return filled(
        new BigIntVector("v", SERVER.memory()),
        values.length,
        vector -> {
          for (int i = 0; i < values.length; i++) {
            vector.setSafe(i, values[i]);
          }
        });
  }

  private static FieldVector unsigned(long value) {
    return filled(new UInt8Vector("v", SERVER.memory()), 1, vector -> vector.setSafe(0, value));
  }

  private static FieldVector doubles(double value) {
    return filled(new Float8Vector("v", SERVER.memory()), 1, vector -> vector.setSafe(0, value));
  }

  private static FieldVector decimals(String value) {
    return filled(
        new DecimalVector("v", SERVER.memory(), 20, 3),
        1,
        vector -> vector.setSafe(0, new BigDecimal(value)));
  }

  private static FieldVector texts(String... values) {
    return filled(
        new VarCharVector("v", SERVER.memory()),
        values.length,
        vector -> {
          for (int i = 0; i < values.length; i++) {
            vector.setSafe(i, values[i].getBytes(UTF_8));
          }
        });
  }

  private static FieldVector brokenText() {
    return filled(
        new VarCharVector("v", SERVER.memory()),
        1,
        vector -> vector.setSafe(0, new byte[] {(byte) 0xC3, 'x'}));
  }

  private static FieldVector bytes(int value) {
    return filled(
        new VarBinaryVector("v", SERVER.memory()),
        1,
        vector -> vector.setSafe(0, new byte[] {(byte) value}));
  }

  private static FieldVector time() {
    return filled(new TimeMicroVector("v", SERVER.memory()), 1, vector -> vector.setSafe(0, 1));
  }

  private static FieldVector nanos() {
    return filled(new TimeStampNanoVector("v", SERVER.memory()), 1, vector -> vector.setSafe(0, 1));
  }
}
