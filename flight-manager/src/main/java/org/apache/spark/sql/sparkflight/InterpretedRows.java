package org.apache.spark.sql.sparkflight;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.stream.Stream;
import org.apache.spark.SparkThrowable;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.BasePredicate;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.HigherOrderFunction;
import org.apache.spark.sql.catalyst.expressions.InterpretedProjection;
import org.apache.spark.sql.catalyst.expressions.MultiLikeBase;
import org.apache.spark.sql.catalyst.expressions.PlanExpression;
import org.apache.spark.sql.catalyst.expressions.Predicate$;
import org.apache.spark.sql.catalyst.expressions.RegExpExtractBase;
import org.apache.spark.sql.catalyst.expressions.RegExpReplace;
import org.apache.spark.sql.catalyst.expressions.StringRegexExpression;
import org.apache.spark.sql.catalyst.expressions.StringSplit;
import org.apache.spark.sql.catalyst.expressions.Unevaluable;
import org.apache.spark.sql.catalyst.expressions.UserDefinedExpression;
import org.apache.spark.sql.catalyst.expressions.objects.InvokeLike;
import org.apache.spark.sql.execution.columnar.ColumnarIterator;
import org.apache.spark.sql.execution.columnar.DefaultCachedBatch;
import org.apache.spark.sql.execution.columnar.GenerateColumnAccessor$;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.UserDefinedType;
import org.jspecify.annotations.Nullable;
import scala.collection.JavaConverters;
import scala.collection.Seq;

/**
 * The rows of cached batches, filtered and computed by interpreted expressions. Only the columns
 * that these name are unpacked. A row may change when the next one is asked for. One thread.
 */
final class InterpretedRows implements Iterator<InternalRow> {
  private final ColumnarIterator input;
  private final List<BasePredicate> filters;
  private final InterpretedProjection projection;
  private int left;
  private @Nullable InternalRow next;

  /**
   * @param columns what to compute of each row
   * @param filters all of which a row has to pass
   * @param table the columns of the batches
   * @param limit the most rows to return
   */
  InterpretedRows(
      List<Expression> columns,
      List<Expression> filters,
      List<Attribute> table,
      List<DefaultCachedBatch> batches,
      int limit) {
    List<Attribute> needed = new ArrayList<>(table);
    needed.removeIf(column -> !named(column, columns) && !named(column, filters));
    Seq<Attribute> schema = scala(needed);
    DataType[] types = needed.stream().map(InterpretedRows::stored).toArray(DataType[]::new);
    this.input = GenerateColumnAccessor$.MODULE$.generate(scala(List.of(types)));
    input.initialize(
        JavaConverters.asScalaIterator(batches.iterator()),
        types,
        needed.stream().mapToInt(table::indexOf).toArray());
    this.filters =
        filters.stream().map(filter -> Predicate$.MODULE$.create(filter, schema)).toList();
    this.filters.forEach(filter -> filter.initialize(0));
    this.projection = new InterpretedProjection(scala(columns), schema);
    projection.initialize(0);
    this.left = limit;
  }

  /**
   * Whether this computes what a job would, and soon: not what has a state that threads must not
   * share, what is known to the planner alone, or what may take any time, as functions and regular
   * expressions of users.
   */
  static boolean computes(List<Expression> columns, List<Expression> filters) {
    return Stream.concat(columns.stream(), filters.stream())
        .noneMatch(
            expression -> !expression.deterministic() || expression.exists(InterpretedRows::bars));
  }

  private static boolean bars(Expression part) {
    return part.stateful()
        || part instanceof HigherOrderFunction
        || part instanceof InvokeLike
        || part instanceof PlanExpression
        || part instanceof UserDefinedExpression
        || matches(part)
        || (part instanceof Unevaluable && !(part instanceof Attribute));
  }

  private static boolean matches(Expression part) {
    return part instanceof StringRegexExpression
        || part instanceof MultiLikeBase
        || part instanceof RegExpExtractBase
        || part instanceof RegExpReplace
        || part instanceof StringSplit;
  }

  private static boolean named(Attribute column, List<Expression> expressions) {
    return expressions.stream().anyMatch(each -> each.references().contains(column));
  }

  /** The type that a cached table keeps the column's values as. */
  static DataType stored(Attribute column) {
    return column.dataType() instanceof UserDefinedType<?> type
        ? type.sqlType()
        : column.dataType();
  }

  private static <T> Seq<T> scala(List<T> list) {
    return JavaConverters.asScalaBuffer(list).toList();
  }

  @Override
  public boolean hasNext() {
    while (next == null && left > 0 && input.hasNext()) {
      next = computed(input.next());
    }
    return next != null;
  }

  private @Nullable InternalRow computed(InternalRow row) {
    try {
      if (!passes(row)) {
        return null;
      }
      left--;
      return projection.apply(row);
    } catch (RuntimeException e) {
      throw e instanceof SparkThrowable ? e : new ExpressionFailure(e);
    }
  }

  private boolean passes(InternalRow row) {
    for (BasePredicate filter : filters) {
      if (!filter.eval(row)) {
        return false;
      }
    }
    return true;
  }

  @Override
  public InternalRow next() {
    InternalRow row = hasNext() ? next : null;
    if (row == null) {
      throw new NoSuchElementException("every row was read");
    }
    next = null;
    return row;
  }

  /** What an expression threw, as a failed job tells it: a failure of the statement, no fault. */
  private static final class ExpressionFailure extends RuntimeException implements SparkThrowable {
    private static final long serialVersionUID = 1L;

    ExpressionFailure(RuntimeException thrown) {
      super(
          thrown.getClass() == RuntimeException.class ? thrown.getMessage() : thrown.toString(),
          thrown);
    }

    @Override
    public @Nullable String getErrorClass() {
      return null;
    }
  }
}
