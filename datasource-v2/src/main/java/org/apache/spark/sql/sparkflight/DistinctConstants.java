package org.apache.spark.sql.sparkflight;

import java.util.function.Predicate;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.SparkSessionExtensions;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.GreaterThan;
import org.apache.spark.sql.catalyst.expressions.If;
import org.apache.spark.sql.catalyst.expressions.Literal;
import org.apache.spark.sql.catalyst.expressions.aggregate.AggregateExpression;
import org.apache.spark.sql.catalyst.expressions.aggregate.Count;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.rules.Rule;
import org.apache.spark.sql.connector.catalog.Table;
import org.apache.spark.sql.execution.datasources.v2.DataSourceV2Relation;
import org.apache.spark.sql.types.DataTypes;
import scala.collection.JavaConverters;
import scala.runtime.AbstractFunction1;
import scala.runtime.AbstractPartialFunction;

/**
 * Says {@code count(DISTINCT constant)} as 1 if there are rows, and 0 if there are none. Spark 3.5
 * would ask a source for {@code COUNT(*)} instead: {@code DataSourceStrategy} takes a count of any
 * constant for one of rows, and forgets the DISTINCT.
 */
public final class DistinctConstants extends Rule<LogicalPlan> {
  private final Predicate<Table> ours;

  private DistinctConstants(Predicate<Table> ours) {
    this.ours = ours;
  }

  /**
   * {@code SparkSessionExtensions.injectOptimizerRule}, whose rules are done before aggregates are
   * pushed down, and after constants have got to where they are counted (Spark 3.5).
   *
   * @param ours the tables whose aggregates are meant
   */
  public static void inject(SparkSessionExtensions extensions, Predicate<Table> ours) {
    extensions.injectOptimizerRule(
        new AbstractFunction1<SparkSession, Rule<LogicalPlan>>() {
          @Override
          public Rule<LogicalPlan> apply(SparkSession session) {
            return new DistinctConstants(ours);
          }
        });
  }

  @Override
  public LogicalPlan apply(LogicalPlan plan) {
    return JavaConverters.seqAsJavaList(plan.collectLeaves()).stream()
            .anyMatch(leaf -> leaf instanceof DataSourceV2Relation read && ours.test(read.table()))
        ? plan.transformAllExpressions(new Counts())
        : plan;
  }

  private static final class Counts extends AbstractPartialFunction<Expression, Expression> {
    @Override
    public boolean isDefinedAt(Expression expression) {
      return expression instanceof AggregateExpression call
          && call.isDistinct()
          && call.aggregateFunction() instanceof Count count
          && JavaConverters.seqAsJavaList(count.children()).stream().allMatch(Expression::foldable);
    }

    /** Every row has the same value, or a null that does not count. */
    @Override
    public Expression apply(Expression expression) {
      AggregateExpression distinct = (AggregateExpression) expression;
      Expression rows =
          distinct.copy(
              distinct.aggregateFunction(),
              distinct.mode(),
              false,
              distinct.filter(),
              distinct.resultId());
      return new If(new GreaterThan(rows, number(0)), number(1), number(0));
    }

    private static Literal number(long value) {
      return new Literal(value, DataTypes.LongType);
    }
  }
}
