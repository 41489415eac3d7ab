package io.sparkflight.arrow.column;

import java.util.function.IntPredicate;
import java.util.function.IntToDoubleFunction;
import java.util.function.IntToLongFunction;
import java.util.function.IntUnaryOperator;
import org.apache.arrow.vector.FieldVector;
import org.apache.spark.sql.types.DataType;

/** Values of one of Java's primitive types. */
final class NumberColumn {
  private NumberColumn() {}

  /** Up to 32 bits; what is narrower fits, because the type is the vector's. */
  static final class OfInt extends ArrowColumn {
    private final IntUnaryOperator values;

    OfInt(DataType type, FieldVector vector, IntUnaryOperator values) {
      super(type, vector);
      this.values = values;
    }

    @Override
    public byte getByte(int row) {
      return (byte) values.applyAsInt(row);
    }

    @Override
    public short getShort(int row) {
      return (short) values.applyAsInt(row);
    }

    @Override
    public int getInt(int row) {
      return values.applyAsInt(row);
    }
  }

  /** 64 bits. */
  static final class OfLong extends ArrowColumn {
    private final IntToLongFunction values;

    OfLong(DataType type, FieldVector vector, IntToLongFunction values) {
      super(type, vector);
      this.values = values;
    }

    @Override
    public long getLong(int row) {
      return values.applyAsLong(row);
    }
  }

  /** Both floating types; a float is the same as a double and back. */
  static final class OfDouble extends ArrowColumn {
    private final IntToDoubleFunction values;

    OfDouble(DataType type, FieldVector vector, IntToDoubleFunction values) {
      super(type, vector);
      this.values = values;
    }

    @Override
    public float getFloat(int row) {
      return (float) values.applyAsDouble(row);
    }

    @Override
    public double getDouble(int row) {
      return values.applyAsDouble(row);
    }
  }

  /** One bit. */
  static final class OfBoolean extends ArrowColumn {
    private final IntPredicate values;

    OfBoolean(DataType type, FieldVector vector, IntPredicate values) {
      super(type, vector);
      this.values = values;
    }

    @Override
    public boolean getBoolean(int row) {
      return values.test(row);
    }
  }
}
