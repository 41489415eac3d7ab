package io.sparkflight.datasource.sql;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.spark.sql.connector.expressions.Cast;
import org.apache.spark.sql.connector.expressions.Expression;
import org.apache.spark.sql.connector.expressions.Extract;
import org.apache.spark.sql.connector.expressions.Literal;
import org.apache.spark.sql.connector.expressions.NamedReference;
import org.apache.spark.sql.connector.expressions.aggregate.AggregateFunc;
import org.apache.spark.sql.connector.expressions.filter.Predicate;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * For a server that speaks as Spark does. Everything has its type, so that the server converts
 * nothing by itself, and nothing is said whose meaning a setting of the server's session could
 * change: arithmetic (ANSI), conversions to and from texts and times (ANSI, zone), parts of moments
 * (zone), capitals (the JVM's language).
 */
final class SparkExpressions implements Expressions {
  private static final Map<String, String> COMPARISONS =
      Map.of("=", "=", "<=>", "<=>", "<>", "<>", "<", "<", "<=", "<=", ">", ">", ">=", ">=");

  private static final Map<String, String> TEXT_PREDICATES =
      Map.of("STARTS_WITH", "STARTSWITH", "ENDS_WITH", "ENDSWITH", "CONTAINS", "CONTAINS");

  /** The parts of a day, as the grammar has them. */
  private static final Map<String, String> PARTS =
      Map.of(
          "YEAR",
          "YEAR",
          "QUARTER",
          "QUARTER",
          "MONTH",
          "MONTH",
          "DAY",
          "DAY",
          "DAY_OF_YEAR",
          "DOY",
          "WEEK",
          "WEEK",
          "YEAR_OF_WEEK",
          "YEAROFWEEK");

  private final Dialect dialect;
  private final SparkColumns columns;
  private final SparkFunctions functions;
  private final SparkAggregates aggregates;

  SparkExpressions(Dialect dialect, StructType columns) {
    this.dialect = dialect;
    this.columns = new SparkColumns(dialect.names(), columns);
    this.functions = new SparkFunctions(dialect, this::term);
    this.aggregates = new SparkAggregates(this::term);
  }

  @Override
  public Optional<Term> predicate(Predicate predicate) {
    return term(predicate).filter(term -> term.type().equals(DataTypes.BooleanType));
  }

  @Override
  public Optional<Term> group(Expression expression) {
    return order(expression).filter(term -> canBeOutput(expression));
  }

  /** A number alone would be the place of a column. */
  @Override
  public Optional<Term> order(Expression expression) {
    return expression instanceof Literal<?> ? Optional.empty() : plain(expression);
  }

  @Override
  public Optional<Term> aggregate(AggregateFunc function) {
    return aggregates.of(function).filter(term -> canBeOutput(function));
  }

  /**
   * Under {@code spark.sql.parser.quotedRegexColumnNames} a quoted name among the outputs of a
   * query is a pattern: only these mean themselves.
   */
  private static boolean canBeOutput(Expression expression) {
    return Arrays.stream(expression.references())
        .allMatch(column -> SparkColumns.isPlain(column.fieldNames()[0]));
  }

  private Optional<Term> plain(Expression expression) {
    return term(expression).filter(term -> SparkTypes.isPlain(term.type()));
  }

  private Optional<Term> term(Expression expression) {
    if (expression instanceof NamedReference column) {
      return columns.of(column);
    }
    if (expression instanceof Literal<?> literal) {
      return SparkLiterals.of(literal);
    }
    if (expression instanceof Cast cast) {
      return cast(cast);
    }
    if (expression instanceof Extract extract) {
      return part(extract);
    }
    return expression instanceof Predicate predicate
        ? condition(predicate).map(text -> new Term(text, DataTypes.BooleanType))
        : functions.of(expression);
  }

  private Optional<Term> cast(Cast cast) {
    DataType to = cast.dataType();
    return term(cast.expression())
        .filter(from -> SparkTypes.widens(from.type(), to))
        .map(from -> new Term("CAST(%s AS %s)".formatted(from.text(), to.sql()), to));
  }

  private Optional<Term> part(Extract part) {
    return Optional.ofNullable(PARTS.get(part.field()))
        .flatMap(
            name ->
                term(part.source())
                    .filter(day -> day.type().equals(DataTypes.DateType))
                    .map(day -> "EXTRACT(%s FROM %s)".formatted(name, day.text())))
        .map(text -> new Term(text, DataTypes.IntegerType));
  }

  private Optional<String> condition(Predicate predicate) {
    List<Expression> operands = List.of(predicate.children());
    return switch (predicate.name()) {
      case "AND", "OR" -> joined(predicate);
      case "NOT" -> term(operands.get(0)).map(each -> "(NOT %s)".formatted(each.text()));
      case "IS_NULL" -> term(operands.get(0)).map(each -> "(%s IS NULL)".formatted(each.text()));
      case "IS_NOT_NULL" ->
          term(operands.get(0)).map(each -> "(%s IS NOT NULL)".formatted(each.text()));
      case "IN" ->
          alike(operands)
              .filter(each -> each.size() > 1)
              .map(
                  each ->
                      "(%s IN (%s))"
                          .formatted(each.get(0), String.join(", ", each.subList(1, each.size()))));
      case "STARTS_WITH", "ENDS_WITH", "CONTAINS" -> textPredicate(predicate.name(), operands);
      case "CASE_WHEN" -> functions.choice(operands).map(Term::text);
      default ->
          Optional.ofNullable(COMPARISONS.get(predicate.name()))
              .flatMap(
                  operator ->
                      alike(operands)
                          .map(each -> "(" + String.join(" " + operator + " ", each) + ")"));
    };
  }

  private Optional<String> textPredicate(String name, List<Expression> operands) {
    String function = TEXT_PREDICATES.getOrDefault(name, name);
    return Optional.of(operands)
        .filter(any -> dialect.functions().contains(function))
        .flatMap(this::terms)
        .filter(each -> each.stream().allMatch(one -> one.type().equals(DataTypes.StringType)))
        .map(each -> SparkFunctions.call(function, each));
  }

  /** A chain of the same operator is one of any length, not one inside the other. */
  private Optional<String> joined(Predicate chain) {
    List<String> links = new ArrayList<>();
    return collect(chain, chain.name(), links)
        ? Optional.of("(" + String.join(" " + chain.name() + " ", links) + ")")
        : Optional.empty();
  }

  private boolean collect(Predicate chain, String operator, List<String> links) {
    return Arrays.stream(chain.children())
        .allMatch(
            link ->
                (link instanceof Predicate same && same.name().equals(operator))
                    ? collect(same, operator, links)
                    : term(link).map(term -> links.add(term.text())).orElse(false));
  }

  /** The texts of values that are compared: plain ones, all of the same type. */
  private Optional<List<String>> alike(List<Expression> operands) {
    return terms(operands)
        .filter(each -> SparkTypes.isPlain(each.get(0).type()))
        .filter(each -> each.stream().map(Term::type).distinct().count() == 1)
        .map(each -> each.stream().map(SparkExpressions::compared).collect(Collectors.toList()));
  }

  /** Not the column itself: one of type CHAR would be compared as if both had its length. */
  private static String compared(Term term) {
    boolean column = term.text().startsWith("`") && term.type().equals(DataTypes.StringType);
    return column ? "CAST(%s AS STRING)".formatted(term.text()) : term.text();
  }

  private Optional<List<Term>> terms(List<Expression> operands) {
    return SparkFunctions.all(operands, this::term);
  }
}
