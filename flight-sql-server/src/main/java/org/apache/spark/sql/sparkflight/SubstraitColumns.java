package org.apache.spark.sql.sparkflight;

import io.substrait.expression.Expression.SortDirection;
import io.substrait.expression.Expression.StructLiteral;
import io.substrait.relation.Join.JoinType;
import io.substrait.type.NamedStruct;
import io.substrait.type.Type;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.analysis.UnresolvedRelation;
import org.apache.spark.sql.catalyst.expressions.Alias;
import org.apache.spark.sql.catalyst.expressions.Ascending$;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.AttributeReference;
import org.apache.spark.sql.catalyst.expressions.Descending$;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.Literal;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.catalyst.expressions.NullsFirst$;
import org.apache.spark.sql.catalyst.expressions.NullsLast$;
import org.apache.spark.sql.catalyst.expressions.SortOrder;
import org.apache.spark.sql.catalyst.plans.FullOuter$;
import org.apache.spark.sql.catalyst.plans.Inner$;
import org.apache.spark.sql.catalyst.plans.LeftAnti$;
import org.apache.spark.sql.catalyst.plans.LeftOuter$;
import org.apache.spark.sql.catalyst.plans.LeftSemi$;
import org.apache.spark.sql.catalyst.plans.RightOuter$;
import org.apache.spark.sql.catalyst.plans.logical.Aggregate;
import org.apache.spark.sql.catalyst.plans.logical.GlobalLimit;
import org.apache.spark.sql.catalyst.plans.logical.Join;
import org.apache.spark.sql.catalyst.plans.logical.JoinHint;
import org.apache.spark.sql.catalyst.plans.logical.LocalLimit;
import org.apache.spark.sql.catalyst.plans.logical.LocalRelation;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Offset;
import org.apache.spark.sql.catalyst.plans.logical.Project;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;
import scala.Option;
import scala.collection.JavaConverters;

/** The plans of {@link SubstraitRelations}, whose columns are known by their places. */
final class SubstraitColumns {
  private final SparkSession session;

  SubstraitColumns(SparkSession session) {
    this.session = session;
  }

  static List<Attribute> of(LogicalPlan plan) {
    return JavaConverters.seqAsJavaList(plan.output());
  }

  static List<DataType> types(LogicalPlan plan) {
    return of(plan).stream().map(Attribute::dataType).toList();
  }

  /** As it is, or analysed: a comparison of numbers of two types has no columns before. */
  LogicalPlan resolved(LogicalPlan plan) {
    return plan.resolved() ? plan : SqlBridge.analyse(session, plan).analyzed();
  }

  /** The columns at some places, each as often as it is named. */
  LogicalPlan emitted(LogicalPlan plan, List<Integer> places) {
    List<Attribute> all = of(plan);
    Set<Integer> seen = new LinkedHashSet<>();
    List<NamedExpression> chosen = new ArrayList<>();
    for (int place : places) {
      if (place < 0 || place >= all.size()) {
        throw new IllegalArgumentException("it emits column %d of %d".formatted(place, all.size()));
      }
      Attribute column = all.get(place);
      chosen.add(seen.add(place) ? column : alias(column, column.name()));
    }
    return new Project(ParameterMarkers.scala(chosen), plan);
  }

