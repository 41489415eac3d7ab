package io.sparkflight.arrow.column;

import io.sparkflight.error.ErrorKind;
import io.sparkflight.error.FlightFailure;
import org.apache.arrow.vector.FieldVector;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.Decimal;
import org.apache.spark.sql.vectorized.ColumnVector;
import org.apache.spark.sql.vectorized.ColumnarArray;
import org.apache.spark.sql.vectorized.ColumnarMap;
import org.apache.spark.unsafe.types.UTF8String;
import org.jspecify.annotations.Nullable;

/**
 * A view of one vector, which stays its owner's: closing the column does not close it. A kind of
 * column answers for its own type, and for no other.
 */
abstract class ArrowColumn extends ColumnVector {
  private final FieldVector vector;

  ArrowColumn(DataType type, FieldVector vector) {
    super(type);
    this.vector = vector;
  }

  /**
   * What to throw for a value that Spark cannot hold.
   *
   * @param why completes "Cannot take column …: "
   */
  final FlightFailure refused(String why) {
    return new FlightFailure(
        ErrorKind.INVALID,
        "Cannot take column %s: %s. Send another value, or cast the column before."
            .formatted(vector.getName(), why));
  }

  @Override
  public void close() {}

  @Override
  public boolean hasNull() {
    return numNulls() > 0;
  }

  @Override
  public int numNulls() {
    return vector.getNullCount();
  }

  @Override
  public boolean isNullAt(int row) {
    return vector.isNull(row);
  }

  @Override
  public boolean getBoolean(int row) {
    throw other();
  }

  @Override
  public byte getByte(int row) {
    throw other();
  }

  @Override
  public short getShort(int row) {
    throw other();
  }

  @Override
  public int getInt(int row) {
    throw other();
  }

  @Override
  public long getLong(int row) {
    throw other();
  }

  @Override
  public float getFloat(int row) {
    throw other();
  }

  @Override
  public double getDouble(int row) {
    throw other();
  }

  @Override
  public @Nullable ColumnarArray getArray(int row) {
    throw other();
  }

  @Override
  public @Nullable ColumnarMap getMap(int row) {
    throw other();
  }

  @Override
  public @Nullable Decimal getDecimal(int row, int precision, int scale) {
    throw other();
  }

  @Override
  public @Nullable UTF8String getUTF8String(int row) {
    throw other();
  }

  @Override
  public byte @Nullable [] getBinary(int row) {
    throw other();
  }

  @Override
  public ColumnVector getChild(int ordinal) {
    throw other();
  }

  private UnsupportedOperationException other() {
    return new UnsupportedOperationException(
        "column %s is of type %s".formatted(vector.getName(), dataType().catalogString()));
  }
}
