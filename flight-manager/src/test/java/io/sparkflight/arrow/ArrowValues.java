package io.sparkflight.arrow;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.DurationVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.IntervalYearVector;
import org.apache.arrow.vector.SmallIntVector;
import org.apache.arrow.vector.TimeStampVector;
import org.apache.arrow.vector.TinyIntVector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.MapVector;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.SpecializedGetters;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.catalyst.util.MapData;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.NullType;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/** Compares Arrow's values with Spark's, value by value. */
final class ArrowValues {
  private ArrowValues() {}

  /** Asserts that a batch holds these rows. */
  static void assertRows(VectorSchemaRoot root, StructType schema, List<InternalRow> rows) {
    assertThat(root.getRowCount()).isEqualTo(rows.size());
    for (int c = 0; c < schema.length(); c++) {
      FieldVector vector = root.getVector(c);
      assertThat(vector.getValueCount()).isEqualTo(rows.size());
      for (int r = 0; r < rows.size(); r++) {
        assertValue(vector, r, schema.fields()[c].dataType(), rows.get(r), c);
      }
    }
  }

  private static void assertValue(
      FieldVector vector, int index, DataType type, SpecializedGetters source, int ordinal) {
    if (type instanceof NullType || source.isNullAt(ordinal)) {
      assertThat(vector.isNull(index)).as("%s at %d is null", vector.getName(), index).isTrue();
      return;
    }
    assertThat(vector.isNull(index)).as("%s at %d is null", vector.getName(), index).isFalse();
    if (vector instanceof MapVector map) {
      assertMap(map, index, (MapType) type, source.getMap(ordinal));
    } else if (vector instanceof ListVector list) {
      DataType element = ((ArrayType) type).elementType();
      assertElements(
          list.getDataVector(),
          list.getElementStartIndex(index),
          list.getElementEndIndex(index),
          element,
          source.getArray(ordinal));
    } else if (vector instanceof StructVector struct) {
      StructType fields = (StructType) type;
      InternalRow row = source.getStruct(ordinal, fields.length());
      for (int i = 0; i < fields.length(); i++) {
        FieldVector child = (FieldVector) struct.getChildByOrdinal(i);
        assertValue(child, index, fields.fields()[i].dataType(), row, i);
      }
    } else {
      assertThat(arrow(vector, index))
          .as("%s at %d", vector.getName(), index)
          .isEqualTo(spark(vector, type, source, ordinal));
    }
  }

  private static void assertMap(MapVector map, int index, MapType type, MapData data) {
    StructVector entries = (StructVector) map.getDataVector();
    int from = map.getElementStartIndex(index);
    int to = map.getElementEndIndex(index);
    assertElements(
        (FieldVector) entries.getChildByOrdinal(0), from, to, type.keyType(), data.keyArray());
    assertElements(
        (FieldVector) entries.getChildByOrdinal(1), from, to, type.valueType(), data.valueArray());
  }

  private static void assertElements(
      FieldVector vector, int from, int to, DataType type, ArrayData array) {
    assertThat(to - from).isEqualTo(array.numElements());
    for (int i = 0; i < array.numElements(); i++) {
      assertValue(vector, from + i, type, array, i);
    }
  }

  private static @Nullable Object arrow(FieldVector vector, int index) {
    if (vector instanceof VarCharVector strings) {
      return strings.get(index);
    } else if (vector instanceof VarBinaryVector binaries) {
      return binaries.get(index);
    } else if (vector instanceof Float4Vector floats) {
      return Float.floatToRawIntBits(floats.get(index));
    } else if (vector instanceof Float8Vector doubles) {
      return Double.doubleToRawLongBits(doubles.get(index));
    } else if (vector instanceof DecimalVector decimals) {
      return decimals.getObject(index);
    }
    return number((BaseFixedWidthVector) vector, index);
  }

  private static long number(BaseFixedWidthVector vector, int index) {
    if (vector instanceof BitVector bits) {
      return bits.get(index);
    } else if (vector instanceof TinyIntVector bytes) {
      return bytes.get(index);
    } else if (vector instanceof SmallIntVector shorts) {
      return shorts.get(index);
    } else if (vector instanceof IntVector ints) {
      return ints.get(index);
    } else if (vector instanceof BigIntVector longs) {
      return longs.get(index);
    } else if (vector instanceof DateDayVector dates) {
      return dates.get(index);
    } else if (vector instanceof TimeStampVector timestamps) {
      return timestamps.get(index);
    } else if (vector instanceof IntervalYearVector months) {
      return months.get(index);
    }
    return DurationVector.get(((DurationVector) vector).getDataBuffer(), index);
  }

  private static Object spark(
      FieldVector vector, DataType type, SpecializedGetters source, int ordinal) {
    if (vector instanceof VarCharVector) {
      return source.getUTF8String(ordinal).getBytes();
    } else if (vector instanceof VarBinaryVector) {
      return source.getBinary(ordinal);
    } else if (vector instanceof Float4Vector) {
      return Float.floatToRawIntBits(source.getFloat(ordinal));
    } else if (vector instanceof Float8Vector) {
      return Double.doubleToRawLongBits(source.getDouble(ordinal));
    } else if (type instanceof DecimalType decimal) {
      return source
          .getDecimal(ordinal, decimal.precision(), decimal.scale())
          .toJavaBigDecimal()
          .setScale(decimal.scale());
    } else if (vector instanceof BitVector) {
      return source.getBoolean(ordinal) ? 1L : 0L;
    } else if (vector instanceof TinyIntVector) {
      return (long) source.getByte(ordinal);
    } else if (vector instanceof SmallIntVector) {
      return (long) source.getShort(ordinal);
    }
    return ((BaseFixedWidthVector) vector).getTypeWidth() == Integer.BYTES
        ? (long) source.getInt(ordinal)
        : source.getLong(ordinal);
  }
}
