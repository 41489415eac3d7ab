package io.sparkflight.arrow.column;

import com.google.common.base.Utf8;
import java.util.function.IntToLongFunction;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.LargeVarCharVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.unsafe.types.UTF8String;
import org.jspecify.annotations.Nullable;

/**
 * Text: a view of the vector's bytes where all of them are ASCII, else a copy that was found to be
 * UTF-8. Spark itself believes that what it is given is.
 */
final class TextColumn extends ArrowColumn {
  private static final long NOT_ASCII = 0x8080_8080_8080_8080L;

  private final ArrowBuf data;
  private final IntToLongFunction starts;
  private final IntToLongFunction ends;

  private TextColumn(
      DataType type, FieldVector vector, IntToLongFunction starts, IntToLongFunction ends) {
    super(type, vector);
    this.data = vector.getDataBuffer();
    this.starts = starts;
    this.ends = ends;
  }

  static TextColumn of(DataType type, FieldVector vector) {
    ArrowBuf offsets = vector.getOffsetBuffer();
    if (vector instanceof LargeVarCharVector) {
      long width = LargeVarCharVector.OFFSET_WIDTH;
      return new TextColumn(
          type,
          vector,
          row -> offsets.getLong(row * width),
          row -> offsets.getLong((row + 1) * width));
    }
    long width = VarCharVector.OFFSET_WIDTH;
    return new TextColumn(
        type, vector, row -> offsets.getInt(row * width), row -> offsets.getInt((row + 1) * width));
  }

  @Override
  public @Nullable UTF8String getUTF8String(int row) {
    if (isNullAt(row)) {
      return null;
    }
    long start = starts.applyAsLong(row);
    int length = Math.toIntExact(ends.applyAsLong(row) - start);
    data.checkBytes(start, start + length);
    if (ascii(start, length)) {
      return UTF8String.fromAddress(null, data.memoryAddress() + start, length);
    }
    byte[] bytes = new byte[length];
    data.getBytes(start, bytes);
    if (!Utf8.isWellFormed(bytes)) {
      throw refused("its text is not UTF-8");
    }
    return UTF8String.fromBytes(bytes);
  }

  private boolean ascii(long start, int length) {
    long bits = 0;
    int at = 0;
    for (; at + Long.BYTES <= length; at += Long.BYTES) {
      bits |= data.getLong(start + at);
    }
    for (; at < length; at++) {
      bits |= data.getByte(start + at);
    }
    return (bits & NOT_ASCII) == 0;
  }
}
