package io.sparkflight.manager.statement;

import java.util.Arrays;

/** A growing sequence of CRC32C values, four bytes each. */
final class ChecksumList {
  private int[] values = new int[8];
  private int size;

  void add(int crc) {
    if (size == values.length) {
      values = Arrays.copyOf(values, size * 2);
    }
    values[size++] = crc;
  }

  int at(int index) {
    return values[index];
  }

  int size() {
    return size;
  }

  /** Whether this sequence begins with the other one. */
  boolean startsWith(ChecksumList prefix) {
    return prefix.size <= size
        && Arrays.equals(values, 0, prefix.size, prefix.values, 0, prefix.size);
  }
}
