package io.sparkflight.manager.push;

import io.sparkflight.arrow.BatchLimits;
import io.sparkflight.manager.StatementHandle;
import java.io.Serializable;
import java.util.List;
import org.apache.spark.sql.types.StructType;

/**
 * What every task of a statement needs to know.
 *
 * @param statementHigh the statement's id
 * @param statementLow the statement's id
 * @param epoch the attempt of the whole job
 * @param targets the servers that take rows, the same for all tasks
 * @param right the right to push rows of this statement
 * @param schema the result's columns
 * @param limits how large batches get
 */
@SuppressWarnings("ArrayRecordComponent") // the right is opaque, and nobody compares plans
public record PushPlan(
    long statementHigh,
    long statementLow,
    int epoch,
    List<PushTarget> targets,
    byte[] right,
    StructType schema,
    BatchLimits limits)
    implements Serializable {

  public StatementHandle statement() {
    return new StatementHandle(statementHigh, statementLow);
  }
}
