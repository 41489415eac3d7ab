package io.sparkflight.arrow;

import java.util.Iterator;
import java.util.NoSuchElementException;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.vectorized.ColumnarBatch;
import org.jspecify.annotations.Nullable;

/**
 * Writes Spark's columnar batches as record batches, column by column. Spark's batches are small
 * (4096 rows by default): several make one of ours, or one makes several.
 */
public final class ColumnEncoder {
  /**
   * So many rows are written before their size is looked at; more when rows turn out to be small. A
   * dictionary in Spark's vectors can make 4096 rows a thousand times larger than they were there.
   */
  private static final int FEWEST_ROWS = 64;

  private static final int MOST_ROWS = 2048;

  private final StructType schema;
  private final BatchLimits limits;
  private final Compression compression;

  /** The types must have an Arrow form, which {@link SparkArrowSchema} has checked. */
  public ColumnEncoder(StructType schema, BatchLimits limits, Compression compression) {
    this.schema = schema;
    this.limits = limits;
    this.compression = compression;
  }

  /** Encodes lazily; a batch may be reused by its source after the next one was asked for. */
  public Iterator<BatchFrame> encode(Iterator<ColumnarBatch> batches) {
    return new Batches(batches);
  }

  private final class Batches implements Iterator<BatchFrame> {
    private final Iterator<ColumnarBatch> batches;
    private final BatchWriter writer = new BatchWriter(schema, compression);
    private @Nullable ColumnarBatch current;
    private int position;
    private int slice = FEWEST_ROWS;

    Batches(Iterator<ColumnarBatch> batches) {
      this.batches = batches;
    }

    @Override
    public boolean hasNext() {
      return writer.rows() > 0 || advance() != null;
    }

    @Override
    public BatchFrame next() {
      if (!hasNext()) {
        throw new NoSuchElementException("every batch was encoded");
      }
      while (writer.rows() < limits.maxRows() && writer.bytes() < limits.targetBytes()) {
        ColumnarBatch source = advance();
        if (source == null || !append(source)) {
          break;
        }
      }
      return writer.finish();
    }

    private int nextSlice(long written) {
      boolean small = written < limits.targetBytes() / 16;
      return small ? Math.min(MOST_ROWS, 2 * slice) : Math.max(FEWEST_ROWS, slice / 2);
    }

    /** The batch with the next unwritten row. */
    private @Nullable ColumnarBatch advance() {
      while (current == null || position == current.numRows()) {
        if (!batches.hasNext()) {
          return null;
        }
        current = batches.next();
        position = 0;
      }
      return current;
    }

    /** Writes as many rows of the batch as fit; says whether there is room for more. */
    private boolean append(ColumnarBatch source) {
      int before = writer.rows();
      long bytesBefore = writer.bytes();
      int rows = Math.min(slice, Math.min(source.numRows() - position, limits.maxRows() - before));
      writer.append(source, position, position + rows);
      slice = nextSlice(writer.bytes() - bytesBefore);
      while (writer.bytes() > BatchLimits.HARD_BYTES && before + rows > 1) {
        writer.truncate(before);
        if (rows == 1) {
          return false;
        }
        rows /= 2;
        writer.append(source, position, position + rows);
      }
      position += rows;
      return true;
    }
  }
}
