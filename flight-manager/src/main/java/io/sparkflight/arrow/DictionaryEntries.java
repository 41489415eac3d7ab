package io.sparkflight.arrow;

import java.util.Arrays;

/**
 * Where a writer has put the entries of a column's dictionary. Spark decodes an entry anew for
 * every row that has it, into an array of its own; who remembers the place of the first can copy
 * it.
 *
 * <p>Holds for one range of rows: the next one may have another dictionary. Only the first {@value
 * #MOST} entries are remembered, since a range has hardly more rows than that.
 */
final class DictionaryEntries {
  private static final int MOST = 4096;

  private int[] ranges = new int[16];
  private int[] starts = new int[16];
  private int[] ends = new int[16];
  private int range;

  /** Another range of rows begins: nothing is remembered. */
  void begin() {
    range++;
    if (range == 0) { // after four billion of them, a number comes again
      Arrays.fill(ranges, 0);
      range = 1;
    }
  }

  boolean has(int entry) {
    return entry < ranges.length && ranges[entry] == range;
  }

  int start(int entry) {
    return starts[entry];
  }

  int length(int entry) {
    return ends[entry] - starts[entry];
  }

  /** Remembers that an entry is from the start to the end. */
  void put(int entry, int start, int end) {
    if (entry >= MOST) {
      return;
    }
    if (entry >= ranges.length) {
      int wanted = Math.min(MOST, Math.max(entry + 1, 2 * ranges.length));
      ranges = Arrays.copyOf(ranges, wanted);
      starts = Arrays.copyOf(starts, wanted);
      ends = Arrays.copyOf(ends, wanted);
    }
    ranges[entry] = range;
    starts[entry] = start;
    ends[entry] = end;
  }
}
