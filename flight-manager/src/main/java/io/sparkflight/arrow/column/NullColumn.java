package io.sparkflight.arrow.column;

import org.apache.arrow.vector.FieldVector;
import org.apache.spark.sql.types.DataTypes;

/** A column without a value. */
final class NullColumn extends ArrowColumn {
  NullColumn(FieldVector vector) {
    super(DataTypes.NullType, vector);
  }

  @Override
  public boolean isNullAt(int row) {
    return true;
  }
}
