package io.sparkflight.arrow;

import io.sparkflight.error.ErrorKind;
import io.sparkflight.error.FlightFailure;
import java.util.Arrays;
import org.apache.spark.unsafe.Platform;
import org.jspecify.annotations.Nullable;

/**
 * Bytes on the heap that grow by doubling, written through {@link Platform} in the machine's order,
 * which on every machine that Spark runs on is Arrow's: little-endian.
 */
final class GrowingBuffer {
  private static final int INITIAL = 1024;
  private static final int MOST = Integer.MAX_VALUE - 64;

  /**
   * Up to so many bytes, a few moves of the processor take less time than the call that copies any
   * number of them; and most texts are that short.
   */
  private static final int SHORT = 32;

  private final String column;
  private byte[] bytes = new byte[INITIAL];
  private int size;

  GrowingBuffer(String column) {
    this.column = column;
  }

  int size() {
    return size;
  }

  byte[] array() {
    return bytes;
  }

  /** Makes room behind the end, in a new array if need be. Returns where the room begins. */
  int extend(long more) {
    reserve(more);
    int start = size;
    size = (int) (size + more);
    return start;
  }

  /** Makes room behind the end, which stays where it is. */
  void reserve(long more) {
    long wanted = size + more;
    if (wanted > bytes.length) {
      grow(wanted);
    }
  }

  void putByte(byte value) {
    int start = extend(1);
    bytes[start] = value;
  }

  void putShort(short value) {
    int start = extend(2);
    Platform.putShort(bytes, Platform.BYTE_ARRAY_OFFSET + start, value);
  }

  void putInt(int value) {
    int start = extend(4);
    Platform.putInt(bytes, Platform.BYTE_ARRAY_OFFSET + start, value);
  }

  void putLong(long value) {
    int start = extend(8);
    Platform.putLong(bytes, Platform.BYTE_ARRAY_OFFSET + start, value);
  }

  /** Numbers of 64 bits, as numbers of 128 bits. */
  void putWide(long[] numbers) {
    long to = (long) Platform.BYTE_ARRAY_OFFSET + extend(2L * Long.BYTES * numbers.length);
    for (long number : numbers) {
      Platform.putLong(bytes, to, number);
      Platform.putLong(bytes, to + Long.BYTES, number >> (Long.SIZE - 1));
      to += 2 * Long.BYTES;
    }
  }

  /**
   * The bytes from here on, up to eight, as {@link #putHead} takes them; those behind the end are
   * any.
   */
  long headAt(int index) {
    reserve(Long.BYTES);
    return Platform.getLong(bytes, Platform.BYTE_ARRAY_OFFSET + (long) index);
  }

  /** Appends the first bytes of eight. Room for all eight must be there. */
  void putHead(long head, int length) {
    Platform.putLong(bytes, Platform.BYTE_ARRAY_OFFSET + (long) size, head);
    size += length;
  }

  /** Copies from any memory that {@link Platform} reaches. */
  void putMemory(@Nullable Object base, long offset, long length) {
    long to = (long) Platform.BYTE_ARRAY_OFFSET + extend(length);
    if (length > SHORT) {
      Platform.copyMemory(base, offset, bytes, to, length);
    } else if (length >= Long.BYTES) {
      long last = length - Long.BYTES;
      for (long at = 0; at < last; at += Long.BYTES) {
        Platform.putLong(bytes, to + at, Platform.getLong(base, offset + at));
      }
      Platform.putLong(bytes, to + last, Platform.getLong(base, offset + last));
    } else {
      putFew(base, offset, to, (int) length);
    }
  }

  /** Fewer than eight bytes: two moves, which overlap where the length is no power of two. */
  private void putFew(@Nullable Object base, long offset, long to, int length) {
    if (length >= Integer.BYTES) {
      int last = length - Integer.BYTES;
      Platform.putInt(bytes, to, Platform.getInt(base, offset));
      Platform.putInt(bytes, to + last, Platform.getInt(base, offset + last));
    } else if (length >= Short.BYTES) {
      int last = length - Short.BYTES;
      Platform.putShort(bytes, to, Platform.getShort(base, offset));
      Platform.putShort(bytes, to + last, Platform.getShort(base, offset + last));
    } else if (length == 1) {
      Platform.putByte(bytes, to, Platform.getByte(base, offset));
    }
  }

  int intAt(int index) {
    return Platform.getInt(bytes, Platform.BYTE_ARRAY_OFFSET + 4L * index);
  }

  void truncate(int newSize) {
    size = newSize;
  }

  private void grow(long wanted) {
    if (wanted > MOST) {
      throw new FlightFailure(
          ErrorKind.RESOURCES,
          "Cannot return column %s: one row of it has more than %d bytes, Arrow's limit for a batch."
                  .formatted(column, MOST)
              + " Select a part of the value.");
    }
    try {
      bytes = Arrays.copyOf(bytes, (int) Math.min(MOST, Math.max(wanted, 2L * bytes.length)));
    } catch (OutOfMemoryError e) { // one array that does not fit harms nobody else
      throw new FlightFailure(
          ErrorKind.RESOURCES,
          "Cannot return column %s: its values in one batch have %d bytes, and this process has no room for"
                  .formatted(column, wanted)
              + " them. Select a part of the value, or give the process more memory.");
    }
  }
}
