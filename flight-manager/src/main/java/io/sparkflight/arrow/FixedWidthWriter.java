package io.sparkflight.arrow;

import org.apache.spark.sql.catalyst.expressions.SpecializedGetters;
import org.apache.spark.sql.vectorized.ColumnVector;
import org.apache.spark.unsafe.Platform;

/** Columns whose values all have the same number of bytes. */
abstract class FixedWidthWriter extends ColumnWriter {
  final GrowingBuffer values;
  private final int width;

  FixedWidthWriter(String column, int width) {
    this.values = new GrowingBuffer(column);
    this.width = width;
  }

  @Override
  final void writeNull() {
    int start = values.extend(width);
    java.util.Arrays.fill(values.array(), start, start + width, (byte) 0);
  }

  @Override
  final int valueBits() {
    return width * Byte.SIZE;
  }

  @Override
  final long variableBytes() {
    return 0;
  }

  @Override
  final void addBuffers(BatchBody body) {
    body.buffer(values.array(), values.size());
  }

  @Override
  final void truncateValues(int rows) {
    values.truncate(rows * width);
  }

  /** Takes a primitive array of a range without nulls. */
  final void appendArray(Object array, long arrayOffset, int rows) {
    markValid(rows);
    values.putMemory(array, arrayOffset, (long) rows * width);
  }

  /** 8-bit integers. */
  static final class Bytes extends FixedWidthWriter {
    Bytes(String column) {
      super(column, 1);
    }

    @Override
    void write(SpecializedGetters source, int ordinal) {
      values.putByte(source.getByte(ordinal));
    }

    @Override
    void write(ColumnVector source, int row) {
      values.putByte(source.getByte(row));
    }
  }

  /** 16-bit integers. */
  static final class Shorts extends FixedWidthWriter {
    Shorts(String column) {
      super(column, 2);
    }

    @Override
    void write(SpecializedGetters source, int ordinal) {
      values.putShort(source.getShort(ordinal));
    }

    @Override
    void write(ColumnVector source, int row) {
      values.putShort(source.getShort(row));
    }
  }

  /** 32-bit integers, dates, months. */
  static final class Ints extends FixedWidthWriter {
    Ints(String column) {
      super(column, 4);
    }

    @Override
    void write(SpecializedGetters source, int ordinal) {
      values.putInt(source.getInt(ordinal));
    }

    @Override
    void write(ColumnVector source, int row) {
      values.putInt(source.getInt(row));
    }

    @Override
    void appendAll(ColumnVector source, int from, int to) {
      if (source.hasNull()) {
        super.appendAll(source, from, to);
      } else {
        appendArray(source.getInts(from, to - from), Platform.INT_ARRAY_OFFSET, to - from);
      }
    }
  }

  /** 64-bit integers, timestamps, durations. */
  static final class Longs extends FixedWidthWriter {
    Longs(String column) {
      super(column, 8);
    }

    @Override
    void write(SpecializedGetters source, int ordinal) {
      values.putLong(source.getLong(ordinal));
    }

    @Override
    void write(ColumnVector source, int row) {
      values.putLong(source.getLong(row));
    }

    @Override
    void appendAll(ColumnVector source, int from, int to) {
      if (source.hasNull()) {
        super.appendAll(source, from, to);
      } else {
        appendArray(source.getLongs(from, to - from), Platform.LONG_ARRAY_OFFSET, to - from);
      }
    }
  }

  /** 32-bit floating point, bit by bit. */
  static final class Floats extends FixedWidthWriter {
    Floats(String column) {
      super(column, 4);
    }

    @Override
    void write(SpecializedGetters source, int ordinal) {
      values.putInt(Float.floatToRawIntBits(source.getFloat(ordinal)));
    }

    @Override
    void write(ColumnVector source, int row) {
      values.putInt(Float.floatToRawIntBits(source.getFloat(row)));
    }
  }

  /** 64-bit floating point, bit by bit. */
  static final class Doubles extends FixedWidthWriter {
    Doubles(String column) {
      super(column, 8);
    }

    @Override
    void write(SpecializedGetters source, int ordinal) {
      values.putLong(Double.doubleToRawLongBits(source.getDouble(ordinal)));
    }

    @Override
    void write(ColumnVector source, int row) {
      values.putLong(Double.doubleToRawLongBits(source.getDouble(row)));
    }

    @Override
    void appendAll(ColumnVector source, int from, int to) {
      if (source.hasNull()) {
        super.appendAll(source, from, to);
      } else {
        appendArray(source.getDoubles(from, to - from), Platform.DOUBLE_ARRAY_OFFSET, to - from);
      }
    }
  }
}
