package io.sparkflight.arrow.column;

import org.apache.arrow.vector.FieldVector;
import org.apache.spark.sql.types.DataType;
import org.jspecify.annotations.Nullable;

/** Bytes of any length. */
final class BinaryColumn extends VariableColumn {
  BinaryColumn(DataType type, FieldVector vector) {
    super(type, vector);
  }

  @Override
  public byte @Nullable [] getBinary(int row) {
    return isNullAt(row) ? null : copy(row);
  }
}
