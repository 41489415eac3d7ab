package io.sparkflight.arrow;

import java.util.Iterator;
import org.apache.spark.sql.vectorized.ColumnarBatch;

public final class ColumnEncoder {
  final RowEncoder rows;

  public ColumnEncoder(org.apache.spark.sql.types.StructType schema, BatchLimits limits) {
    rows = new RowEncoder(schema, limits);
  }

  public Iterator<BatchFrame> encode(Iterator<ColumnarBatch> input) {
    java.util.List<BatchFrame> l = new java.util.ArrayList<>();
    while (input.hasNext()) {
      rows.encode(input.next().rowIterator()).forEachRemaining(l::add);
    }
    return l.iterator();
  }
}
