package io.sparkflight.arrow;

import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.SpecializedGetters;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.catalyst.util.MapData;
import org.apache.spark.sql.vectorized.ColumnVector;

/** Columns made of other columns. */
final class NestedWriter {
  private NestedWriter() {}

  /** Structs: the children side by side. */
  static final class Structs extends ColumnWriter {
    private final List<ColumnWriter> children;

    Structs(List<ColumnWriter> children) {
      this.children = children;
    }

    @Override
    void write(SpecializedGetters source, int ordinal) {
      put(source.getStruct(ordinal, children.size()));
    }

    @Override
    void write(ColumnVector source, int row) {
      put(source.getStruct(row));
    }

    private void put(InternalRow struct) {
      for (int i = 0; i < children.size(); i++) {
        children.get(i).append(struct, i);
      }
    }

    @Override
    void writeNull() {
      children.forEach(ColumnWriter::appendNull);
    }

    @Override
    int valueBits() {
      return children.stream().mapToInt(ColumnWriter::fixedBits).sum();
    }

    @Override
    long variableBytes() {
      return children.stream().mapToLong(ColumnWriter::variableBytes).sum();
    }

    @Override
    void addBuffers(BatchBody body) {
      children.forEach(child -> child.addTo(body));
    }

    @Override
    void truncateValues(int rows) {
      children.forEach(child -> child.truncate(rows));
    }
  }

  /** Lists: 32-bit offsets into the elements. */
  static class Lists extends ColumnWriter {
    private final GrowingBuffer offsets;
    private final ColumnWriter elements;

    Lists(String column, ColumnWriter elements) {
      this.offsets = new GrowingBuffer(column);
      this.elements = elements;
      offsets.putInt(0);
    }

    @Override
    void write(SpecializedGetters source, int ordinal) {
      put(source.getArray(ordinal));
    }

    @Override
    void write(ColumnVector source, int row) {
      put(source.getArray(row));
    }

    private void put(ArrayData array) {
      for (int i = 0; i < array.numElements(); i++) {
        elements.append(array, i);
      }
      end();
    }

    final void end() {
      offsets.putInt(elements.count());
    }

    @Override
    final void writeNull() {
      end();
    }

    @Override
    final int valueBits() {
      return Integer.SIZE;
    }

    @Override
    final long variableBytes() {
      return elements.bytes();
    }

    @Override
    final void addBuffers(BatchBody body) {
      body.buffer(offsets.array(), offsets.size());
      elements.addTo(body);
    }

    @Override
    final void truncateValues(int rows) {
      elements.truncate(offsets.intAt(rows));
      offsets.truncate((rows + 1) * Integer.BYTES);
    }
  }

  /** Maps: lists of entries, an entry being a key and a value. */
  static final class Maps extends Lists {
    private final Entries entries;

    Maps(String column, Entries entries) {
      super(column, entries);
      this.entries = entries;
    }

    @Override
    void write(SpecializedGetters source, int ordinal) {
      put(source.getMap(ordinal));
    }

    @Override
    void write(ColumnVector source, int row) {
      put(source.getMap(row));
    }

    private void put(MapData map) {
      ArrayData keys = map.keyArray();
      ArrayData values = map.valueArray();
      for (int i = 0; i < map.numElements(); i++) {
        entries.append(keys, values, i);
      }
      end();
    }
  }

  /** The entries of a map: never null themselves. */
  static final class Entries extends ColumnWriter {
    private final ColumnWriter keys;
    private final ColumnWriter values;

    Entries(ColumnWriter keys, ColumnWriter values) {
      this.keys = keys;
      this.values = values;
    }

    void append(ArrayData fromKeys, ArrayData fromValues, int index) {
      markValid();
      keys.append(fromKeys, index);
      values.append(fromValues, index);
    }

    @Override
    void write(SpecializedGetters source, int ordinal) {
      throw new IllegalStateException("Entries come from a map");
    }

    @Override
    void write(ColumnVector source, int row) {
      throw new IllegalStateException("Entries come from a map");
    }

    @Override
    void writeNull() {
      throw new IllegalStateException("An entry is never null");
    }

    @Override
    int valueBits() {
      return keys.fixedBits() + values.fixedBits();
    }

    @Override
    long variableBytes() {
      return keys.variableBytes() + values.variableBytes();
    }

    @Override
    void addBuffers(BatchBody body) {
      keys.addTo(body);
      values.addTo(body);
    }

    @Override
    void truncateValues(int rows) {
      keys.truncate(rows);
      values.truncate(rows);
    }
  }
}
