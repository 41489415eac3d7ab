package io.sparkflight.arrow.column;

import org.apache.arrow.vector.BaseIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.spark.sql.types.Decimal;
import org.apache.spark.sql.vectorized.ColumnVector;
import org.apache.spark.sql.vectorized.ColumnarArray;
import org.apache.spark.sql.vectorized.ColumnarMap;
import org.apache.spark.unsafe.types.UTF8String;
import org.jspecify.annotations.Nullable;

/** Indexes into a dictionary, read as its entries. */
final class DictionaryColumn extends ArrowColumn {
  private final BaseIntVector indexes;
  private final ArrowColumn entries;
  private final int size;

  DictionaryColumn(BaseIntVector indexes, ArrowColumn entries, int size) {
    super(entries.dataType(), (FieldVector) indexes);
    this.indexes = indexes;
    this.entries = entries;
    this.size = size;
  }

  private int entry(int row) {
    long index = indexes.getValueAsLong(row);
    if (index < 0 || index >= size) {
      throw refused("its dictionary has no entry " + index);
    }
    return (int) index;
  }

  @Override
  public boolean hasNull() {
    return super.hasNull() || entries.hasNull();
  }

  @Override
  public boolean isNullAt(int row) {
    return super.isNullAt(row) || entries.isNullAt(entry(row));
  }

  @Override
  public boolean getBoolean(int row) {
    return entries.getBoolean(entry(row));
  }

  @Override
  public byte getByte(int row) {
    return entries.getByte(entry(row));
  }

  @Override
  public short getShort(int row) {
    return entries.getShort(entry(row));
  }

  @Override
  public int getInt(int row) {
    return entries.getInt(entry(row));
  }

  @Override
  public long getLong(int row) {
    return entries.getLong(entry(row));
  }

  @Override
  public float getFloat(int row) {
    return entries.getFloat(entry(row));
  }

  @Override
  public double getDouble(int row) {
    return entries.getDouble(entry(row));
  }

  @Override
  public @Nullable ColumnarArray getArray(int row) {
    return isNullAt(row) ? null : entries.getArray(entry(row));
  }

  @Override
  public @Nullable ColumnarMap getMap(int row) {
    return isNullAt(row) ? null : entries.getMap(entry(row));
  }

  @Override
  public @Nullable Decimal getDecimal(int row, int precision, int scale) {
    return isNullAt(row) ? null : entries.getDecimal(entry(row), precision, scale);
  }

  @Override
  public @Nullable UTF8String getUTF8String(int row) {
    return isNullAt(row) ? null : entries.getUTF8String(entry(row));
  }

  @Override
  public byte @Nullable [] getBinary(int row) {
    return isNullAt(row) ? null : entries.getBinary(entry(row));
  }

  /** A field of a struct, entry by entry as well. */
  @Override
  public ColumnVector getChild(int ordinal) {
    return new DictionaryColumn(indexes, (ArrowColumn) entries.getChild(ordinal), size);
  }
}
