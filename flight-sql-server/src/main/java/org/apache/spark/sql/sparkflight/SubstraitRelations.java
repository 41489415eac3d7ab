package org.apache.spark.sql.sparkflight;

import io.substrait.expression.Expression.SortField;
import io.substrait.expression.Expression.StructLiteral;
import io.substrait.plan.Plan;
import io.substrait.relation.AbstractReadRel;
import io.substrait.relation.AbstractRelVisitor;
import io.substrait.relation.Aggregate;
import io.substrait.relation.Cross;
import io.substrait.relation.EmptyScan;
import io.substrait.relation.Fetch;
import io.substrait.relation.Filter;
import io.substrait.relation.Join;
import io.substrait.relation.NamedScan;
import io.substrait.relation.Project;
import io.substrait.relation.Rel;
import io.substrait.relation.Set;
import io.substrait.relation.Sort;
import io.substrait.relation.VirtualTableScan;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.SortOrder;
import org.apache.spark.sql.catalyst.plans.logical.Distinct;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Union;
import scala.Option;

/**
 * Spark's plan for one of Substrait, as its specification defines each relation: which columns it
 * has, in which order, and which of them it emits. A relation or function without an equal in Spark
 * is an {@link UnsupportedOperationException}, a plan that contradicts itself or the catalog an
 * {@link IllegalArgumentException}; the message completes "Cannot convert the plan: …".
 */
public final class SubstraitRelations extends AbstractRelVisitor<LogicalPlan, RuntimeException> {
  private final SparkSession session;
  private final SubstraitColumns columns;

  private SubstraitRelations(SparkSession session) {
    this.session = session;
    this.columns = new SubstraitColumns(session);
  }

  /** The plan of the only root, with the names that it gives its columns. Looks tables up. */
  public static LogicalPlan plan(SparkSession session, Plan plan) {
    return SqlBridge.active(
        session,
        () -> {
          Plan.Root root = plan.getRoots().get(0);
          SubstraitRelations relations = new SubstraitRelations(session);
          return relations.columns.named(relations.of(root.getInput()), root.getNames());
        });
  }

  private LogicalPlan of(Rel relation) {
    LogicalPlan all = columns.resolved(relation.accept(this));
    return relation.getRemap().isPresent()
        ? columns.emitted(all, relation.getRemap().get().indices())
        : all;
  }

  private SubstraitExpressions over(LogicalPlan... inputs) {
    List<Attribute> all =
        Stream.of(inputs).flatMap(input -> SubstraitColumns.of(input).stream()).toList();
    return new SubstraitExpressions(session, all, this::of);
  }

  @Override
  public LogicalPlan visitFallback(Rel other) {
    String name = other.getClass().getSimpleName().replace("Immutable", "");
    throw new UnsupportedOperationException("it has the relation " + name);
  }

  @Override
  public LogicalPlan visit(NamedScan scan) {
    return filtered(scan, columns.table(scan.getNames(), scan.getInitialSchema()));
  }

  @Override
  public LogicalPlan visit(VirtualTableScan scan) {
    List<StructLiteral> rows = scan.getRows();
    return filtered(scan, SubstraitColumns.values(scan.getInitialSchema(), rows));
  }

  @Override
  public LogicalPlan visit(EmptyScan scan) {
    return filtered(scan, SubstraitColumns.values(scan.getInitialSchema(), List.of()));
  }

  private LogicalPlan filtered(AbstractReadRel scan, LogicalPlan rows) {
    return scan.getFilter().isPresent()
        ? new org.apache.spark.sql.catalyst.plans.logical.Filter(
            over(rows).of(scan.getFilter().get()), rows)
        : rows;
  }

  @Override
  public LogicalPlan visit(Filter filter) {
    LogicalPlan input = of(filter.getInput());
    return new org.apache.spark.sql.catalyst.plans.logical.Filter(
        over(input).of(filter.getCondition()), input);
  }

