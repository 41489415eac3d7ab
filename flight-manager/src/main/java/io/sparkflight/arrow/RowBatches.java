package io.sparkflight.arrow;

import java.util.Arrays;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.UserDefinedType;
import org.jspecify.annotations.Nullable;

/** Writes rows that are handed in one by one as record batches, one batch in memory at a time. */
public final class RowBatches {
  private final BatchLimits limits;
  private final BatchWriter writer;

  /** Whether the values of a row take no more bytes in Arrow than in Spark's binary row. */
  private final boolean bounded;

  /** So many bytes surely fit, so that the size, which has to be added up, is not looked at. */
  private long room;

  /** The types must have an Arrow form, which {@link SparkArrowSchema} has checked. */
  public RowBatches(StructType schema, BatchLimits limits, Compression compression) {
    this.limits = limits;
    this.writer = new BatchWriter(schema, compression);
    this.bounded = Arrays.stream(schema.fields()).noneMatch(RowBatches::grows);
  }

  /**
   * Writes a row, which may change afterwards.
   *
   * @return a batch that is full now; null if there is room for more
   */
  public @Nullable BatchFrame add(InternalRow row) {
    writer.append(row);
    if (fits(row)) {
      return null;
    }
    if (writer.rows() > 1 && writer.bytes() > BatchLimits.HARD_BYTES) {
      writer.truncate(writer.rows() - 1);
      BatchFrame full = finish();
      writer.append(row);
      return full;
    }
    long bytes = writer.bytes();
    room = Math.min(limits.targetBytes(), BatchLimits.HARD_BYTES) - bytes;
    boolean full = writer.rows() >= limits.maxRows() || bytes >= limits.targetBytes();
    return full ? finish() : null;
  }

  /** What was written and is in no batch yet; null if there is nothing. */
  public @Nullable BatchFrame rest() {
    return writer.rows() > 0 ? finish() : null;
  }

  private BatchFrame finish() {
    room = 0;
    return writer.finish();
  }

  /** Whether the row that was written leaves room for sure. */
  private boolean fits(InternalRow row) {
    if (!bounded || !(row instanceof UnsafeRow binary)) {
      return false;
    }
    room -= binary.getSizeInBytes() + writer.fixedBytes();
    return room > 0 && writer.rows() < limits.maxRows();
  }

  /** A null struct is nothing in Spark's row, and a place for each of its fields in Arrow. */
  private static boolean grows(StructField field) {
    DataType type = field.dataType();
    return type instanceof StructType
        || type instanceof ArrayType
        || type instanceof MapType
        || type instanceof UserDefinedType<?>;
  }
}
