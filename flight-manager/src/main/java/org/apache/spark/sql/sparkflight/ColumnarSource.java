package org.apache.spark.sql.sparkflight;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.catalyst.expressions.Alias;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.AttributeReference;
import org.apache.spark.sql.catalyst.expressions.ExprId;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.execution.ColumnarToRowExec;
import org.apache.spark.sql.execution.InputAdapter;
import org.apache.spark.sql.execution.ProjectExec;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.WholeStageCodegenExec;
import org.apache.spark.sql.execution.adaptive.AdaptiveSparkPlanExec;
import org.apache.spark.sql.execution.adaptive.TableCacheQueryStageExec;
import org.apache.spark.sql.execution.columnar.InMemoryTableScanExec;
import org.apache.spark.sql.vectorized.ColumnarBatch;
import org.jspecify.annotations.Nullable;
import scala.collection.JavaConverters;
import scala.collection.Seq;

/**
 * A plan that yields columnar batches, and where the result's columns are in them. Taken from
 * beneath a row-making root, so that a bare scan never becomes rows.
 *
 * <p>Stands for {@code SparkPlan.executeColumnar} and {@code
 * AdaptiveSparkPlanExec.finalPhysicalPlan}; the latter runs the earlier stages of an adaptive plan,
 * because only then is its last stage known. Scans of cached tables are read by {@link
 * CachedColumns}.
 */
public final class ColumnarSource {
  private final Supplier<RDD<ColumnarBatch>> batches;
  private final int[] ordinals;

  private ColumnarSource(Supplier<RDD<ColumnarBatch>> batches, int[] ordinals) {
    this.batches = batches;
    this.ordinals = ordinals;
  }

  /** For each column of the result, its place in the batches. */
  public int[] ordinals() {
    return ordinals.clone();
  }

  /** The batches. */
  public RDD<ColumnarBatch> batches() {
    return batches.get();
  }

  static Optional<ColumnarSource> beneath(SparkPlan root, Seq<Attribute> wanted) {
    SparkPlan plan = root;
    Map<ExprId, ExprId> renamed = new HashMap<>();
    while (true) {
      if (plan instanceof AdaptiveSparkPlanExec adaptive) {
        plan = adaptive.finalPhysicalPlan();
      } else if (plan instanceof WholeStageCodegenExec stage) {
        plan = stage.child();
      } else if (plan instanceof InputAdapter adapter) {
        plan = adapter.child();
      } else if (plan instanceof ProjectExec project && noteRenames(project, renamed)) {
        plan = project.child();
      } else {
        break;
      }
    }
    SparkPlan columnar = plan instanceof ColumnarToRowExec toRows ? below(toRows) : plan;
    Supplier<RDD<ColumnarBatch>> batches = batches(columnar);
    if (batches == null) {
      return Optional.empty();
    }
    int[] ordinals = ordinals(wanted, renamed, columnar.output());
    return ordinals == null ? Optional.empty() : Optional.of(new ColumnarSource(batches, ordinals));
  }

  private static @Nullable Supplier<RDD<ColumnarBatch>> batches(SparkPlan plan) {
    SparkPlan scan = plan instanceof TableCacheQueryStageExec stage ? stage.plan() : plan;
    if (scan instanceof InMemoryTableScanExec cached && CachedColumns.of(cached)) {
      return () -> CachedColumns.batches(cached);
    }
    return plan.supportsColumnar() ? plan::executeColumnar : null;
  }

  private static SparkPlan below(ColumnarToRowExec toRows) {
    return toRows.child() instanceof InputAdapter adapter ? adapter.child() : toRows.child();
  }

  /** Notes what a projection calls its columns; says no if it computes anything. */
  private static boolean noteRenames(ProjectExec project, Map<ExprId, ExprId> renamed) {
    Map<ExprId, ExprId> own = new HashMap<>();
    for (NamedExpression column : JavaConverters.seqAsJavaList(project.projectList())) {
      if (column instanceof Alias alias && alias.child() instanceof AttributeReference source) {
        own.put(alias.exprId(), source.exprId());
      } else if (!(column instanceof AttributeReference)) {
        return false;
      }
    }
    renamed.replaceAll((outer, inner) -> own.getOrDefault(inner, inner));
    own.forEach(renamed::putIfAbsent);
    return true;
  }

  private static int @Nullable [] ordinals(
      Seq<Attribute> wanted, Map<ExprId, ExprId> renamed, Seq<Attribute> available) {
    Map<ExprId, Integer> places = new HashMap<>();
    for (int i = 0; i < available.size(); i++) {
      places.put(available.apply(i).exprId(), i);
    }
    int[] ordinals = new int[wanted.size()];
    for (int i = 0; i < ordinals.length; i++) {
      ExprId id = wanted.apply(i).exprId();
      Integer place = places.get(renamed.getOrDefault(id, id));
      if (place == null) {
        return null;
      }
      ordinals[i] = place;
    }
    return ordinals;
  }
}
