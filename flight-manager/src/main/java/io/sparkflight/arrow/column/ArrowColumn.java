package io.sparkflight.arrow.column;

import io.sparkflight.error.ErrorKind;
import io.sparkflight.error.FlightFailure;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.FieldVector;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.Decimal;
import org.apache.spark.sql.vectorized.ColumnVector;
import org.apache.spark.sql.vectorized.ColumnarArray;
import org.apache.spark.sql.vectorized.ColumnarMap;
import org.apache.spark.unsafe.Platform;
import org.apache.spark.unsafe.types.UTF8String;
import org.jspecify.annotations.Nullable;

/**
 * A view of one vector, which stays its owner's: closing the column does not close it. A kind of
 * column answers for its own type, and for no other.
 *
 * <p>Spark asks for every value by itself, so what can be known of all of them is found out once,
 * when the column is made: whether there are nulls, and whether the buffers are as long as the
 * vector says. After that, values are read without a look at the bounds.
 */
abstract class ArrowColumn extends ColumnVector {
  private final FieldVector vector;
  private final int nulls;
  private final long validity;

  ArrowColumn(DataType type, FieldVector vector) {
    super(type);
    this.vector = vector;
    this.nulls = vector.getNullCount();
    boolean all = nulls == length(); // a vector of the null type has no buffer
    this.validity = nulls == 0 || all ? 0 : start(vector.getValidityBuffer(), bytesOfBits());
  }

  /** The number of values. */
  final int length() {
    return vector.getValueCount();
  }

  /** The length of a buffer with one bit for each value. */
  final long bytesOfBits() {
    return (length() + Byte.SIZE - 1L) / Byte.SIZE;
  }

  /**
   * Where a buffer begins.
   *
   * @param needed how many bytes will be read of it
   */
  final long start(ArrowBuf buffer, long needed) {
    if (needed > buffer.capacity()) {
      throw refused(
          "it has %d bytes for %d values, which take %d"
              .formatted(buffer.capacity(), length(), needed));
    }
    return buffer.memoryAddress();
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
    return nulls > 0;
  }

  @Override
  public int numNulls() {
    return nulls;
  }

  @Override
  public boolean isNullAt(int row) {
    return nulls > 0 && (validity == 0 || !isSet(validity, row));
  }

  /** Values of another column belong to this one's: they must be there. */
  final void requireRange(int start, int end, ArrowColumn values) {
    if (start < 0 || end < start || end > values.length()) {
      throw refused(
          "it has values %d to %d of another column of %d".formatted(start, end, values.length()));
    }
  }

  /** One bit of many. */
  static boolean isSet(long bits, int row) {
    return (Platform.getByte(null, bits + (row >> 3)) >> (row & 7) & 1) != 0;
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
