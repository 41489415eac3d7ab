package io.sparkflight.arrow;

import java.util.Arrays;
import org.apache.spark.unsafe.Platform;

/**
 * The entries of a column's dictionary that a range of rows has, each decoded once: Spark would
 * decode an entry anew for every row that has it, into an array of its own. Each has a slot here,
 * which is what rows are copied from.
 *
 * <p>Holds for one range of rows: the next one may have another dictionary. Entries from {@value
 * #MOST} on are not found again, since a range has hardly more rows than that.
 */
final class DictionaryEntries {
  private static final int MOST = 4096;

  private final GrowingBuffer bytes;
  private int[] ranges = new int[16]; // by entry: the last range that had it
  private int[] slots = new int[16]; // by entry
  private int[] starts = new int[16]; // by slot, and so are these two
  private int[] lengths = new int[16];
  private long[] heads = new long[16];
  private int range;
  private int count;

  DictionaryEntries(String column) {
    this.bytes = new GrowingBuffer(column);
  }

  /** Another range of rows begins: nothing is remembered. */
  void begin() {
    count = 0;
    bytes.truncate(0);
    range++;
    if (range == 0) { // after four billion of them, a number comes again
      Arrays.fill(ranges, 0);
      range = 1;
    }
  }

  /** The slot of an entry; negative if it has none. */
  int find(int entry) {
    return entry < ranges.length && ranges[entry] == range ? slots[entry] : -1;
  }

  /** Where the next entry is decoded to: behind the others. */
  GrowingBuffer bytes() {
    return bytes;
  }

  /** Gives a slot to the entry that was just decoded. */
  int add(int entry) {
    if (count == starts.length) {
      starts = Arrays.copyOf(starts, 2 * count);
      lengths = Arrays.copyOf(lengths, 2 * count);
      heads = Arrays.copyOf(heads, 2 * count);
    }
    int start = count == 0 ? 0 : starts[count - 1] + lengths[count - 1];
    starts[count] = start;
    lengths[count] = bytes.size() - start;
    heads[count] = bytes.headAt(start);
    remember(entry);
    return count++;
  }

  private void remember(int entry) {
    if (entry >= MOST) {
      return;
    }
    if (entry >= ranges.length) {
      int wanted = Math.min(MOST, Math.max(entry + 1, 2 * ranges.length));
      ranges = Arrays.copyOf(ranges, wanted);
      slots = Arrays.copyOf(slots, wanted);
    }
    ranges[entry] = range;
    slots[entry] = count;
  }

  /** Appends what is in a slot. */
  void append(int slot, GrowingBuffer data) {
    data.putMemory(bytes.array(), (long) Platform.BYTE_ARRAY_OFFSET + starts[slot], lengths[slot]);
  }

  /**
   * Appends what is in the slots of so many rows, and where each row ends. Room is made once for
   * all of them, and what is short is one move of the processor.
   */
  void appendAll(int[] rows, GrowingBuffer data, GrowingBuffer ends) {
    long total = 0;
    for (int slot : rows) {
      total += lengths[slot];
    }
    data.reserve(total + Long.BYTES); // what is moved may reach behind the last row
    long end = (long) Platform.BYTE_ARRAY_OFFSET + ends.extend((long) Integer.BYTES * rows.length);
    for (int slot : rows) {
      if (lengths[slot] <= Long.BYTES) {
        data.putHead(heads[slot], lengths[slot]);
      } else {
        append(slot, data);
      }
      Platform.putInt(ends.array(), end, data.size());
      end += Integer.BYTES;
    }
  }
}
