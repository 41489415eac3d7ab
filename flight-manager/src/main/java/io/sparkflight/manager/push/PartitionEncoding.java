package io.sparkflight.manager.push;

import io.sparkflight.arrow.BatchFrame;
import io.sparkflight.arrow.ColumnEncoder;
import io.sparkflight.arrow.RowEncoder;
import java.io.Serializable;
import java.util.Iterator;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.vectorized.ColumnVector;
import org.apache.spark.sql.vectorized.ColumnarBatch;
import scala.collection.JavaConverters;

/**
 * How a partition becomes batches.
 *
 * @param <T> what Spark hands the task
 */
public interface PartitionEncoding<T> extends Serializable {

  /** Encodes lazily: one batch is in memory at a time. */
  Iterator<BatchFrame> encode(PushPlan plan, scala.collection.Iterator<T> input);

  /** Row by row. */
  final class Rows implements PartitionEncoding<InternalRow> {
    private static final long serialVersionUID = 1L;

    @Override
    public Iterator<BatchFrame> encode(
        PushPlan plan, scala.collection.Iterator<InternalRow> input) {
      return new RowEncoder(plan.schema(), plan.limits(), plan.compression())
          .encode(JavaConverters.asJavaIterator(input));
    }
  }

  /** Column by column, after a choice of columns. */
  final class Columns implements PartitionEncoding<ColumnarBatch> {
    private static final long serialVersionUID = 1L;

    private final int[] ordinals;

    /** Takes the columns at these places of Spark's batches, in this order. */
    public Columns(int[] ordinals) {
      this.ordinals = ordinals.clone();
    }

    @Override
    public Iterator<BatchFrame> encode(
        PushPlan plan, scala.collection.Iterator<ColumnarBatch> input) {
      Iterator<ColumnarBatch> batches = JavaConverters.asJavaIterator(input);
      return new ColumnEncoder(plan.schema(), plan.limits(), plan.compression())
          .encode(
              new Iterator<>() {
                @Override
                public boolean hasNext() {
                  return batches.hasNext();
                }

                @Override
                public ColumnarBatch next() {
                  return select(batches.next());
                }
              });
    }

    private ColumnarBatch select(ColumnarBatch batch) {
      ColumnVector[] columns = new ColumnVector[ordinals.length];
      for (int i = 0; i < ordinals.length; i++) {
        columns[i] = batch.column(ordinals[i]);
      }
      return new ColumnarBatch(columns, batch.numRows());
    }
  }
}