  @Override
  public LogicalPlan visit(Project project) {
    LogicalPlan input = of(project.getInput());
    SubstraitExpressions expressions = over(input);
    return SubstraitColumns.added(
        input, project.getExpressions().stream().map(expressions::of).toList());
  }

  @Override
  public LogicalPlan visit(Join join) {
    LogicalPlan left = of(join.getLeft());
    LogicalPlan right = of(join.getRight());
    Option<Expression> condition =
        Option.apply(join.getCondition().map(over(left, right)::of).orElse(null));
    return SubstraitColumns.joined(left, right, join.getJoinType(), condition);
  }

  @Override
  public LogicalPlan visit(Cross cross) {
    return SubstraitColumns.joined(
        of(cross.getLeft()), of(cross.getRight()), Join.JoinType.INNER, Option.empty());
  }

  /** Several sets of groups would add a column that tells them apart. */
  @Override
  public LogicalPlan visit(Aggregate aggregate) {
    if (aggregate.getGroupings().size() > 1) {
      throw new UnsupportedOperationException("it groups by several sets of expressions");
    }
    LogicalPlan input = of(aggregate.getInput());
    List<Expression> groups = new ArrayList<>();
    SubstraitExpressions expressions = over(input);
    aggregate
        .getGroupings()
        .forEach(each -> each.getExpressions().forEach(key -> groups.add(expressions.of(key))));
    // As columns of their own: Spark takes a number among them for the place of a column.
    LogicalPlan grouped =
        columns.resolved(groups.isEmpty() ? input : SubstraitColumns.added(input, groups));
    List<Attribute> keys =
        SubstraitColumns.of(grouped).subList(input.output().size(), grouped.output().size());
    SubstraitExpressions measures = over(input);
    return SubstraitColumns.aggregated(
        grouped,
        keys,
        aggregate.getMeasures().stream()
            .map(each -> measures.aggregate(each.getFunction(), each.getPreMeasureFilter()))
            .toList());
  }

  /** A constant orders nothing, and Spark takes a number for the place of a column. */
  @Override
  public LogicalPlan visit(Sort sort) {
    LogicalPlan input = of(sort.getInput());
    SubstraitExpressions expressions = over(input);
    List<SortOrder> orders = new ArrayList<>();
    for (SortField field : sort.getSortFields()) {
      Expression key = expressions.of(field.expr());
      if (!key.foldable()) {
        orders.add(SubstraitColumns.order(key, field.direction()));
      }
    }
    return orders.isEmpty()
        ? input
        : new org.apache.spark.sql.catalyst.plans.logical.Sort(
            ParameterMarkers.scala(orders), true, input);
  }

  @Override
  public LogicalPlan visit(Fetch fetch) {
    return ofSpark(fetch)
        ? SubstraitColumns.fetched(of(((Fetch) fetch.getInput()).getInput()), 0, fetch.getCount())
        : SubstraitColumns.fetched(of(fetch.getInput()), fetch.getOffset(), fetch.getCount());
  }

  /**
   * Version 0.36 of Spark's producer writes a limit as two, of the whole and of each partition,
   * which it tells apart by offsets that mean something else: 1 and -1. No other plan has both.
   */
  private static boolean ofSpark(Fetch whole) {
    return whole.getOffset() == 1
        && whole.getInput() instanceof Fetch partition
        && partition.getOffset() == -1
        && partition.getRemap().isEmpty()
        && partition.getCount().equals(whole.getCount());
  }

  @Override
  public LogicalPlan visit(Set set) {
    List<LogicalPlan> inputs = set.getInputs().stream().map(this::of).toList();
    if (inputs.stream().map(SubstraitColumns::types).distinct().count() != 1) {
      throw new IllegalArgumentException("the inputs of a union have different columns");
    }
    LogicalPlan all = new Union(ParameterMarkers.scala(inputs), false, false);
    return switch (set.getSetOp()) {
      case UNION_ALL -> all;
      case UNION_DISTINCT -> new Distinct(all);
      default -> throw new UnsupportedOperationException("it has the set " + set.getSetOp());
    };
  }
}
