package io.sparkflight.datasource.catalog;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.spark.sql.connector.catalog.Column;
import org.apache.spark.sql.connector.catalog.SupportsNamespaces;
import org.apache.spark.sql.connector.catalog.TableCatalog;
import org.apache.spark.sql.connector.expressions.Transform;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * Spark's SQL, as a server of this project has it. It lists a nested schema as a path of names, in
 * backquotes where they need them, and any other schema as it is (docs/metadata.md).
 */
final class SparkDdl extends ServerDdl {
  /** What such a server calls itself. */
  static final String PRODUCT = "Spark Flight SQL";

  private static final Pattern PART = Pattern.compile("`((?:[^`]|``)*)`(?:\\.|$)|([^.]+)(?:\\.|$)");
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_]+");

  /** Set by Spark itself, or said by another clause. */
  private static final List<String> NOT_PROPERTIES =
      List.of(
          TableCatalog.PROP_PROVIDER,
          TableCatalog.PROP_COMMENT,
          TableCatalog.PROP_LOCATION,
          TableCatalog.PROP_OWNER,
          TableCatalog.PROP_EXTERNAL,
          TableCatalog.PROP_IS_MANAGED_LOCATION);

  SparkDdl(String quote) {
    super(quote);
  }

  @Override
  boolean nested() {
    return true;
  }

  @Override
  List<String> path(String schema) {
    if (schema.indexOf('.') < 0) {
      return List.of(schema);
    }
    List<String> parts = new ArrayList<>();
    for (Matcher part = PART.matcher(schema); part.find(); ) {
      parts.add(part.group(1) == null ? part.group(2) : part.group(1).replace("``", "`"));
    }
    return List.copyOf(parts);
  }

  @Override
  String pattern(List<String> path) {
    return path.stream()
        .map(
            part ->
                PLAIN.matcher(part).matches()
                    ? part
                    : "%" + patternOf(part).replace('`', '%') + "%")
        .collect(Collectors.joining("."));
  }

  @Override
  String createTable(
      List<String> name, Column[] columns, Transform[] partitions, Map<String, String> properties) {
    StringBuilder sql = new StringBuilder("CREATE TABLE ").append(name(name));
    sql.append(
        Arrays.stream(columns).map(this::definition).collect(Collectors.joining(", ", " (", ")")));
    String provider = properties.get(TableCatalog.PROP_PROVIDER);
    if (provider != null) {
      sql.append(" USING ").append(name(List.of(provider)));
    }
    Map<String, String> options = options(properties);
    sql.append(pairs("OPTIONS", options));
    if (partitions.length > 0) {
      sql.append(
          Arrays.stream(partitions)
              .map(Transform::describe)
              .collect(Collectors.joining(", ", " PARTITIONED BY (", ")")));
    }
    appendText(sql, "COMMENT", properties.get(TableCatalog.PROP_COMMENT));
    appendText(sql, "LOCATION", properties.get(TableCatalog.PROP_LOCATION));
    Map<String, String> settings = settings(properties);
    settings.keySet().removeAll(options.keySet()); // Spark names an option both ways
    return sql.append(pairs("TBLPROPERTIES", settings)).toString();
  }

  private static Map<String, String> options(Map<String, String> properties) {
    Map<String, String> options = new TreeMap<>();
    properties.forEach(
        (key, value) -> {
          if (key.startsWith(TableCatalog.OPTION_PREFIX)) {
            options.put(key.substring(TableCatalog.OPTION_PREFIX.length()), value);
          }
        });
    return options;
  }

  /** What no clause of its own says. */
  private static Map<String, String> settings(Map<String, String> properties) {
    Map<String, String> settings = new TreeMap<>(properties);
    settings.keySet().removeAll(NOT_PROPERTIES);
    settings.keySet().removeIf(key -> key.startsWith(TableCatalog.OPTION_PREFIX));
    return settings;
  }

  private String definition(Column column) {
    StringBuilder sql = new StringBuilder(name(List.of(column.name())));
    sql.append(' ').append(type(column.dataType()));
    if (!column.nullable()) {
      sql.append(" NOT NULL");
    }
    appendText(sql, "COMMENT", column.comment());
    return sql.toString();
  }

  /**
   * Spark's own text says TIMESTAMP for moments, which for the server is what a setting of its
   * session says.
   */
  private String type(DataType type) {
    if (type instanceof StructType struct) {
      return Arrays.stream(struct.fields())
          .map(this::field)
          .collect(Collectors.joining(", ", "STRUCT<", ">"));
    } else if (type instanceof ArrayType array) {
      return "ARRAY<%s>".formatted(type(array.elementType()));
    } else if (type instanceof MapType map) {
      return "MAP<%s, %s>".formatted(type(map.keyType()), type(map.valueType()));
    }
    return type.equals(DataTypes.TimestampType) ? "TIMESTAMP_LTZ" : type.sql();
  }

  private String field(StructField field) {
    StringBuilder sql = new StringBuilder(name(List.of(field.name())));
    sql.append(": ").append(type(field.dataType())).append(field.nullable() ? "" : " NOT NULL");
    appendText(sql, "COMMENT", field.getComment().getOrElse(() -> null));
    return sql.toString();
  }

  @Override
  String createSchema(List<String> name, Map<String, String> properties) {
    StringBuilder sql = new StringBuilder("CREATE SCHEMA ").append(name(name));
    appendText(sql, "COMMENT", properties.get(SupportsNamespaces.PROP_COMMENT));
    appendText(sql, "LOCATION", properties.get(SupportsNamespaces.PROP_LOCATION));
    return sql.append(pairs("WITH DBPROPERTIES", settings(properties))).toString();
  }

  private static void appendText(StringBuilder sql, String clause, @Nullable String value) {
    if (value != null) {
      sql.append(' ').append(clause).append(' ').append(text(value));
    }
  }

  private static String pairs(String clause, Map<String, String> pairs) {
    return pairs.isEmpty()
        ? ""
        : pairs.entrySet().stream()
            .map(each -> text(each.getKey()) + " = " + text(each.getValue()))
            .collect(Collectors.joining(", ", " " + clause + " (", ")"));
  }

  private static String text(String value) {
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'";
  }
}
