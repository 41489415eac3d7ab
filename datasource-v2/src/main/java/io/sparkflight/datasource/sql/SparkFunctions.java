package io.sparkflight.datasource.sql;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.spark.sql.connector.expressions.Expression;
import org.apache.spark.sql.connector.expressions.GeneralScalarExpression;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;

/** Functions in the SQL of a server that speaks as Spark does: those that it has told. */
final class SparkFunctions {
  private final Dialect dialect;
  private final Function<Expression, Optional<Term>> terms;

  /**
   * @param terms says operands
   */
  SparkFunctions(Dialect dialect, Function<Expression, Optional<Term>> terms) {
    this.dialect = dialect;
    this.terms = terms;
  }

  /** A call. */
  Optional<Term> of(Expression expression) {
    if (!(expression instanceof GeneralScalarExpression call)) {
      return Optional.empty();
    }
    List<Expression> given = List.of(call.children());
    return call.name().equals("CASE_WHEN")
        ? choice(given)
        : Optional.of(call.name())
            .filter(dialect.functions()::contains)
            .flatMap(
                name ->
                    all(given, terms).flatMap(operands -> call(name, operands, types(operands))));
  }

  private static List<DataType> types(List<Term> operands) {
    return operands.stream().map(Term::type).toList();
  }

  private static Optional<Term> call(String name, List<Term> operands, List<DataType> types) {
    DataType type =
        switch (name) {
          case "COALESCE", "GREATEST", "LEAST" ->
              types.stream().distinct().count() == 1 && SparkTypes.isPlain(types.get(0))
                  ? types.get(0)
                  : DataTypes.NullType;
          case "CHAR_LENGTH" ->
              types.equals(List.of(DataTypes.StringType))
                  ? DataTypes.IntegerType
                  : DataTypes.NullType;
          case "CONCAT" -> text(types.stream().allMatch(DataTypes.StringType::equals));
          case "TRIM", "LTRIM", "RTRIM" -> text(types.equals(List.of(DataTypes.StringType)));
          case "SUBSTRING" ->
              text(
                  types.get(0).equals(DataTypes.StringType)
                      && types.stream().skip(1).allMatch(DataTypes.IntegerType::equals));
          default -> DataTypes.NullType;
        };
    return Optional.of(new Term(call(name, operands), type))
        .filter(term -> !term.type().equals(DataTypes.NullType));
  }

  private static DataType text(boolean holds) {
    return holds ? DataTypes.StringType : DataTypes.NullType;
  }

  /**
   * CASE WHEN of conditions and values in turn, and of another value at the end if they are odd.
   */
  Optional<Term> choice(List<Expression> turns) {
    return all(turns, terms)
        .flatMap(
            operands -> {
              StringBuilder text = new StringBuilder("(CASE");
              List<DataType> values = new ArrayList<>();
              List<DataType> conditions = new ArrayList<>();
              for (int i = 0; i + 1 < operands.size(); i += 2) {
                text.append(" WHEN ").append(operands.get(i).text());
                text.append(" THEN ").append(operands.get(i + 1).text());
                conditions.add(operands.get(i).type());
                values.add(operands.get(i + 1).type());
              }
              if (operands.size() % 2 == 1) {
                Term last = operands.get(operands.size() - 1);
                text.append(" ELSE ").append(last.text());
                values.add(last.type());
              }
              boolean sound =
                  conditions.stream().allMatch(DataTypes.BooleanType::equals)
                      && values.stream().distinct().count() == 1
                      && SparkTypes.isPlain(values.get(0));
              return sound
                  ? Optional.of(new Term(text.append(" END)").toString(), values.get(0)))
                  : Optional.empty();
            });
  }

  /** A call by name. */
  static String call(String function, List<Term> operands) {
    return operands.stream().map(Term::text).collect(Collectors.joining(", ", function + "(", ")"));
  }

  /** All of them, or nothing. */
  static Optional<List<Term>> all(
      List<Expression> expressions, Function<Expression, Optional<Term>> say) {
    List<Term> said = expressions.stream().map(say).flatMap(Optional::stream).toList();
    return Optional.of(said).filter(each -> !each.isEmpty() && each.size() == expressions.size());
  }
}
