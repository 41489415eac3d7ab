package org.apache.spark.sql.sparkflight;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.Literal;
import org.apache.spark.sql.catalyst.expressions.SubqueryExpression;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import scala.Option;

/**
 * Puts values into a plan that was analysed with samples in their places. That is right where the
 * analysis did not depend on the samples: each of them is still there, and no expression around one
 * changes its type or is refused with the value. Otherwise the statement has to be analysed with
 * the values.
 */
final class PlanTemplate {
  private final List<Literal> values;
  private final Set<Integer> filled = new HashSet<>();
  private boolean depends;

  private PlanTemplate(List<Literal> values) {
    this.values = values;
  }

  /** The plan with values, analysed and checked; empty if it has to be analysed with them. */
  static Optional<LogicalPlan> fill(
      SparkSession session, LogicalPlan analysed, List<Literal> samples, List<Literal> values) {
    if (values.isEmpty()) {
      return Optional.of(analysed);
    }
    for (int i = 0; i < values.size(); i++) {
      if (samples.get(i).value() != null && values.get(i).value() == null) {
        return Optional.empty(); // columns above it would still say that they have no nulls
      }
    }
    PlanTemplate template = new PlanTemplate(values);
    try {
      LogicalPlan plan = template.fill(analysed);
      if (template.depends || template.filled.size() < values.size()) {
        return Optional.empty();
      }
      session.sessionState().analyzer().checkAnalysis(plan);
      plan.setAnalyzed();
      return Optional.of(plan);
    } catch (UnsupportedOperationException e) { // by expressions that have no type, as frames
      return Optional.empty();
    }
  }

  private LogicalPlan fill(LogicalPlan plan) {
    LogicalPlan inner = plan.mapChildren(child -> fill(child));
    return inner.mapExpressions(this::fill);
  }

  private Expression fill(Expression expression) {
    Option<Integer> number = expression.getTagValue(ParameterTypes.NUMBER);
    if (number.isDefined()) {
      return value(expression, number.get());
    }
    Expression filled = expression.mapChildren(child -> fill(child));
    if (filled instanceof SubqueryExpression subquery) {
      LogicalPlan plan = fill(subquery.plan());
      filled = plan == subquery.plan() ? filled : (Expression) subquery.withNewPlan(plan);
    }
    if (filled != expression
        && !(filled.resolved() && filled.dataType().equals(expression.dataType()))) {
      depends = true;
    }
    return filled;
  }

  private Expression value(Expression sample, int number) {
    Literal value = values.get(number);
    filled.add(number);
    if (!sample.dataType().equals(value.dataType())) {
      depends = true;
    }
    return value;
  }
}
