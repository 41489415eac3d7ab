package io.sparkflight.arrow.column;

import java.math.BigDecimal;
import java.math.BigInteger;
import org.apache.arrow.vector.Decimal256Vector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.UInt8Vector;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.Decimal;
import org.apache.spark.unsafe.Platform;
import org.jspecify.annotations.Nullable;

/**
 * Decimals, and the integers that need one. A vector can hold a number of more digits than its type
 * says; Spark would go on with it.
 */
final class DecimalColumn extends ArrowColumn {
  /** The largest precision of which every value fits 64 bits. */
  private static final int LONG_DIGITS = 18;

  private static final long[] POWERS = new long[LONG_DIGITS + 1];

  static {
    POWERS[0] = 1;
    for (int digits = 1; digits <= LONG_DIGITS; digits++) {
      POWERS[digits] = POWERS[digits - 1] * 10;
    }
  }

  private final FieldVector vector;

  /** Where the values begin that may be small; 0 if none is. */
  private final long values;

  DecimalColumn(DataType type, FieldVector vector) {
    super(type, vector);
    this.vector = vector;
    this.values =
        vector instanceof DecimalVector decimals && decimals.getScale() >= 0
            ? start(vector.getDataBuffer(), (long) length() * DecimalVector.TYPE_WIDTH)
            : 0;
  }

  @Override
  public @Nullable Decimal getDecimal(int row, int precision, int scale) {
    if (isNullAt(row)) {
      return null;
    }
    if (precision <= LONG_DIGITS && values != 0) {
      return small(row, precision, scale);
    }
    BigDecimal value = value(row).setScale(scale);
    if (value.precision() > precision) {
      throw tooLong(precision);
    }
    return Decimal.apply(value, precision, scale);
  }

  /** Without an object in between: the low half, if the high half only repeats its sign. */
  private Decimal small(int row, int precision, int scale) {
    long at = values + (long) row * DecimalVector.TYPE_WIDTH;
    long low = Platform.getLong(null, at);
    long high = Platform.getLong(null, at + Long.BYTES);
    if (high != low >> 63 || low == Long.MIN_VALUE || Math.abs(low) >= POWERS[precision]) {
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
}
