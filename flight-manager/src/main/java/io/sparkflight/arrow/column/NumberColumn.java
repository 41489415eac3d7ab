package io.sparkflight.arrow.column;

import org.apache.arrow.memory.util.Float16;
import org.apache.arrow.vector.FieldVector;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.unsafe.Platform;

/** Values of one of Java's primitive types, as many bytes each as its vector has for one. */
abstract class NumberColumn extends ArrowColumn {
  final long values;

  private NumberColumn(DataType type, FieldVector vector, int bytes) {
    super(type, vector);
    this.values = start(vector.getDataBuffer(), (long) length() * bytes);
  }

  /**
   * The column of a vector of numbers.
   *
   * @throws IllegalArgumentException if it is of another kind
   */
  static ArrowColumn of(DataType type, FieldVector vector) {
    return switch (vector.getMinorType()) {
      case BIT -> new OfBoolean(type, vector);
      case TINYINT -> new OfByte(type, vector);
      case SMALLINT -> new OfShort(type, vector);
      case INT, DATEDAY, INTERVALYEAR -> new OfInt(type, vector);
      case BIGINT -> new OfLong(type, vector);
      case UINT1 -> new OfUnsignedByte(type, vector);
      case UINT2 -> new OfUnsignedShort(type, vector);
      case UINT4 -> new OfUnsignedInt(type, vector);
      case FLOAT2 -> new OfHalf(type, vector);
      case FLOAT4 -> new OfFloat(type, vector);
      case FLOAT8 -> new OfDouble(type, vector);
      default -> throw new IllegalArgumentException(vector.getMinorType() + " is no number");
    };
  }

  /** 64 bits, whatever the vector calls them. */
  static ArrowColumn ofLong(DataType type, FieldVector vector) {
    return new OfLong(type, vector);
  }

  private static final class OfByte extends NumberColumn {
    OfByte(DataType type, FieldVector vector) {
      super(type, vector, Byte.BYTES);
    }

    @Override
    public byte getByte(int row) {
      return Platform.getByte(null, values + row);
    }
  }

  private static final class OfShort extends NumberColumn {
    OfShort(DataType type, FieldVector vector) {
      super(type, vector, Short.BYTES);
    }

    @Override
    public short getShort(int row) {
      return Platform.getShort(null, values + (long) row * Short.BYTES);
    }
  }

  private static final class OfInt extends NumberColumn {
    OfInt(DataType type, FieldVector vector) {
      super(type, vector, Integer.BYTES);
    }

    @Override
    public int getInt(int row) {
      return Platform.getInt(null, values + (long) row * Integer.BYTES);
    }
  }

  private static final class OfLong extends NumberColumn {
    OfLong(DataType type, FieldVector vector) {
      super(type, vector, Long.BYTES);
    }

    @Override
    public long getLong(int row) {
      return Platform.getLong(null, values + (long) row * Long.BYTES);
    }
  }

  private static final class OfUnsignedByte extends NumberColumn {
    OfUnsignedByte(DataType type, FieldVector vector) {
      super(type, vector, Byte.BYTES);
    }

    @Override
    public short getShort(int row) {
      return (short) Byte.toUnsignedInt(Platform.getByte(null, values + row));
    }
  }

  private static final class OfUnsignedShort extends NumberColumn {
    OfUnsignedShort(DataType type, FieldVector vector) {
      super(type, vector, Short.BYTES);
    }

    @Override
    public int getInt(int row) {
      return Short.toUnsignedInt(Platform.getShort(null, values + (long) row * Short.BYTES));
    }
  }

  private static final class OfUnsignedInt extends NumberColumn {
    OfUnsignedInt(DataType type, FieldVector vector) {
      super(type, vector, Integer.BYTES);
    }

    @Override
    public long getLong(int row) {
      return Integer.toUnsignedLong(Platform.getInt(null, values + (long) row * Integer.BYTES));
    }
  }

  private static final class OfHalf extends NumberColumn {
    OfHalf(DataType type, FieldVector vector) {
      super(type, vector, Short.BYTES);
    }

    @Override
    public float getFloat(int row) {
      return Float16.toFloat(Platform.getShort(null, values + (long) row * Short.BYTES));
    }
  }

  private static final class OfFloat extends NumberColumn {
    OfFloat(DataType type, FieldVector vector) {
      super(type, vector, Float.BYTES);
    }

    @Override
    public float getFloat(int row) {
      return Platform.getFloat(null, values + (long) row * Float.BYTES);
    }
  }

  private static final class OfDouble extends NumberColumn {
    OfDouble(DataType type, FieldVector vector) {
      super(type, vector, Double.BYTES);
    }

    @Override
    public double getDouble(int row) {
      return Platform.getDouble(null, values + (long) row * Double.BYTES);
    }
  }

  /** One bit each. */
  private static final class OfBoolean extends ArrowColumn {
    private final long bits;

    OfBoolean(DataType type, FieldVector vector) {
      super(type, vector);
      this.bits = start(vector.getDataBuffer(), bytesOfBits());
    }

    @Override
    public boolean getBoolean(int row) {
      return isSet(bits, row);
    }
  }
}
