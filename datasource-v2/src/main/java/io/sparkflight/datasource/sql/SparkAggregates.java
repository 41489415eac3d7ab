package io.sparkflight.datasource.sql;

import java.util.Optional;
import java.util.function.Function;
import org.apache.spark.sql.connector.expressions.Expression;
import org.apache.spark.sql.connector.expressions.aggregate.AggregateFunc;
import org.apache.spark.sql.connector.expressions.aggregate.Avg;
import org.apache.spark.sql.connector.expressions.aggregate.Count;
import org.apache.spark.sql.connector.expressions.aggregate.CountStar;
import org.apache.spark.sql.connector.expressions.aggregate.Max;
import org.apache.spark.sql.connector.expressions.aggregate.Min;
import org.apache.spark.sql.connector.expressions.aggregate.Sum;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DecimalType;

/**
 * Aggregates in the SQL of a server that speaks as Spark does, of the type that Spark's own has.
 *
 * <p>What a sum that overflows becomes depends on settings and on the function (an error, a wrong
 * number, a null), so that sums are said where they cannot: of up to 28 digits there would have to
 * be more than ten thousand million rows, of INT more than four. A sum of BIGINT is an error if it
 * does not fit.
 */
final class SparkAggregates {
  private static final int MOST_DIGITS = DecimalType.MAX_PRECISION() - 10;

  /** An exact sum, which is refused in words if it is not a BIGINT. */
  private static final String SUM_OF_LONG =
      """
      CASE WHEN %1$s BETWEEN -9223372036854775808BD AND 9223372036854775807BD OR %1$s IS NULL \
      THEN CAST(%1$s AS BIGINT) ELSE CAST(RAISE_ERROR('Cannot sum up a BIGINT column: the sum does \
      not fit into BIGINT. Cast the column to DECIMAL, or read with pushdown=false.') AS BIGINT) END""";

  private final Function<Expression, Optional<Term>> terms;

  /**
   * @param terms says operands
   */
  SparkAggregates(Function<Expression, Optional<Term>> terms) {
    this.terms = terms;
  }

  Optional<Term> of(AggregateFunc function) {
    if (function instanceof CountStar) {
      return Optional.of(new Term("COUNT(*)", DataTypes.LongType));
    } else if (function instanceof Count count) {
      return operand(count.column())
          .map(each -> new Term(call("COUNT", count.isDistinct(), each), DataTypes.LongType));
    } else if (function instanceof Min min) {
      return operand(min.column()).map(each -> new Term(call("MIN", false, each), each.type()));
    } else if (function instanceof Max max) {
      return operand(max.column()).map(each -> new Term(call("MAX", false, each), each.type()));
    } else if (function instanceof Sum sum) {
      return operand(sum.column()).flatMap(each -> sum(each, sum.isDistinct()));
    } else if (function instanceof Avg avg) {
      return operand(avg.column()).flatMap(each -> average(each, avg.isDistinct()));
    }
    return Optional.empty();
  }

  private Optional<Term> operand(Expression expression) {
    return terms.apply(expression).filter(term -> SparkTypes.isPlain(term.type()));
  }

  private static Optional<Term> sum(Term each, boolean distinct) {
    DataType type = each.type();
    if (type.equals(DataTypes.LongType)) {
      Term exact = new Term("CAST(%s AS DECIMAL(%d,0))".formatted(each.text(), MOST_DIGITS), type);
      return Optional.of(
          new Term(SUM_OF_LONG.formatted(call("SUM", distinct, exact)), DataTypes.LongType));
    }
    if (SparkTypes.isWhole(type)) {
      return Optional.of(new Term(call("SUM", distinct, each), DataTypes.LongType));
    }
    if (SparkTypes.isFloating(type)) {
      return Optional.of(new Term(call("SUM", distinct, each), DataTypes.DoubleType));
    }
    return type instanceof DecimalType decimal && decimal.precision() <= MOST_DIGITS
        ? Optional.of(
            new Term(
                call("SUM", distinct, each),
                new DecimalType(decimal.precision() + 10, decimal.scale())))
        : Optional.empty();
  }

  /** A quotient of decimals is rounded as a setting says: Spark divides sum and count itself. */
  private static Optional<Term> average(Term each, boolean distinct) {
    return SparkTypes.isWhole(each.type()) || SparkTypes.isFloating(each.type())
        ? Optional.of(new Term(call("AVG", distinct, each), DataTypes.DoubleType))
        : Optional.empty();
  }

  private static String call(String function, boolean distinct, Term operand) {
    return "%s(%s%s)".formatted(function, distinct ? "DISTINCT " : "", operand.text());
  }
}
