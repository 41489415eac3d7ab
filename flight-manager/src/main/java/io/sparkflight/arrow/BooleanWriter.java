package io.sparkflight.arrow;

import org.apache.spark.sql.catalyst.expressions.SpecializedGetters;
import org.apache.spark.sql.vectorized.ColumnVector;

/** Booleans: one bit each. */
final class BooleanWriter extends ColumnWriter {
  private final GrowingBuffer bits;
  private int written;

  BooleanWriter(String column) {
    this.bits = new GrowingBuffer(column);
  }

  @Override
  void write(SpecializedGetters source, int ordinal) {
    put(source.getBoolean(ordinal) ? 1 : 0);
  }

  @Override
  void write(ColumnVector source, int row) {
    put(source.getBoolean(row) ? 1 : 0);
  }

  @Override
  void writeNull() {
    put(0);
  }

  @Override
  int valueBits() {
    return 1;
  }

  @Override
  long variableBytes() {
    return 0;
  }

  @Override
  void addBuffers(BatchBody body) {
    body.buffer(bits.array(), bits.size());
  }

  @Override
  void truncateValues(int rows) {
    written = rows;
    bits.truncate((rows + 7) >> 3);
    if ((rows & 7) != 0) {
      bits.array()[rows >> 3] &= (byte) ((1 << (rows & 7)) - 1);
    }
  }

  private void put(int bit) {
    if ((written & 7) == 0) {
      bits.putByte((byte) 0);
    }
    bits.array()[written >> 3] |= (byte) (bit << (written & 7));
    written++;
  }
}
