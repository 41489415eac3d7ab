package io.sparkflight.arrow.column;

import com.google.common.base.Utf8;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.LargeVarCharVector;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.unsafe.Platform;
import org.apache.spark.unsafe.types.UTF8String;
import org.jspecify.annotations.Nullable;

/**
 * Text: a view of the vector's bytes where all of them are ASCII, else a copy that was found to be
 * UTF-8. Spark itself believes that what it is given is.
 */
final class TextColumn extends ArrowColumn {
  private static final long NOT_ASCII = 0x8080_8080_8080_8080L;

  private final boolean large;
  private final ArrowBuf data;
  private final long offsets;
  private boolean looked;
  private boolean ascii;

  TextColumn(DataType type, FieldVector vector) {
    super(type, vector);
    this.large = vector instanceof LargeVarCharVector;
    this.data = vector.getDataBuffer();
    long width = large ? Long.BYTES : Integer.BYTES;
    this.offsets = length() == 0 ? 0 : start(vector.getOffsetBuffer(), (length() + 1L) * width);
  }

  @Override
  public @Nullable UTF8String getUTF8String(int row) {
    if (isNullAt(row)) {
      return null;
    }
    if (!looked) {
      look();
    }
    long start = offset(row);
    long end = offset(row + 1);
    if (start < 0 || end < start || end > data.capacity()) {
      throw refused("its text is not where it says");
    }
    int length = Math.toIntExact(end - start);
    return ascii || isAscii(start, end)
        ? UTF8String.fromAddress(null, data.memoryAddress() + start, length)
        : copy(start, length);
  }

  private long offset(int row) {
    return large
        ? Platform.getLong(null, offsets + (long) row * Long.BYTES)
        : Platform.getInt(null, offsets + (long) row * Integer.BYTES);
  }

  /** Looks at all values at once: most columns are ASCII, and many values have few bytes. */
  private void look() {
    looked = true;
    long end = Math.min(offset(length()), data.capacity());
    ascii = isAscii(0, Math.max(0, end));
  }

  private boolean isAscii(long start, long end) {
    long address = data.memoryAddress();
    long bits = 0;
    long at = start;
    for (; at + Long.BYTES <= end; at += Long.BYTES) {
      bits |= Platform.getLong(null, address + at);
    }
    for (; at < end; at++) {
      bits |= Platform.getByte(null, address + at);
    }
    return (bits & NOT_ASCII) == 0;
  }

  private UTF8String copy(long start, int length) {
    byte[] bytes = new byte[length];
    data.getBytes(start, bytes);
    if (!Utf8.isWellFormed(bytes)) {
      throw refused("its text is not UTF-8");
    }
    return UTF8String.fromBytes(bytes);
  }
}
