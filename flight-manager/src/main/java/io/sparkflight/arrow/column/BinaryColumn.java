package io.sparkflight.arrow.column;

import java.util.function.IntFunction;
import org.apache.arrow.vector.FieldVector;
import org.apache.spark.sql.types.DataType;
import org.jspecify.annotations.Nullable;

/** Bytes. */
final class BinaryColumn extends ArrowColumn {
  private final IntFunction<byte[]> values;

  BinaryColumn(DataType type, FieldVector vector, IntFunction<byte[]> values) {
    super(type, vector);
    this.values = values;
  }

  @Override
  public byte @Nullable [] getBinary(int row) {
    return isNullAt(row) ? null : values.apply(row);
  }
}
