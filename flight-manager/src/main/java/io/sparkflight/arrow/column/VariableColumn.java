package io.sparkflight.arrow.column;

import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.LargeVarBinaryVector;
import org.apache.arrow.vector.LargeVarCharVector;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.unsafe.Platform;

/** Values of any length, one behind the other, and the places where they end. */
abstract class VariableColumn extends ArrowColumn {
  /** The bytes of all values. */
  final ArrowBuf data;

  private final boolean large;
  private final long offsets;

  VariableColumn(DataType type, FieldVector vector) {
    super(type, vector);
    this.large = vector instanceof LargeVarCharVector || vector instanceof LargeVarBinaryVector;
    this.data = vector.getDataBuffer();
    long width = large ? Long.BYTES : Integer.BYTES;
    this.offsets = length() == 0 ? 0 : start(vector.getOffsetBuffer(), (length() + 1L) * width);
  }

  /** Where a value begins, and the one before it ends. What the server says: not checked. */
  final long offset(int row) {
    return large
        ? Platform.getLong(null, offsets + (long) row * Long.BYTES)
        : Platform.getInt(null, offsets + (long) row * Integer.BYTES);
  }

  /**
   * The length of a value.
   *
   * @throws io.sparkflight.error.FlightFailure if it is not within the bytes that are there
   */
  final int lengthOf(int row) {
    long start = offset(row);
    long end = offset(row + 1);
    if (start < 0 || end < start || end > data.capacity()) {
      throw refused("a value of it is not where it says");
    }
    return Math.toIntExact(end - start);
  }

  /** A copy of a value. */
  final byte[] copy(int row) {
    byte[] bytes = new byte[lengthOf(row)];
    data.getBytes(offset(row), bytes);
    return bytes;
  }
}
