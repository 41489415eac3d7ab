package io.sparkflight.arrow.column;

import org.apache.arrow.vector.FixedSizeBinaryVector;
import org.apache.spark.sql.types.DataType;
import org.jspecify.annotations.Nullable;

/** Bytes, of all values equally many. */
final class FixedSizeBinaryColumn extends ArrowColumn {
  private final FixedSizeBinaryVector values;

  FixedSizeBinaryColumn(DataType type, FixedSizeBinaryVector vector) {
    super(type, vector);
    this.values = vector;
  }

  @Override
  public byte @Nullable [] getBinary(int row) {
    return isNullAt(row) ? null : values.get(row);
  }
}
