package io.sparkflight.arrow;

import java.util.Iterator;
import java.util.NoSuchElementException;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/** Writes rows as record batches, one batch in memory at a time. */
public final class RowEncoder {
  private final StructType schema;
  private final BatchLimits limits;
  private final Compression compression;

  /** The types must have an Arrow form, which {@link SparkArrowSchema} has checked. */
  public RowEncoder(StructType schema, BatchLimits limits, Compression compression) {
    this.schema = schema;
    this.limits = limits;
    this.compression = compression;
  }

  /** Encodes lazily; the rows may be one object that changes. No rows, no batch. */
  public Iterator<BatchFrame> encode(Iterator<InternalRow> rows) {
    return new Batches(rows);
  }

  private final class Batches implements Iterator<BatchFrame> {
    private final Iterator<InternalRow> rows;
    private final BatchWriter writer = new BatchWriter(schema, compression);
    private @Nullable InternalRow left;

    Batches(Iterator<InternalRow> rows) {
      this.rows = rows;
    }

    @Override
    public boolean hasNext() {
      return left != null || rows.hasNext();
    }

    @Override
    public BatchFrame next() {
      if (!hasNext()) {
        throw new NoSuchElementException("every row was encoded");
      }
      if (left != null) {
        writer.append(left);
        left = null;
      }
      while (writer.rows() < limits.maxRows()
          && writer.bytes() < limits.targetBytes()
          && rows.hasNext()) {
        InternalRow row = rows.next();
        writer.append(row);
        if (writer.rows() > 1 && writer.bytes() > BatchLimits.HARD_BYTES) {
          writer.truncate(writer.rows() - 1);
          left = row; // the source is not advanced before this row is written, so it stays as it is
          break;
        }
      }
      return writer.finish();
    }
  }
}
