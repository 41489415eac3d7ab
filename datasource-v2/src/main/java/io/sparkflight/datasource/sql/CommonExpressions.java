package io.sparkflight.datasource.sql;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.spark.sql.connector.expressions.Expression;
import org.apache.spark.sql.connector.expressions.Literal;
import org.apache.spark.sql.connector.expressions.NamedReference;
import org.apache.spark.sql.connector.expressions.aggregate.AggregateFunc;
import org.apache.spark.sql.connector.expressions.aggregate.Count;
import org.apache.spark.sql.connector.expressions.aggregate.CountStar;
import org.apache.spark.sql.connector.expressions.aggregate.Max;
import org.apache.spark.sql.connector.expressions.aggregate.Min;
import org.apache.spark.sql.connector.expressions.filter.Predicate;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * What every SQL has in common. A predicate is written only where no server could leave out a row
 * that Spark would keep: whole numbers are compared alike everywhere; equal texts are equal under
 * every collation, while their order is not the same under all. Floating numbers (NaN), times
 * (zones) and negations are Spark's. Whole numbers can also be grouped, counted and compared for
 * the least and the most; how a sum overflows, and how texts are counted under a collation, is not
 * the same everywhere.
 */
final class CommonExpressions implements Expressions {
  private static final Map<String, String> COMPARISONS =
      Map.of("=", "=", "<", "<", "<=", "<=", ">", ">", ">=", ">=");

  private final Dialect dialect;
  private final StructType columns;

  CommonExpressions(Dialect dialect, StructType columns) {
    this.dialect = dialect;
    this.columns = columns;
  }

  @Override
  public Optional<Term> predicate(Predicate predicate) {
    return text(predicate).map(text -> new Term(text, DataTypes.BooleanType));
  }

  @Override
  public Optional<Term> group(Expression expression) {
    return whole(expression);
  }

  /** Where nulls come, and how that is said, differs. */
  @Override
  public Optional<Term> order(Expression expression) {
    return Optional.empty();
  }

  @Override
  public Optional<Term> aggregate(AggregateFunc function) {
    if (function instanceof CountStar) {
      return Optional.of(new Term("COUNT(*)", DataTypes.LongType));
    } else if (function instanceof Count count && !count.isDistinct()) {
      return column(count.column())
          .map(each -> new Term("COUNT(%s)".formatted(each.text()), DataTypes.LongType));
    } else if (function instanceof Min min) {
      return whole(min.column()).map(each -> new Term("MIN(" + each.text() + ")", each.type()));
    } else if (function instanceof Max max) {
      return whole(max.column()).map(each -> new Term("MAX(" + each.text() + ")", each.type()));
    }
    return Optional.empty();
  }

  private Optional<String> text(Predicate predicate) {
    List<Expression> operands = List.of(predicate.children());
    return switch (predicate.name()) {
      case "AND", "OR" ->
          joined(
              operands.stream().map(each -> each instanceof Predicate p ? text(p) : none()),
              operands.size(),
              " " + predicate.name() + " ");
      case "IS_NULL" -> column(operands.get(0)).map(each -> each.text() + " IS NULL");
      case "IS_NOT_NULL" -> column(operands.get(0)).map(each -> each.text() + " IS NOT NULL");
      case "IN" ->
          column(operands.get(0))
              .flatMap(
                  each ->
                      joined(
                              operands.stream().skip(1).map(value -> value(value, each)),
                              operands.size() - 1,
                              ", ")
                          .map(values -> each.text() + " IN " + values));
      default -> comparison(COMPARISONS.get(predicate.name()), operands);
    };
  }

  private Optional<String> comparison(@Nullable String operator, List<Expression> operands) {
    if (operator == null || operands.size() != 2) {
      return none();
    }
    return column(operands.get(0))
        .filter(each -> SparkTypes.isWhole(each.type()) || operator.equals("="))
        .flatMap(
            each ->
                value(operands.get(1), each)
                    .map(value -> each.text() + " " + operator + " " + value));
  }

  /** All of them in parentheses, or nothing. */
  private static Optional<String> joined(
      Stream<Optional<String>> parts, int count, String between) {
    List<String> said = parts.flatMap(Optional::stream).toList();
    return said.size() == count && count > 0
        ? Optional.of("(" + String.join(between, said) + ")")
        : none();
  }

  private static Optional<String> none() {
    return Optional.empty();
  }

  private Optional<String> value(Expression value, Term column) {
    if (!(value instanceof Literal<?> literal)
        || literal.value() == null
        || !literal.dataType().equals(column.type())) {
      return none();
    }
    if (SparkTypes.isWhole(column.type())) {
      return Optional.of(literal.value().toString());
    }
    // How a quote or a backslash is written differs, even between two that speak as Spark does.
    return column.type().equals(DataTypes.StringType)
        ? SparkLiterals.plain(literal.value()).map(text -> "'" + text + "'")
        : none();
  }

  private Optional<Term> whole(Expression expression) {
    return column(expression).filter(each -> SparkTypes.isWhole(each.type()));
  }

  /** Of a server that has not told how names are quoted there is none that could be said. */
  private Optional<Term> column(Expression expression) {
    return dialect.told()
            && expression instanceof NamedReference name
            && name.fieldNames().length == 1
        ? Arrays.stream(columns.fields())
            .filter(field -> field.name().equals(name.fieldNames()[0]))
            .map(StructField::dataType)
            .findFirst()
            .map(type -> new Term(dialect.names().name(name.fieldNames()[0]), type))
        : Optional.empty();
  }
}
