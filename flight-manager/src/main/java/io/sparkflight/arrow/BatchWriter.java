package io.sparkflight.arrow;

import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.ByteType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DateType;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.DoubleType;
import org.apache.spark.sql.types.FloatType;
import org.apache.spark.sql.types.IntegerType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.NullType;
import org.apache.spark.sql.types.ShortType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.UserDefinedType;
import org.apache.spark.sql.types.YearMonthIntervalType;
import org.apache.spark.sql.vectorized.ColumnarBatch;

/** The batch being written: a writer per column. */
final class BatchWriter {
  private final StructType schema;
  private final Compression compression;
  private final int fixedBits;
  private ColumnWriter[] columns;
  private int rows;

  BatchWriter(StructType schema, Compression compression) {
    this.schema = schema;
    this.compression = compression;
    this.columns = columnsOf(schema);
    int bits = 0;
    for (ColumnWriter column : columns) {
      bits += column.fixedBits();
    }
    this.fixedBits = bits;
  }

  int rows() {
    return rows;
  }

  /** About the bytes that the body will have. */
  long bytes() {
    long bytes = (long) rows * fixedBits / Byte.SIZE;
    for (ColumnWriter column : columns) {
      bytes += column.variableBytes();
    }
    return bytes;
  }

  /** The most bytes that a row costs, whatever its values are. */
  int fixedBytes() {
    return fixedBits / Byte.SIZE + 1;
  }

  void append(InternalRow row) {
    for (int i = 0; i < columns.length; i++) {
      columns[i].append(row, i);
    }
    rows++;
  }

  void append(ColumnarBatch batch, int from, int to) {
    for (int i = 0; i < columns.length; i++) {
      columns[i].appendAll(batch.column(i), from, to);
    }
    rows += to - from;
  }

  void truncate(int newRows) {
    for (ColumnWriter column : columns) {
      column.truncate(newRows);
    }
    rows = newRows;
  }

  /** Writes the batch and begins the next one. */
  BatchFrame finish() {
    long written = bytes();
    BatchBody body = new BatchBody(rows, compression);
    for (ColumnWriter column : columns) {
      column.addTo(body);
    }
    BatchFrame frame = body.frame();
    if (written > 2 * BatchLimits.HARD_BYTES) {
      columns =
          columnsOf(schema); // one giant row must not keep its buffers for the rest of the task
      rows = 0;
    } else {
      truncate(0);
    }
    return frame;
  }

  private static ColumnWriter[] columnsOf(StructType schema) {
    return writers("", schema).toArray(ColumnWriter[]::new);
  }

  private static List<ColumnWriter> writers(String prefix, StructType struct) {
    List<ColumnWriter> writers = new ArrayList<>();
    for (StructField field : struct.fields()) {
      writers.add(writer(prefix + field.name(), field.dataType()));
    }
    return writers;
  }

  private static ColumnWriter writer(String column, DataType type) {
    if (type instanceof UserDefinedType<?> userDefined) {
      return writer(column, userDefined.sqlType());
    } else if (type instanceof ArrayType array) {
      return new NestedWriter.Lists(column, writer(column + ".element", array.elementType()));
    } else if (type instanceof MapType map) {
      return new NestedWriter.Maps(
          column,
          new NestedWriter.Entries(
              writer(column + ".key", map.keyType()), writer(column + ".value", map.valueType())));
    } else if (type instanceof StructType struct) {
      return new NestedWriter.Structs(writers(column + ".", struct));
    }
    return simple(column, type);
  }

  private static ColumnWriter simple(String column, DataType type) {
    if (type instanceof StringType) {
      return new VariableWriter.Strings(column);
    } else if (type instanceof BinaryType) {
      return new VariableWriter.Binaries(column);
    } else if (type instanceof DecimalType decimal) {
      return new DecimalWriter(column, decimal);
    } else if (type instanceof BooleanType) {
      return new BooleanWriter(column);
    } else if (type instanceof ByteType) {
      return new FixedWidthWriter.Bytes(column);
    } else if (type instanceof ShortType) {
      return new FixedWidthWriter.Shorts(column);
    } else if (type instanceof IntegerType
        || type instanceof DateType
        || type instanceof YearMonthIntervalType) {
      return new FixedWidthWriter.Ints(column);
    } else if (type instanceof FloatType) {
      return new FixedWidthWriter.Floats(column);
    } else if (type instanceof DoubleType) {
      return new FixedWidthWriter.Doubles(column);
    } else if (type instanceof NullType) {
      return new NullWriter();
    }
    // What is left of the types that have an Arrow form: long, both timestamps, day-time intervals.
    return new FixedWidthWriter.Longs(column);
  }
}
