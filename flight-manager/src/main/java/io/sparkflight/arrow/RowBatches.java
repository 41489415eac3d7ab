package io.sparkflight.arrow;

import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/** Writes rows that are handed in one by one as record batches, one batch in memory at a time. */
public final class RowBatches {
  private final BatchLimits limits;
  private final BatchWriter writer;

  /** The types must have an Arrow form, which {@link SparkArrowSchema} has checked. */
  public RowBatches(StructType schema, BatchLimits limits, Compression compression) {
    this.limits = limits;
    this.writer = new BatchWriter(schema, compression);
  }

  /**
   * Writes a row, which may change afterwards.
   *
   * @return a batch that is full now; null if there is room for more
   */
  public @Nullable BatchFrame add(InternalRow row) {
    writer.append(row);
    if (writer.rows() > 1 && writer.bytes() > BatchLimits.HARD_BYTES) {
      writer.truncate(writer.rows() - 1);
      BatchFrame full = writer.finish();
      writer.append(row);
      return full;
    }
    boolean full = writer.rows() >= limits.maxRows() || writer.bytes() >= limits.targetBytes();
    return full ? writer.finish() : null;
  }

  /** What was written and is in no batch yet; null if there is nothing. */
  public @Nullable BatchFrame rest() {
    return writer.rows() > 0 ? writer.finish() : null;
  }
}
