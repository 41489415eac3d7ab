package io.sparkflight.arrow.column;

import java.math.BigDecimal;
import java.math.BigInteger;
import org.apache.arrow.vector.Decimal256Vector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.UInt8Vector;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.Decimal;
import org.jspecify.annotations.Nullable;

/**
 * Decimals, and the integers that need one. A vector can hold a number of more digits than its type
 * says; Spark would go on with it.
 */
final class DecimalColumn extends ArrowColumn {
  /** The largest precision of which every value fits 64 bits. */
  private static final int LONG_DIGITS = 18;

  private final FieldVector vector;

  DecimalColumn(DataType type, FieldVector vector) {
    super(type, vector);
    this.vector = vector;
  }

  @Override
  public @Nullable Decimal getDecimal(int row, int precision, int scale) {
    if (isNullAt(row)) {
      return null;
    }
    if (vector instanceof DecimalVector decimals
        && precision <= LONG_DIGITS
        && decimals.getScale() >= 0) {
      return small(decimals, row, precision, scale);
    }
    BigDecimal value = value(row).setScale(scale);
    if (value.precision() > precision) {
      throw tooLong(precision);
    }
    return Decimal.apply(value, precision, scale);
  }

  /** Without an object in between: the low half, if the high half only repeats its sign. */
  private Decimal small(DecimalVector decimals, int row, int precision, int scale) {
    long at = (long) row * DecimalVector.TYPE_WIDTH;
    long low = decimals.getDataBuffer().getLong(at);
    long high = decimals.getDataBuffer().getLong(at + Long.BYTES);
    if (high != low >> 63 || low == Long.MIN_VALUE || Math.abs(low) >= power(precision)) {
      throw tooLong(precision);
    }
    return Decimal.createUnsafe(low, precision, scale);
  }

  private BigDecimal value(int row) {
    if (vector instanceof UInt8Vector integers) {
      return new BigDecimal(new BigInteger(Long.toUnsignedString(integers.get(row))));
    }
    return vector instanceof DecimalVector decimals
        ? decimals.getObjectNotNull(row)
        : ((Decimal256Vector) vector).getObjectNotNull(row);
  }

  private RuntimeException tooLong(int precision) {
    return refused("its value has more than the %d digits of its type".formatted(precision));
  }

  private static long power(int digits) {
    long power = 1;
    for (int i = 0; i < digits; i++) {
      power *= 10;
    }
    return power;
  }
}
