package io.sparkflight.arrow;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.execution.RowToColumnConverter;
import org.apache.spark.sql.execution.vectorized.Dictionary;
import org.apache.spark.sql.execution.vectorized.OffHeapColumnVector;
import org.apache.spark.sql.execution.vectorized.OnHeapColumnVector;
import org.apache.spark.sql.execution.vectorized.WritableColumnVector;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DateType;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.DoubleType;
import org.apache.spark.sql.types.FloatType;
import org.apache.spark.sql.types.IntegerType;
import org.apache.spark.sql.types.LongType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.TimestampType;
import org.apache.spark.sql.vectorized.ColumnarBatch;

/** Spark's column vectors, filled with rows, in each of the forms that Spark's sources use. */
enum Vectors {
  ON_HEAP,
  OFF_HEAP,
  DICTIONARIES;

  /** The rows as batches of so many rows each. */
  List<ColumnarBatch> batches(StructType schema, List<InternalRow> rows, int size) {
    List<ColumnarBatch> batches = new ArrayList<>();
    for (int from = 0; from < rows.size(); from += size) {
      batches.add(batch(schema, rows.subList(from, Math.min(rows.size(), from + size))));
    }
    return batches;
  }

  private ColumnarBatch batch(StructType schema, List<InternalRow> rows) {
    WritableColumnVector[] vectors =
        this == OFF_HEAP
            ? OffHeapColumnVector.allocateColumns(rows.size(), schema)
            : OnHeapColumnVector.allocateColumns(rows.size(), schema);
    RowToColumnConverter converter = new RowToColumnConverter(schema);
    rows.forEach(row -> converter.convert(row, vectors));
    if (this == DICTIONARIES) {
      for (int i = 0; i < vectors.length; i++) {
        vectors[i] = encoded(vectors[i], rows.size());
      }
    }
    return new ColumnarBatch(vectors, rows.size());
  }

  private static WritableColumnVector encoded(WritableColumnVector plain, int rows) {
    DataType type = plain.dataType();
    if (!hasDictionaryForm(type)) {
      return plain;
    }
    OnHeapColumnVector encoded = new OnHeapColumnVector(rows, type);
    WritableColumnVector ids = encoded.reserveDictionaryIds(rows);
    Values dictionary = new Values();
    for (int i = 0; i < rows; i++) {
      if (plain.isNullAt(i)) {
        encoded.putNull(i);
      } else {
        ids.putInt(i, dictionary.id(value(plain, type, i)));
      }
    }
    encoded.setDictionary(dictionary);
    return encoded;
  }

  private static boolean hasDictionaryForm(DataType type) {
    return type instanceof IntegerType
        || type instanceof DateType
        || type instanceof LongType
        || type instanceof TimestampType
        || type instanceof FloatType
        || type instanceof DoubleType
        || type instanceof StringType
        || type instanceof BinaryType
        || type instanceof DecimalType;
  }

  private static Object value(WritableColumnVector plain, DataType type, int row) {
    if (type instanceof StringType || type instanceof BinaryType || isWide(type)) {
      return plain.getBinary(row);
    } else if (type instanceof FloatType) {
      return plain.getFloat(row);
    } else if (type instanceof DoubleType) {
      return plain.getDouble(row);
    } else if (type instanceof IntegerType
        || type instanceof DateType
        || DecimalType.is32BitDecimalType(type)) {
      return plain.getInt(row);
    }
    return plain.getLong(row);
  }

  private static boolean isWide(DataType type) {
    return type instanceof DecimalType decimal && decimal.precision() > 18;
  }

  /** Every value once. */
  private static final class Values implements Dictionary {
    private final List<Object> values = new ArrayList<>();
    private final Map<Object, Integer> ids = new HashMap<>();

    int id(Object value) {
      Object key = value instanceof byte[] bytes ? java.nio.ByteBuffer.wrap(bytes) : value;
      return ids.computeIfAbsent(
          key,
          absent -> {
            values.add(value);
            return values.size() - 1;
          });
    }

    @Override
    public int decodeToInt(int id) {
      return (Integer) values.get(id);
    }

    @Override
    public long decodeToLong(int id) {
      return (Long) values.get(id);
    }

    @Override
    public float decodeToFloat(int id) {
      return (Float) values.get(id);
    }

    @Override
    public double decodeToDouble(int id) {
      return (Double) values.get(id);
    }

    @Override
    public byte[] decodeToBinary(int id) {
      return (byte[]) values.get(id);
    }
  }
}
