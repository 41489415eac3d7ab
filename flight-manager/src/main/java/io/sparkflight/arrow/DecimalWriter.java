package io.sparkflight.arrow;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Arrays;
import org.apache.spark.sql.catalyst.expressions.SpecializedGetters;
import org.apache.spark.sql.catalyst.expressions.UnsafeArrayData;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.apache.spark.sql.execution.vectorized.WritableColumnVector;
import org.apache.spark.sql.types.Decimal;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.vectorized.ColumnVector;

/** Decimals: 128-bit two's complement, little-endian. */
final class DecimalWriter extends ColumnWriter {
  private static final int WIDTH = 16;

  private final GrowingBuffer values;
  private final int precision;
  private final int scale;

  DecimalWriter(String column, DecimalType type) {
    this.values = new GrowingBuffer(column);
    this.precision = type.precision();
    this.scale = type.scale();
  }

  @Override
  void write(SpecializedGetters source, int ordinal) {
    // Up to 18 digits, Spark's binary rows hold the unscaled number itself.
    if (precision <= Decimal.MAX_LONG_DIGITS()
        && (source instanceof UnsafeRow || source instanceof UnsafeArrayData)) {
      putLong(source.getLong(ordinal));
    } else {
      put(source.getDecimal(ordinal, precision, scale));
    }
  }

  @Override
  void write(ColumnVector source, int row) {
    int digits = digits(source);
    if (digits <= Decimal.MAX_INT_DIGITS()) {
      putLong(source.getInt(row));
    } else if (digits <= Decimal.MAX_LONG_DIGITS()) {
      putLong(source.getLong(row));
    } else {
      put(source.getDecimal(row, precision, scale));
    }
  }

  @Override
  void appendAll(ColumnVector source, int from, int to) {
    int digits = source.hasNull() ? DecimalType.MAX_PRECISION() : digits(source);
    if (digits <= Decimal.MAX_INT_DIGITS()) {
      appendPlain(widened(source.getInts(from, to - from)));
    } else if (digits <= Decimal.MAX_LONG_DIGITS()) {
      appendPlain(source.getLongs(from, to - from));
    } else {
      super.appendAll(source, from, to);
    }
  }

  /**
   * The digits that Spark's vector has room for: up to nine are held in 32 bits, up to 18 in 64.
   * They may be more than the column's.
   */
  private static int digits(ColumnVector source) {
    return source instanceof WritableColumnVector && source.dataType() instanceof DecimalType held
        ? held.precision()
        : DecimalType.MAX_PRECISION();
  }

  private void appendPlain(long[] unscaled) {
    markValid(unscaled.length);
    values.putWide(unscaled);
  }

  private static long[] widened(int[] unscaled) {
    long[] all = new long[unscaled.length];
    Arrays.setAll(all, i -> unscaled[i]);
    return all;
  }

  @Override
  void writeNull() {
    putLong(0);
  }

  @Override
  int valueBits() {
    return WIDTH * Byte.SIZE;
  }

  @Override
  long variableBytes() {
    return 0;
  }

  @Override
  void addBuffers(BatchBody body) {
    body.buffer(values.array(), values.size());
  }

  @Override
  void truncateValues(int rows) {
    values.truncate(rows * WIDTH);
  }

  private void put(Decimal decimal) {
    if (precision <= Decimal.MAX_LONG_DIGITS() && decimal.scale() == scale) {
      putLong(decimal.toUnscaledLong());
      return;
    }
    BigDecimal exact = decimal.toJavaBigDecimal().setScale(scale);
    BigInteger unscaled = exact.unscaledValue();
    values.putLong(unscaled.longValue());
    values.putLong(unscaled.shiftRight(Long.SIZE).longValue());
  }

  private void putLong(long unscaled) {
    values.putLong(unscaled);
    values.putLong(unscaled >> (Long.SIZE - 1));
  }
}
