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

  /**
   * How many values at the beginning both sequences have in common.
   *
   * @param known so many of them were found to be the same before; they are not compared again
   */
  int common(ChecksumList other, int known) {
    int end = Math.min(size, other.size);
    int different = Arrays.mismatch(values, known, end, other.values, known, end);
    return different < 0 ? end : known + different;
  }
}
