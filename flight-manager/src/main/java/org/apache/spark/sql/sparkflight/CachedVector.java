package org.apache.spark.sql.sparkflight;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.apache.spark.sql.execution.columnar.compression.DictionaryEncoding;
import org.apache.spark.sql.execution.columnar.compression.PassThrough;
import org.apache.spark.sql.execution.columnar.compression.RunLengthEncoding;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.Decimal;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.vectorized.ColumnVector;
import org.apache.spark.sql.vectorized.ColumnarArray;
import org.apache.spark.sql.vectorized.ColumnarMap;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * Texts, binaries or decimals of more than 18 digits of a cached batch, read where they lie: of
 * every row, the place of its value in the bytes of the column. Rows that share an entry of a
 * dictionary, or a run, share its place. One thread; the bytes are the table's, and stay as they
 * are.
 *
 * <p>The format is that of Spark's {@code NullableColumnBuilder}: the number of nulls, their rows,
 * then the values, each behind its length. Before those of texts, {@code CompressibleColumnBuilder}
 * says which of its schemes packs them. The decoders that Spark has for these fill no vector, and
 * copy every text.
 */
final class CachedVector extends ColumnVector {
  private static final int NULL = -1;

  private final ByteBuffer column;
  private final int[] places;
  private final int nulls;

  CachedVector(DataType type, byte[] column, int rows) {
    super(type);
    this.column = ByteBuffer.wrap(column).order(ByteOrder.nativeOrder());
    this.places = new int[rows];
    this.nulls = this.column.getInt();
    this.column.position(nullAt(nulls));
    int scheme = type instanceof StringType ? this.column.getInt() : PassThrough.typeId();
    find(scheme, rows - nulls);
    makeRoomForNulls();
  }

  /** Notes the place of each value; nulls have none. */
  private void find(int scheme, int values) {
    if (scheme == PassThrough.typeId()) {
      find(places, values);
    } else if (scheme == RunLengthEncoding.typeId()) {
      for (int i = 0; i < values; ) {
        int place = next();
        int end = i + column.getInt();
        Arrays.fill(places, i, end, place);
        i = end;
      }
    } else if (scheme == DictionaryEncoding.typeId()) {
      int[] entries = new int[column.getInt()];
      find(entries, entries.length);
      for (int i = 0; i < values; i++) {
        places[i] = entries[column.getShort()];
      }
    } else {
      throw new IllegalStateException("Spark packs no texts by scheme " + scheme);
    }
  }

  private void find(int[] found, int values) {
    for (int i = 0; i < values; i++) {
      found[i] = next();
    }
  }

  /** The place of the next value, and steps over it. */
  private int next() {
    int place = column.position();
    column.position(place + Integer.BYTES + column.getInt(place));
    return place;
  }

  /** Moves the places to their rows, the last first, so that none is overwritten. */
  private void makeRoomForNulls() {
    int row = places.length;
    for (int left = nulls; left > 0; left--) {
      int next = column.getInt(nullAt(left - 1));
      System.arraycopy(places, next - left + 1, places, next + 1, row - next - 1);
      places[next] = NULL;
      row = next;
    }
  }

  /** Where the row of a null is said. */
  private static int nullAt(int index) {
    return Integer.BYTES * (1 + index);
  }

  private int start(int row) {
    return places[row] + Integer.BYTES;
  }

  private int length(int row) {
    return column.getInt(places[row]);
  }

  @Override
  public boolean hasNull() {
    return nulls > 0;
  }

  @Override
  public int numNulls() {
    return nulls;
  }

  @Override
  public boolean isNullAt(int row) {
    return places[row] == NULL;
  }

  /** Not copied. */
  @Override
  public UTF8String getUTF8String(int row) {
    return UTF8String.fromBytes(column.array(), start(row), length(row));
  }

  @Override
  public byte[] getBinary(int row) {
    return Arrays.copyOfRange(column.array(), start(row), start(row) + length(row));
  }

  @Override
  public Decimal getDecimal(int row, int precision, int scale) {
    BigInteger unscaled = new BigInteger(column.array(), start(row), length(row));
    return Decimal.apply(new BigDecimal(unscaled, scale), precision, scale);
  }

  /** Nothing to give back. */
  @Override
  public void close() {}

  @Override
  public boolean getBoolean(int row) {
    throw other();
  }

  @Override
  public byte getByte(int row) {
    throw other();
  }

  @Override
  public short getShort(int row) {
    throw other();
  }

  @Override
  public int getInt(int row) {
    throw other();
  }

  @Override
  public long getLong(int row) {
    throw other();
  }

  @Override
  public float getFloat(int row) {
    throw other();
  }

  @Override
  public double getDouble(int row) {
    throw other();
  }

  @Override
  public ColumnarArray getArray(int row) {
    throw other();
  }

  @Override
  public ColumnarMap getMap(int row) {
    throw other();
  }

  @Override
  public ColumnVector getChild(int ordinal) {
    throw other();
  }

  private UnsupportedOperationException other() {
    return new UnsupportedOperationException("The values are of type " + type.sql());
  }
}
