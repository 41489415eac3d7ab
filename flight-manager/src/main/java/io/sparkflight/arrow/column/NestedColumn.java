package io.sparkflight.arrow.column;

import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Set;
import java.util.function.IntToLongFunction;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.complex.MapVector;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.vectorized.ColumnVector;
import org.apache.spark.sql.vectorized.ColumnarArray;
import org.apache.spark.sql.vectorized.ColumnarMap;
import org.apache.spark.sql.vectorized.ColumnarRow;
import org.jspecify.annotations.Nullable;

/** Values that are made of other columns' values. */
final class NestedColumn {
  private NestedColumn() {}

  /** Lists of every kind: a range of the elements' column. */
  static final class OfList extends ArrowColumn {
    private final ArrowColumn elements;
    private final IntToLongFunction starts;
    private final IntToLongFunction ends;

    OfList(
        DataType type,
        FieldVector vector,
        ArrowColumn elements,
        IntToLongFunction starts,
        IntToLongFunction ends) {
      super(type, vector);
      this.elements = elements;
      this.starts = starts;
      this.ends = ends;
    }

    @Override
    public @Nullable ColumnarArray getArray(int row) {
      if (isNullAt(row)) {
        return null;
      }
      int start = Math.toIntExact(starts.applyAsLong(row));
      int end = Math.toIntExact(ends.applyAsLong(row));
      requireRange(start, end, elements);
      return new ColumnarArray(elements, start, end - start);
    }
  }

  /** A range of the keys' column and the same range of the values'. */
  static final class OfMap extends ArrowColumn {
    private final MapVector map;
    private final ArrowColumn keys;
    private final ArrowColumn values;

    OfMap(DataType type, MapVector map, ArrowColumn keys, ArrowColumn values) {
      super(type, map);
      this.map = map;
      this.keys = keys;
      this.values = values;
    }

    @Override
    public @Nullable ColumnarMap getMap(int row) {
      if (isNullAt(row)) {
        return null;
      }
      int start = map.getElementStartIndex(row);
      int end = map.getElementEndIndex(row);
      requireRange(start, end, keys);
      requireRange(start, end, values);
      ColumnarMap read = new ColumnarMap(keys, values, start, end - start);
      checkKeys(read.keyArray());
      return read;
    }

    /** Spark's maps have no key twice, and none that is null; nobody would look again. */
    private void checkKeys(ColumnarArray range) {
      DataType type = ((MapType) dataType()).keyType();
      Set<Object> seen = new HashSet<>();
      for (int i = 0; i < range.numElements(); i++) {
        if (range.isNullAt(i) || !seen.add(comparable(range.get(i, type)))) {
          throw refused("its map has a key twice, or none");
        }
      }
    }

    /** Views of columns compare by identity; copies by what they hold. */
    private static Object comparable(Object key) {
      if (key instanceof ColumnarRow row) {
        return row.copy();
      } else if (key instanceof ColumnarArray array) {
        return array.copy();
      }
      return key instanceof byte[] bytes ? ByteBuffer.wrap(bytes) : key;
    }
  }

  /** A column for each field. */
  static final class OfStruct extends ArrowColumn {
    private final ArrowColumn[] fields;

    OfStruct(DataType type, FieldVector vector, ArrowColumn[] fields) {
      super(type, vector);
      this.fields = fields;
      for (ArrowColumn field : fields) {
        requireRange(0, length(), field);
      }
    }

    @Override
    public ColumnVector getChild(int ordinal) {
      return fields[ordinal];
    }
  }
}
