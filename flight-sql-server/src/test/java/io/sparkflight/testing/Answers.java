package io.sparkflight.testing;

import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.arrow.adbc.core.AdbcConnection;
import org.apache.arrow.adbc.core.AdbcStatement;
import org.apache.arrow.flight.FlightEndpoint;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.sql.FlightSqlClient;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a query as text, one line a row, the same for the same values whoever was asked. For
 * the types of TPC-H; other types are the type matrix's.
 */
public final class Answers {
  private Answers() {}

  /** What Spark itself answers. */
  public static List<String> ofSpark(SparkSession spark, String sql) {
    return spark.sql(sql).collectAsList().stream().map(Answers::line).toList();
  }

  /** What the JDBC driver returns. */
  public static List<String> ofJdbc(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      int columns = rows.getMetaData().getColumnCount();
      List<String> lines = new ArrayList<>();
      while (rows.next()) {
        List<String> cells = new ArrayList<>();
        for (int column = 1; column <= columns; column++) {
          cells.add(cell(rows.getObject(column)));
        }
        lines.add(String.join("|", cells));
      }
      return lines;
    }
  }

  /** What the ADBC driver returns. */
  public static List<String> ofAdbc(AdbcConnection connection, String sql) throws Exception {
    try (AdbcStatement statement = connection.createStatement()) {
      statement.setSqlQuery(sql);
      try (AdbcStatement.QueryResult result = statement.executeQuery()) {
        ArrowReader reader = result.getReader();
        List<String> lines = new ArrayList<>();
        while (reader.loadNextBatch()) {
          lines.addAll(lines(reader.getVectorSchemaRoot()));
        }
        return lines;
      }
    }
  }

  /** What a Flight SQL client reads, from every endpoint in turn. */
  public static List<String> ofFlight(FlightSqlClient client, FlightInfo info) throws Exception {
    List<String> lines = new ArrayList<>();
    for (FlightEndpoint endpoint : info.getEndpoints()) {
      try (FlightStream stream = client.getStream(endpoint.getTicket())) {
        while (stream.next()) {
          lines.addAll(lines(stream.getRoot()));
        }
      }
    }
    return lines;
  }

  private static List<String> lines(VectorSchemaRoot batch) {
    return IntStream.range(0, batch.getRowCount())
        .mapToObj(
            row ->
                batch.getFieldVectors().stream()
                    .map(vector -> cell(value(vector, row)))
                    .collect(Collectors.joining("|")))
        .toList();
  }

  private static @Nullable Object value(FieldVector vector, int row) {
    return vector instanceof DateDayVector days && !days.isNull(row)
        ? LocalDate.ofEpochDay(days.get(row))
        : vector.getObject(row);
  }

  private static String line(Row row) {
    return IntStream.range(0, row.length())
        .mapToObj(column -> cell(row.get(column)))
        .collect(Collectors.joining("|"));
  }

  private static String cell(@Nullable Object value) {
    return value instanceof BigDecimal decimal ? decimal.toPlainString() : String.valueOf(value);
  }
}
