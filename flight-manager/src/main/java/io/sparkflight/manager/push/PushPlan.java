package io.sparkflight.manager.push;

import io.sparkflight.arrow.BatchLimits;
import io.sparkflight.arrow.Compression;
import io.sparkflight.manager.StatementHandle;
import java.io.Serializable;
import java.util.List;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * What every task of a statement needs to know.
 *
 * @param statementHigh the statement's id
 * @param statementLow the statement's id
 * @param epoch the attempt of the whole job
 * @param targets the servers that take rows, the same for all tasks
 * @param ranges which of them takes which partition; null if each task may choose
 * @param right the right to push rows of this statement
 * @param schema the result's columns
 * @param limits how large batches get
 * @param compression how they are packed
 */
@SuppressWarnings("ArrayRecordComponent") // the right is opaque, and nobody compares plans
public record PushPlan(
    long statementHigh,
    long statementLow,
    int epoch,
    List<PushTarget> targets,
    @Nullable TargetRanges ranges,
    byte[] right,
    StructType schema,
    BatchLimits limits,
    Compression compression)
    implements Serializable {

  /** The same with consecutive partitions for each target. */
  public PushPlan inRanges(TargetRanges chosen) {
    return new PushPlan(
        statementHigh, statementLow, epoch, targets, chosen, right, schema, limits, compression);
  }

  public StatementHandle statement() {
    return new StatementHandle(statementHigh, statementLow);
  }
}
