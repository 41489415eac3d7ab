package io.sparkflight.testing;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.arrow.adbc.core.AdbcConnection;
import org.apache.arrow.adbc.core.AdbcStatement;
import org.apache.arrow.flight.FlightEndpoint;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.sql.FlightSqlClient;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.ExprId;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Sort;
import scala.collection.JavaConverters;

/** What Spark and clients answer to a query, for the types of TPC-H and TPC-DS. */
public final class Answers {
  private Answers() {}

  /** What Spark itself answers. */
  public static Answer ofSpark(SparkSession spark, String sql) {
    return ofSpark(spark.sql(sql));
  }

  /** What Spark itself answers. */
  public static Answer ofSpark(Dataset<Row> query) {
    return new Answer(
        Stream.of(query.schema().fields())
            .map(field -> field.name() + " " + field.dataType().catalogString())
            .toList(),
        query.collectAsList().stream()
            .map(
                row ->
                    IntStream.range(0, row.length())
                        .mapToObj(column -> Canonical.ofSpark(row.get(column)))
                        .toList())
            .toList());
  }

  /** The columns of a query's result by which its rows are sorted, the first ones first. */
  public static List<Integer> sortedBy(Dataset<Row> query) {
    LogicalPlan plan = query.queryExecution().analyzed();
    List<Attribute> output = JavaConverters.seqAsJavaList(plan.output());
    List<ExprId> columns = output.stream().map(Attribute::exprId).toList();
    while (!(plan instanceof Sort) && !plan.children().isEmpty()) {
      plan = plan.children().head(); // a limit, a choice of columns, named subqueries beside it
    }
    if (!(plan instanceof Sort sort) || !sort.global()) {
      return List.of();
    }
    return JavaConverters.seqAsJavaList(sort.order()).stream()
        .map(order -> order.child() instanceof Attribute by ? columns.indexOf(by.exprId()) : -1)
        .takeWhile(column -> column >= 0) // what follows one that is not shown decides nothing
        .toList();
  }

  /**
   * What the JDBC driver returns. Prepared, because a Statement of version 18.3 has each column of
   * an empty result twice.
   */
  public static Answer ofJdbc(Connection connection, String sql) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql);
        ResultSet rows = statement.executeQuery()) {
      ResultSetMetaData told = rows.getMetaData();
      List<String> columns = new ArrayList<>();
      for (int column = 1; column <= told.getColumnCount(); column++) {
        columns.add(told.getColumnLabel(column) + " " + type(told, column));
      }
      List<List<String>> lines = new ArrayList<>();
      while (rows.next()) {
        List<String> line = new ArrayList<>();
        for (int column = 1; column <= columns.size(); column++) {
          line.add(Canonical.ofJdbc(rows, column));
        }
        lines.add(line);
      }
      return new Answer(columns, lines);
    }
  }

  private static String type(ResultSetMetaData told, int column) throws SQLException {
    return switch (told.getColumnType(column)) {
      case Types.INTEGER -> "int";
      case Types.VARCHAR -> "string";
      case Types.DECIMAL ->
          "decimal(%d,%d)".formatted(told.getPrecision(column), told.getScale(column));
      default -> told.getColumnTypeName(column).toLowerCase(Locale.ROOT);
    };
  }

  /** What ADBC's driver for Java returns. */
  public static Answer ofAdbc(AdbcConnection connection, String sql) throws Exception {
    try (AdbcStatement statement = connection.createStatement()) {
      statement.setSqlQuery(sql);
      try (AdbcStatement.QueryResult result = statement.executeQuery()) {
        ArrowReader reader = result.getReader();
        List<String> columns = columns(reader.getVectorSchemaRoot().getSchema());
        List<List<String>> lines = new ArrayList<>();
        while (reader.loadNextBatch()) {
          lines.addAll(lines(reader.getVectorSchemaRoot()));
        }
        return new Answer(columns, lines);
      }
    }
  }

  private static String type(ArrowType type) {
    if (type instanceof ArrowType.Int number) {
      return number.getBitWidth() == 64 ? "bigint" : "int";
    }
    if (type instanceof ArrowType.Decimal decimal) {
      return "decimal(%d,%d)".formatted(decimal.getPrecision(), decimal.getScale());
    }
    if (type.equals(new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE))) {
      return "double";
    }
    return switch (type.getTypeID()) {
      case Utf8 -> "string";
      case Bool -> "boolean";
      default -> type.getTypeID().name().toLowerCase(Locale.ROOT);
    };
  }

  /** What a Flight SQL client reads, from every endpoint in turn. */
  public static Answer ofFlight(FlightSqlClient client, FlightInfo info) throws Exception {
    List<List<String>> lines = new ArrayList<>();
    for (FlightEndpoint endpoint : info.getEndpoints()) {
      try (FlightStream stream = client.getStream(endpoint.getTicket())) {
        while (stream.next()) {
          lines.addAll(lines(stream.getRoot()));
        }
      }
    }
    return new Answer(columns(info.getSchemaOptional().orElseThrow()), lines);
  }

  private static List<String> columns(Schema schema) {
    return schema.getFields().stream()
        .map(field -> field.getName() + " " + type(field.getType()))
        .toList();
  }

  private static List<List<String>> lines(VectorSchemaRoot batch) {
    return IntStream.range(0, batch.getRowCount())
        .mapToObj(
            row ->
                batch.getFieldVectors().stream()
                    .map(vector -> Canonical.ofArrow(vector, row))
                    .toList())
        .toList();
  }
}
