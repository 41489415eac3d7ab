package io.sparkflight.arrow;

import java.util.Arrays;
import org.apache.spark.sql.catalyst.expressions.SpecializedGetters;
import org.apache.spark.sql.vectorized.ColumnVector;

/**
 * The buffers of one column of the batch being written. A value goes in by {@link #append}, from a
 * row, an array or a column; the whole goes out by {@link #addTo}.
 */
abstract class ColumnWriter {
  private byte[] validity = new byte[128];
  private int count;
  private int nulls;

  /** Writes a value that is not null. */
  abstract void write(SpecializedGetters source, int ordinal);

  /** Writes a value of a column that is not null. */
  abstract void write(ColumnVector source, int row);

  /** Fills the place of a null, so that all buffers stay in step. */
  abstract void writeNull();

  /** The bits that every value costs, whatever it is, beside the one that says it is present. */
  abstract int valueBits();

  /** The bytes that the values cost beyond that. */
  abstract long variableBytes();

  /** Adds the buffers behind the validity, then those of the children. */
  abstract void addBuffers(BatchBody body);

  /** Forgets the values behind the first {@code rows}. */
  abstract void truncateValues(int rows);

  /** The bits that every value costs, whatever it is. */
  final int fixedBits() {
    return hasValidity() ? valueBits() + 1 : 0;
  }

  /** The bytes of all values so far. */
  final long bytes() {
    return (long) count * fixedBits() / Byte.SIZE + variableBytes();
  }

  final int count() {
    return count;
  }

  final void append(SpecializedGetters source, int ordinal) {
    if (source.isNullAt(ordinal)) {
      appendNull();
    } else {
      markValid();
      write(source, ordinal);
    }
  }

  final void append(ColumnVector source, int row) {
    if (source.isNullAt(row)) {
      appendNull();
    } else {
      markValid();
      write(source, row);
    }
  }

  /** Appends a range of a column; writers with a faster way than value by value override it. */
  void appendAll(ColumnVector source, int from, int to) {
    for (int row = from; row < to; row++) {
      append(source, row);
    }
  }

  final void appendNull() {
    ensureValidity(count);
    validity[count >> 3] &= (byte) ~(1 << (count & 7));
    count++;
    nulls++;
    writeNull();
  }

  final void markValid() {
    ensureValidity(count);
    validity[count >> 3] |= (byte) (1 << (count & 7));
    count++;
  }

  /** Marks the next values as present, all of them. */
  final void markValid(int values) {
    for (int i = 0; i < values; i++) {
      if ((count & 7) == 0 && values - i >= 8) {
        ensureValidity(count);
        validity[count >> 3] = (byte) 0xff;
        count += 8;
        i += 7;
      } else {
        markValid();
      }
    }
  }

  final void truncate(int rows) {
    if (rows == 0 || nulls == 0) { // after each batch, or nothing to count
      nulls = 0;
    } else {
      nulls -= nullsBehind(rows);
    }
    count = rows;
    truncateValues(rows);
  }

  private int nullsBehind(int rows) {
    int found = 0;
    for (int i = rows; i < count; i++) {
      if ((validity[i >> 3] & (1 << (i & 7))) == 0) {
        found++;
      }
    }
    return found;
  }

  /** Adds the field's node and buffers, in the order of the IPC format: depth first. */
  final void addTo(BatchBody body) {
    body.node(count, nulls);
    if (hasValidity()) {
      int bytes = nulls == 0 ? 0 : (count + 7) >> 3;
      clearTail(bytes);
      body.buffer(validity, bytes);
    }
    addBuffers(body);
  }

  /** Whether the type has a validity buffer; all but the null type have one. */
  boolean hasValidity() {
    return true;
  }

  private void clearTail(int bytes) {
    if (bytes > 0 && (count & 7) != 0) {
      validity[bytes - 1] &= (byte) ((1 << (count & 7)) - 1);
    }
  }

  private void ensureValidity(int index) {
    if (index >> 3 >= validity.length) {
      validity = Arrays.copyOf(validity, validity.length * 2);
    }
  }
}