  /** With the names of the result. */
  LogicalPlan named(LogicalPlan plan, List<String> names) {
    List<Attribute> all = of(plan);
    if (all.size() != names.size()) {
      throw new IllegalArgumentException(
          "it has %d columns and %d names for them".formatted(all.size(), names.size()));
    }
    List<NamedExpression> columns = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      columns.add(alias(all.get(i), names.get(i)));
    }
    return new Project(ParameterMarkers.scala(columns), plan);
  }

  /**
   * A table or view with the columns that the plan says it has, which it must have, of these types;
   * under names of this use alone, since a table may be read twice.
   */
  LogicalPlan table(List<String> names, NamedStruct schema) {
    LogicalPlan relation =
        new UnresolvedRelation(
            ParameterMarkers.scala(names), CaseInsensitiveStringMap.empty(), false);
    LogicalPlan table = SqlBridge.analyse(session, relation).analyzed();
    String name = String.join(".", names);
    List<Type> types = schema.struct().fields();
    if (schema.names().size() != types.size()) {
      throw new UnsupportedOperationException("it reads columns of %s with fields".formatted(name));
    }
    List<NamedExpression> columns = new ArrayList<>();
    for (int i = 0; i < types.size(); i++) {
      columns.add(column(table, name, schema.names().get(i), types.get(i)));
    }
    return new Project(ParameterMarkers.scala(columns), table);
  }

  private NamedExpression column(LogicalPlan table, String of, String name, Type type) {
    List<Attribute> found =
        of(table).stream()
            .filter(
                each -> (boolean) session.sessionState().conf().resolver().apply(each.name(), name))
            .toList();
    DataType wanted = SubstraitTypes.of(type);
    if (found.size() != 1) {
      throw new IllegalArgumentException(
          "it reads the column %s of %s, of which there are %d".formatted(name, of, found.size()));
    }
    Attribute column = found.get(0);
    if (!DataType.equalsIgnoreNullability(column.dataType(), wanted)) {
      throw new IllegalArgumentException(
          "it reads the column %s of %s as %s, and it is %s"
              .formatted(name, of, wanted.sql(), column.dataType().sql()));
    }
    return alias(column, name);
  }

  /** Rows that the plan brings along. */
  static LogicalPlan values(NamedStruct schema, List<StructLiteral> rows) {
    List<Type> types = schema.struct().fields();
    if (schema.names().size() != types.size()) {
      throw new UnsupportedOperationException("it brings columns with fields");
    }
    List<Attribute> columns = new ArrayList<>();
    for (int i = 0; i < types.size(); i++) {
      columns.add(
          new AttributeReference(
              schema.names().get(i),
              SubstraitTypes.of(types.get(i)),
              true,
              Metadata.empty(),
              NamedExpression.newExprId(),
              ParameterMarkers.scala(List.of())));
    }
    List<InternalRow> values = rows.stream().map(row -> row(columns, row)).toList();
    return new LocalRelation(
        ParameterMarkers.scala(columns), ParameterMarkers.scala(values), false);
  }

  private static InternalRow row(List<Attribute> columns, StructLiteral row) {
    List<Object> values = new ArrayList<>();
    for (int i = 0; i < row.fields().size(); i++) {
      Literal value =
          SubstraitLiterals.of(row.fields().get(i))
              .orElseThrow(() -> new UnsupportedOperationException("it brings nested values"));
      if (i >= columns.size() || !value.dataType().equals(columns.get(i).dataType())) {
        throw new IllegalArgumentException("a row that it brings is not as it says");
      }
      values.add(value.value());
    }
    if (values.size() != columns.size()) {
      throw new IllegalArgumentException("a row that it brings is not as it says");
    }
    return InternalRow.fromSeq(JavaConverters.asScalaBuffer(values).toSeq());
  }

  /** The columns of a plan, and expressions over them. */
  static LogicalPlan added(LogicalPlan input, List<Expression> expressions) {
    List<NamedExpression> columns = new ArrayList<>(of(input));
    expressions.forEach(each -> columns.add(alias(each, "c" + columns.size())));
    return new Project(ParameterMarkers.scala(columns), input);
  }

  static LogicalPlan aggregated(
      LogicalPlan input, List<Attribute> keys, List<Expression> measures) {
    List<NamedExpression> columns = new ArrayList<>(keys);
    measures.forEach(each -> columns.add(alias(each, "m" + columns.size())));
    return new Aggregate(
        ParameterMarkers.scala(List.<Expression>copyOf(keys)),
        ParameterMarkers.scala(columns),
        input);
  }

  static LogicalPlan joined(
      LogicalPlan left, LogicalPlan right, JoinType type, Option<Expression> condition) {
    org.apache.spark.sql.catalyst.plans.JoinType joined =
        switch (type) {
          case INNER -> Inner$.MODULE$;
          case LEFT -> LeftOuter$.MODULE$;
          case RIGHT -> RightOuter$.MODULE$;
          case OUTER -> FullOuter$.MODULE$;
          case SEMI -> LeftSemi$.MODULE$;
          case ANTI -> LeftAnti$.MODULE$;
          default -> throw new UnsupportedOperationException("it has the join " + type);
        };
    return new Join(left, right, joined, condition, JoinHint.NONE());
  }

  static SortOrder order(Expression key, SortDirection direction) {
    boolean up =
        switch (direction) {
          case ASC_NULLS_FIRST, ASC_NULLS_LAST -> true;
          case DESC_NULLS_FIRST, DESC_NULLS_LAST -> false;
          default -> throw new UnsupportedOperationException("it sorts as " + direction);
        };
    boolean first =
        direction == SortDirection.ASC_NULLS_FIRST || direction == SortDirection.DESC_NULLS_FIRST;
    return new SortOrder(
        key,
        up ? Ascending$.MODULE$ : Descending$.MODULE$,
        first ? NullsFirst$.MODULE$ : NullsLast$.MODULE$,
        ParameterMarkers.scala(List.<Expression>of()));
  }

  static LogicalPlan fetched(LogicalPlan input, long offset, OptionalLong count) {
    LogicalPlan rest = offset == 0 ? input : new Offset(number(offset), input);
    return count.isEmpty()
        ? rest
        : new GlobalLimit(
            number(count.getAsLong()), new LocalLimit(number(count.getAsLong()), rest));
  }

  private static Literal number(long rows) {
    if (rows < 0 || rows > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "it counts %d rows, and Spark at most %d".formatted(rows, Integer.MAX_VALUE));
    }
    return new Literal((int) rows, DataTypes.IntegerType);
  }

  private static Alias alias(Expression expression, String name) {
    return new Alias(
        expression,
        name,
        NamedExpression.newExprId(),
        ParameterMarkers.scala(List.<String>of()),
        Option.empty(),
        ParameterMarkers.scala(List.<String>of()));
  }
}
