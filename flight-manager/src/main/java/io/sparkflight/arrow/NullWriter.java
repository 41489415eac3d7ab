package io.sparkflight.arrow;

import org.apache.spark.sql.catalyst.expressions.SpecializedGetters;
import org.apache.spark.sql.vectorized.ColumnVector;

/** The column of nothing but nulls: a length and no buffer at all. */
final class NullWriter extends ColumnWriter {
  @Override
  boolean hasValidity() {
    return false;
  }

  @Override
  void write(SpecializedGetters source, int ordinal) {
    throw new IllegalStateException("A value of Spark's null type is never present");
  }

  @Override
  void write(ColumnVector source, int row) {
    throw new IllegalStateException("A value of Spark's null type is never present");
  }

  @Override
  void appendAll(ColumnVector source, int from, int to) {
    // Spark's vectors of this type may have no null flags at all.
    for (int row = from; row < to; row++) {
      appendNull();
    }
  }

  @Override
  void writeNull() {}

  @Override
  int valueBits() {
    return 0;
  }

  @Override
  long variableBytes() {
    return 0;
  }

  @Override
  void addBuffers(BatchBody body) {}

  @Override
  void truncateValues(int rows) {}
}
