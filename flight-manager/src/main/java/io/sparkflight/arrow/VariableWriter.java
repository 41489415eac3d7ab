package io.sparkflight.arrow;

import org.apache.spark.sql.catalyst.expressions.SpecializedGetters;
import org.apache.spark.sql.execution.vectorized.WritableColumnVector;
import org.apache.spark.sql.vectorized.ColumnVector;
import org.apache.spark.unsafe.Platform;
import org.apache.spark.unsafe.types.UTF8String;
import org.jspecify.annotations.Nullable;

/** Strings and binaries: 32-bit offsets and the bytes. */
abstract class VariableWriter extends ColumnWriter {
  private final GrowingBuffer offsets;
  private final GrowingBuffer data;
  private final DictionaryEntries entries = new DictionaryEntries();

  VariableWriter(String column) {
    this.offsets = new GrowingBuffer(column);
    this.data = new GrowingBuffer(column);
    offsets.putInt(0);
  }

  final void put(@Nullable Object base, long offset, int length) {
    data.putMemory(base, offset, length);
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

  /** What an entry of a dictionary says is decoded once; the other rows copy it. */
  private void appendEntries(WritableColumnVector source, int from, int to) {
    WritableColumnVector ids = source.getDictionaryIds();
    entries.begin();
    for (int row = from; row < to; row++) {
      if (source.isNullAt(row)) {
        appendNull();
        continue;
      }
      markValid();
      int entry = ids.getDictId(row);
      if (entries.has(entry)) {
        long start = (long) Platform.BYTE_ARRAY_OFFSET + entries.start(entry);
        put(data.array(), start, entries.length(entry));
      } else {
        int start = data.size();
        write(source, row);
        entries.put(entry, start, data.size());
      }
    }
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
    void write(SpecializedGetters source, int ordinal) {
      put(source.getUTF8String(ordinal));
    }

    @Override
    void write(ColumnVector source, int row) {
      put(source.getUTF8String(row));
    }

    private void put(UTF8String text) {
      put(text.getBaseObject(), text.getBaseOffset(), text.numBytes());
    }
  }

  /** Bytes. */
  static final class Binaries extends VariableWriter {
    Binaries(String column) {
      super(column);
    }

    @Override
    void write(SpecializedGetters source, int ordinal) {
      put(source.getBinary(ordinal));
    }

    @Override
    void write(ColumnVector source, int row) {
      put(source.getBinary(row));
    }

    private void put(byte[] bytes) {
      put(bytes, Platform.BYTE_ARRAY_OFFSET, bytes.length);
    }
  }
}
