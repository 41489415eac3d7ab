package io.sparkflight.arrow.column;

import com.google.common.base.Utf8;
import org.apache.arrow.vector.FieldVector;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.unsafe.Platform;
import org.apache.spark.unsafe.types.UTF8String;
import org.jspecify.annotations.Nullable;

/**
 * Text: a view of the vector's bytes where all of them are ASCII, else a copy that was found to be
 * UTF-8. Spark itself believes that what it is given is.
 */
final class TextColumn extends VariableColumn {
  private static final long NOT_ASCII = 0x8080_8080_8080_8080L;

  /** All bytes before this one are ASCII; negative until somebody has looked. */
  private long ascii = -1;

  TextColumn(DataType type, FieldVector vector) {
    super(type, vector);
  }

  @Override
  public @Nullable UTF8String getUTF8String(int row) {
    if (isNullAt(row)) {
      return null;
    }
    if (ascii < 0) {
      ascii = firstAscii();
    }
    int length = lengthOf(row);
    long start = offset(row);
    return start + length <= ascii || isAscii(start, start + length)
        ? UTF8String.fromAddress(null, data.memoryAddress() + start, length)
        : checked(row);
  }

  /** Looks at all values at once: most columns are ASCII, and many values have few bytes. */
  private long firstAscii() {
    long end = Math.max(0, Math.min(offset(length()), data.capacity()));
    return isAscii(0, end) ? end : 0;
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

  private UTF8String checked(int row) {
    byte[] bytes = copy(row);
    if (!Utf8.isWellFormed(bytes)) {
      throw refused("its text is not UTF-8");
    }
    return UTF8String.fromBytes(bytes);
  }
}
