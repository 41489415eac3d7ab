package io.sparkflight.arrow;

import org.apache.spark.sql.catalyst.expressions.SpecializedGetters;
import org.apache.spark.sql.execution.vectorized.WritableColumnVector;
import org.apache.spark.sql.vectorized.ColumnVector;
import org.apache.spark.unsafe.Platform;
import org.apache.spark.unsafe.types.UTF8String;

/** Strings and binaries: 32-bit offsets and the bytes. */
abstract class VariableWriter extends ColumnWriter {
  private final GrowingBuffer offsets;
  private final GrowingBuffer data;
  private final DictionaryEntries entries;

  VariableWriter(String column) {
    this.offsets = new GrowingBuffer(column);
    this.data = new GrowingBuffer(column);
    this.entries = new DictionaryEntries(column);
    offsets.putInt(0);
  }

  /** Appends the bytes of a value that is not null. */
  abstract void copy(SpecializedGetters source, int ordinal, GrowingBuffer to);

  /** Appends the bytes of a value that is not null. */
  abstract void copy(ColumnVector source, int row, GrowingBuffer to);

  @Override
  final void write(SpecializedGetters source, int ordinal) {
    copy(source, ordinal, data);
    offsets.putInt(data.size());
  }

  @Override
  final void write(ColumnVector source, int row) {
    copy(source, row, data);
    offsets.putInt(data.size());
  }

  @Override
  final void appendAll(ColumnVector source, int from, int to) {
    if (source instanceof WritableColumnVector vector && vector.hasDictionary()) {
      appendEntries(vector, from, to);
    } else if (source.hasNull()) {
      super.appendAll(source, from, to);
    } else {
      markValid(to - from);
      for (int row = from; row < to; row++) {
        write(source, row);
      }
    }
  }

  private void appendEntries(WritableColumnVector source, int from, int to) {
    int[] rows = source.getDictionaryIds().getInts(from, to - from);
    entries.begin();
    if (source.hasNull()) {
      appendNullable(source, from, rows);
      return;
    }
    for (int i = 0; i < rows.length; i++) {
      rows[i] = slot(source, from + i, rows[i]);
    }
    markValid(rows.length);
    entries.appendAll(rows, data, offsets);
  }

  private void appendNullable(WritableColumnVector source, int from, int[] rows) {
    for (int i = 0; i < rows.length; i++) {
      if (source.isNullAt(from + i)) {
        appendNull();
      } else {
        markValid();
        entries.append(slot(source, from + i, rows[i]), data);
        offsets.putInt(data.size());
      }
    }
  }

  /** What an entry of a dictionary says is decoded once. */
  private int slot(WritableColumnVector source, int row, int entry) {
    int slot = entries.find(entry);
    if (slot < 0) {
      copy(source, row, entries.bytes());
      slot = entries.add(entry);
    }
    return slot;
  }

  @Override
  final void writeNull() {
    offsets.putInt(data.size());
  }

  @Override
  final int valueBits() {
    return Integer.SIZE;
  }

  @Override
  final long variableBytes() {
    return data.size();
  }

  @Override
  final void addBuffers(BatchBody body) {
    body.buffer(offsets.array(), offsets.size());
    body.buffer(data.array(), data.size());
  }

  @Override
  final void truncateValues(int rows) {
    data.truncate(offsets.intAt(rows));
    offsets.truncate((rows + 1) * Integer.BYTES);
  }

  /** UTF-8 text. */
  static final class Strings extends VariableWriter {
    Strings(String column) {
      super(column);
    }

    @Override
    void copy(SpecializedGetters source, int ordinal, GrowingBuffer to) {
      copy(source.getUTF8String(ordinal), to);
    }

    @Override
    void copy(ColumnVector source, int row, GrowingBuffer to) {
      copy(source.getUTF8String(row), to);
    }

    private static void copy(UTF8String text, GrowingBuffer to) {
      to.putMemory(text.getBaseObject(), text.getBaseOffset(), text.numBytes());
    }
  }

  /** Bytes. */
  static final class Binaries extends VariableWriter {
    Binaries(String column) {
      super(column);
    }

    @Override
    void copy(SpecializedGetters source, int ordinal, GrowingBuffer to) {
      copy(source.getBinary(ordinal), to);
    }

    @Override
    void copy(ColumnVector source, int row, GrowingBuffer to) {
      copy(source.getBinary(row), to);
    }

    private static void copy(byte[] bytes, GrowingBuffer to) {
      to.putMemory(bytes, Platform.BYTE_ARRAY_OFFSET, bytes.length);
    }
  }
}
