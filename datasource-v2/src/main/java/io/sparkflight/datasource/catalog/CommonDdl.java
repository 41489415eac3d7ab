package io.sparkflight.datasource.catalog;

import io.sparkflight.datasource.client.FlightSqlException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.spark.sql.connector.catalog.Column;
import org.apache.spark.sql.connector.catalog.TableCatalog;
import org.apache.spark.sql.connector.expressions.Transform;
import org.apache.spark.sql.types.CharType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.VarcharType;

/** What the SQLs of all servers have in common, and nothing else. */
final class CommonDdl extends ServerDdl {
  /** What Spark sets by itself. */
  private static final Set<String> SPARKS_OWN = Set.of(TableCatalog.PROP_OWNER);

  private static final Map<DataType, String> TYPES =
      Map.of(
          DataTypes.BooleanType, "BOOLEAN",
          DataTypes.ShortType, "SMALLINT",
          DataTypes.IntegerType, "INTEGER",
          DataTypes.LongType, "BIGINT",
          DataTypes.FloatType, "REAL",
          DataTypes.DoubleType, "DOUBLE PRECISION",
          DataTypes.DateType, "DATE",
          DataTypes.TimestampNTZType, "TIMESTAMP");

  private final String product;

  CommonDdl(String quote, String product) {
    super(quote);
    this.product = product;
  }

  @Override
  boolean nested() {
    return false;
  }

  @Override
  List<String> path(String schema) {
    return List.of(schema);
  }

  @Override
  String pattern(List<String> path) {
    return patternOf(String.join(".", path));
  }

  @Override
  String createTable(
      List<String> name, Column[] columns, Transform[] partitions, Map<String, String> properties) {
    requireNone("create table " + name(name), properties);
    if (partitions.length > 0) {
      throw refusal("create table " + name(name), "PARTITIONED BY is not known to every server");
    }
    return "CREATE TABLE %s (%s)"
        .formatted(
            name(name),
            Arrays.stream(columns)
                .map(column -> definition(name, column))
                .collect(Collectors.joining(", ")));
  }

  private String definition(List<String> table, Column column) {
    String what = "create table " + name(table);
    if (column.comment() != null) {
      throw refusal(what, "column %s has a comment".formatted(column.name()));
    }
    return "%s %s%s"
        .formatted(
            name(List.of(column.name())), type(what, column), column.nullable() ? "" : " NOT NULL");
  }

  private String type(String what, Column column) {
    DataType type = column.dataType();
    if (type instanceof DecimalType || type instanceof CharType || type instanceof VarcharType) {
      return type.sql();
    }
    String same = TYPES.get(type);
    if (same == null) {
      throw refusal(
          what,
          "column %s is of type %s, which has no name that all servers know"
              .formatted(column.name(), type.sql()));
    }
    return same;
  }

  @Override
  String createSchema(List<String> name, Map<String, String> properties) {
    requireNone("create schema " + name(name), properties);
    return "CREATE SCHEMA " + name(name);
  }

  private void requireNone(String what, Map<String, String> properties) {
    Set<String> said = new TreeSet<>(properties.keySet());
    said.removeAll(SPARKS_OWN);
    if (!said.isEmpty()) {
      throw refusal(what, "not every server knows " + String.join(", ", said));
    }
  }

  private FlightSqlException refusal(String what, String reason) {
    return FlightSqlException.because(
        "Cannot %s on %s: %s, and its own SQL is not known here. Create it with the server's own tools."
            .formatted(what, product, reason));
  }
}
