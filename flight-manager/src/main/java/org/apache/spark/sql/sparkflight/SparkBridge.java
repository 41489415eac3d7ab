package org.apache.spark.sql.sparkflight;

import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.apache.spark.SparkContext;
import org.apache.spark.TaskContext;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.catalyst.plans.logical.LocalRelation;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.OneRowRelation;
import org.apache.spark.sql.catalyst.plans.logical.Project;
import org.apache.spark.sql.execution.QueryExecution;
import org.apache.spark.sql.execution.SQLExecution;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.internal.SQLConf;
import org.apache.spark.sql.types.StructType;
import scala.Function2;
import scala.Option;
import scala.collection.JavaConverters;
import scala.collection.Seq;
import scala.reflect.ClassTag$;
import scala.runtime.AbstractFunction2;
import scala.runtime.BoxedUnit;

/** Spark's members that this module needs and that Spark does not publish; Spark 3.5. */
public final class SparkBridge {
  private SparkBridge() {}

  /** {@code Dataset.queryExecution}: public in Scala, hidden from the Java API's documentation. */
  public static QueryExecution execution(Dataset<Row> rows) {
    return rows.queryExecution();
  }

  /** {@code SparkSession.internalCreateDataFrame}: rows that are in Spark's own form already. */
  public static Dataset<Row> rows(SparkSession session, RDD<InternalRow> rows, StructType schema) {
    return session.internalCreateDataFrame(rows, schema, false);
  }

  /** {@code LogicalPlan.schema} of the analysed query: the names and types of its columns. */
  public static StructType schema(QueryExecution query) {
    return query.analyzed().schema();
  }

  /** {@code SQLConf.sessionLocalTimeZone} of the query's session. */
  public static String timeZone(QueryExecution query) {
    return query.sparkSession().sessionState().conf().sessionLocalTimeZone();
  }

  /**
   * The logical operator whose order the result has: {@code LogicalPlan.outputOrdering} does not
   * exist, and the physical plan's ordering does not say whether it is global.
   */
  public static boolean ordersGlobally(QueryExecution query) {
    return GlobalOrder.of(query.optimizedPlan());
  }

  /** {@code LogicalPlan.maxRows}: the most rows the result can have, if the optimiser knows. */
  public static Optional<Long> maxRows(QueryExecution query) {
    Option<Object> most = query.optimizedPlan().maxRows();
    return most.isEmpty() ? Optional.empty() : Optional.of((Long) most.get());
  }

  /**
   * The rows of a query that needs no job: a local relation, or literals over no table. Spark
   * itself would run a job for {@code SELECT 1}, because its optimiser does not fold {@code
   * OneRowRelation}.
   */
  public static Optional<DriverRows> folded(QueryExecution query) {
    LogicalPlan plan = query.optimizedPlan();
    if (plan instanceof LocalRelation local) {
      return Optional.of(listed(JavaConverters.seqAsJavaList(local.data())));
    }
    if (plan instanceof Project project && project.child() instanceof OneRowRelation) {
      return literals(project.projectList());
    }
    return Optional.empty();
  }

  private static DriverRows listed(List<InternalRow> rows) {
    return new DriverRows() {
      @Override
      public <T> T read(Function<Iterator<InternalRow>, T> reader) {
        return reader.apply(rows.iterator());
      }
    };
  }

  private static Optional<DriverRows> literals(Seq<NamedExpression> columns) {
    Object[] values = new Object[columns.size()];
    for (int i = 0; i < values.length; i++) {
      Expression column = (Expression) columns.apply(i);
      Expression value = column.children().isEmpty() ? column : column.children().head();
      if (!value.foldable()) {
        return Optional.empty();
      }
      values[i] = value.eval(null);
    }
    return Optional.of(listed(List.of(new GenericInternalRow(values))));
  }

  /**
   * The rows of a query that only filters and computes rows of a cached table, if the table is in
   * this process's memory.
   *
   * @param mostRows of the table that may have to be looked at
   */
  public static Optional<DriverRows> cached(QueryExecution query, int mostRows) {
    return CachedRows.of(query, mostRows);
  }

  /** {@code SparkPlan.executeCollect}: all rows in the driver. */
  public static InternalRow[] collect(QueryExecution query) {
    return query.executedPlan().executeCollect();
  }

  /** {@code QueryExecution.executedPlan}'s rows; runs the earlier stages of an adaptive plan. */
  public static RDD<InternalRow> rows(QueryExecution query) {
    return query.executedPlan().execute();
  }

  /**
   * The columnar child beneath the plan's last step, if that step only makes rows of it. Runs the
   * earlier stages of an adaptive plan.
   */
  public static Optional<ColumnarSource> columns(QueryExecution query) {
    SparkPlan plan = query.executedPlan();
    return ColumnarSource.beneath(plan, plan.output());
  }

  /**
   * {@code SQLExecution.withNewExecutionId}: runs the action so that the SQL tab shows it, with the
   * session and its settings active.
   */
  public static <T> T inExecution(QueryExecution query, String name, Supplier<T> action) {
    SparkSession session = query.sparkSession();
    return session.withActive(
        () ->
            SQLExecution.withNewExecutionId(
                query,
                Option.apply(name),
                () -> SQLConf.withExistingConf(session.sessionState().conf(), action::get)));
  }

  /**
   * {@code SparkContext.runJob} with a result handler: it is called once per partition, with the
   * attempt that won, on Spark's scheduler thread.
   */
  public static <T, R> void runJob(
      RDD<T> rdd,
      Function2<TaskContext, scala.collection.Iterator<T>, R> task,
      Class<R> result,
      BiConsumer<Integer, R> handler) {
    SparkContext context = rdd.context();
    Object[] partitions = IntStream.range(0, rdd.getNumPartitions()).boxed().toArray(Object[]::new);
    context.runJob(
        rdd,
        task,
        JavaConverters.asScalaBuffer(java.util.Arrays.asList(partitions)).toSeq(),
        new Handler<>(handler),
        ClassTag$.MODULE$.apply(result));
  }

  /** A Scala function around a Java consumer. */
  private static final class Handler<R> extends AbstractFunction2<Object, R, BoxedUnit> {
    private final BiConsumer<Integer, R> handler;

    Handler(BiConsumer<Integer, R> handler) {
      this.handler = handler;
    }

    @Override
    public BoxedUnit apply(Object partition, R result) {
      handler.accept((Integer) partition, result);
      return BoxedUnit.UNIT;
    }
  }
}
