package io.sparkflight.datasource.sql;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.spark.sql.connector.expressions.Expression;
import org.apache.spark.sql.connector.expressions.Literal;
import org.apache.spark.sql.connector.expressions.NamedReference;
import org.apache.spark.sql.connector.expressions.filter.Predicate;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * The text of a query in what every SQL has in common. A predicate is written only where no server
 * could leave out a row that Spark would keep: whole numbers are compared alike everywhere; equal
 * texts are equal under every collation, while their order is not the same under all. Floating
 * numbers (NaN), times (zones) and negations are Spark's.
 */
public final class ServerSql {
  private static final Map<String, String> COMPARISONS =
      Map.of("=", "=", "<", "<", "<=", "<=", ">", ">", ">=", ">=");

  private static final List<DataType> WHOLE =
      List.of(DataTypes.ByteType, DataTypes.ShortType, DataTypes.IntegerType, DataTypes.LongType);

  private final String quote;

  public ServerSql(String quote) {
    this.quote = quote;
  }

  /** The whole query. */
  public String select(String relation, StructType columns, List<Predicate> predicates, int limit) {
    StringBuilder sql = new StringBuilder("SELECT ");
    sql.append(
        columns.isEmpty()
            ? "1"
            : Arrays.stream(columns.fieldNames())
                .map(this::name)
                .collect(Collectors.joining(", ")));
    sql.append(" FROM ").append(relation);
    if (!predicates.isEmpty()) {
      sql.append(" WHERE ")
          .append(predicates.stream().map(this::text).collect(Collectors.joining(" AND ")));
    }
    if (limit >= 0) {
      sql.append(" LIMIT ").append(limit);
    }
    return sql.toString();
  }

  /** Whether {@link #select} can write a predicate. */
  public static boolean canSay(Predicate predicate, StructType columns) {
    List<Expression> operands = List.of(predicate.children());
    return switch (predicate.name()) {
      case "AND", "OR" ->
          operands.stream().allMatch(each -> each instanceof Predicate p && canSay(p, columns));
      case "IS_NULL", "IS_NOT_NULL" -> column(operands.get(0), columns).isPresent();
      case "ALWAYS_TRUE", "ALWAYS_FALSE" -> false;
      case "IN" ->
          column(operands.get(0), columns).isPresent()
              && operands.size() > 1
              && operands.stream().skip(1).allMatch(each -> canSay(each, operands.get(0), columns));
      default ->
          COMPARISONS.containsKey(predicate.name())
              && operands.size() == 2
              && canSay(operands.get(1), operands.get(0), columns)
              && (isWhole(operands.get(0), columns) || predicate.name().equals("="));
    };
  }

  private static boolean canSay(Expression value, Expression column, StructType columns) {
    Optional<StructField> field = column(column, columns);
    if (field.isEmpty() || !(value instanceof Literal<?> literal) || literal.value() == null) {
      return false;
    }
    return literal.dataType().equals(field.get().dataType())
        && (isWhole(column, columns) || isPlainText(literal));
  }

  private static boolean isWhole(Expression column, StructType columns) {
    return column(column, columns).filter(field -> WHOLE.contains(field.dataType())).isPresent();
  }

  /** Some servers take a backslash for the beginning of an escape, and some do not. */
  private static boolean isPlainText(Literal<?> literal) {
    return literal.dataType().equals(DataTypes.StringType)
        && literal
            .value()
            .toString()
            .chars()
            .allMatch(each -> each != '\\' && !Character.isISOControl(each));
  }

  private static Optional<StructField> column(Expression expression, StructType columns) {
    return expression instanceof NamedReference name && name.fieldNames().length == 1
        ? Arrays.stream(columns.fields())
            .filter(field -> field.name().equals(name.fieldNames()[0]))
            .findFirst()
        : Optional.empty();
  }

  private String text(Expression expression) {
    if (expression instanceof NamedReference name) {
      return name(name.fieldNames()[0]);
    }
    if (expression instanceof Literal<?> literal) {
      return literal.dataType().equals(DataTypes.StringType)
          ? "'" + literal.value().toString().replace("'", "''") + "'"
          : literal.value().toString();
    }
    Predicate predicate = (Predicate) expression;
    List<String> operands = Arrays.stream(predicate.children()).map(this::text).toList();
    return switch (predicate.name()) {
      case "AND", "OR" -> "(" + String.join(" " + predicate.name() + " ", operands) + ")";
      case "IS_NULL" -> operands.get(0) + " IS NULL";
      case "IS_NOT_NULL" -> operands.get(0) + " IS NOT NULL";
      case "IN" ->
          operands.get(0) + " IN (" + String.join(", ", operands.subList(1, operands.size())) + ")";
      default -> String.join(" " + COMPARISONS.get(predicate.name()) + " ", operands);
    };
  }

  /** A name, in the server's quotes. */
  public String name(String column) {
    return quote + column.replace(quote, quote + quote) + quote;
  }
}
