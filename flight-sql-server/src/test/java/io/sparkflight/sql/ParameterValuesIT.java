package io.sparkflight.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkflight.testing.FlightRows;
import io.sparkflight.testing.FlightSqlServerExtension;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.arrow.adbc.core.AdbcConnection;
import org.apache.arrow.adbc.core.AdbcDatabase;
import org.apache.arrow.adbc.core.AdbcStatement;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.sql.FlightSqlClient;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

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
        VectorSchemaRoot rows =
            ParameterVectors.root(
                ParameterVectors.longs(SERVER.memory(), 1, 2, 3),
                ParameterVectors.texts(SERVER.memory(), "a", "b", "c"));
        VectorSchemaRoot row = ParameterVectors.root(ParameterVectors.longs(SERVER.memory(), 2))) {
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
}
