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
    private final RowBatches batches = new RowBatches(schema, limits, compression);
    private @Nullable BatchFrame next;

    Batches(Iterator<InternalRow> rows) {
      this.rows = rows;
    }

    @Override
    public boolean hasNext() {
      while (next == null && rows.hasNext()) {
        next = batches.add(rows.next());
      }
      next = next == null ? batches.rest() : next;
      return next != null;
    }

    @Override
    public BatchFrame next() {
      BatchFrame found = hasNext() ? next : null;
      if (found == null) {
        throw new NoSuchElementException("every row was encoded");
      }
      next = null;
      return found;
    }
  }
}
