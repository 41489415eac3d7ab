package io.sparkflight.arrow.column;

import io.sparkflight.error.ErrorKind;
import io.sparkflight.error.FlightFailure;
import java.util.List;
import org.apache.arrow.vector.BaseIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.FixedSizeBinaryVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.BaseListVector;
import org.apache.arrow.vector.complex.LargeListVector;
import org.apache.arrow.vector.complex.MapVector;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.vectorized.ColumnVector;
import org.apache.spark.sql.vectorized.ColumnarBatch;

/** Makes columns of vectors. */
public final class ArrowColumns {
  private final DictionaryProvider dictionaries;

  private ArrowColumns(DictionaryProvider dictionaries) {
    this.dictionaries = dictionaries;
  }

  /**
   * The types of a root's columns, every one of them nullable.
   *
   * @throws FlightFailure UNIMPLEMENTED if Spark has none for a column, which it names
   */
  public static StructType schema(VectorSchemaRoot root, DictionaryProvider dictionaries) {
    StructType schema = new StructType();
    for (FieldVector vector : root.getFieldVectors()) {
      try {
        schema = schema.add(vector.getName(), ArrowTypes.of(vector, dictionaries), true);
      } catch (IllegalArgumentException e) {
        throw new FlightFailure(
            ErrorKind.UNIMPLEMENTED,
            "Cannot take column %s: %s. Cast it to another type before."
                .formatted(vector.getName(), e.getMessage()),
            e);
      }
    }
    return schema;
  }

  /**
   * The rows of a root as Spark reads them. They are views: good until the root is loaded again.
   */
  public static ColumnarBatch batch(VectorSchemaRoot root, DictionaryProvider dictionaries) {
    ArrowColumns columns = new ArrowColumns(dictionaries);
    return new ColumnarBatch(
        root.getFieldVectors().stream().map(columns::of).toArray(ColumnVector[]::new),
        root.getRowCount());
  }

  private ArrowColumn of(FieldVector vector) {
    FieldVector entries = ArrowTypes.entries(vector, dictionaries);
    if (entries != null) {
      return new DictionaryColumn((BaseIntVector) vector, of(entries), entries.getValueCount());
    }
    DataType type = ArrowTypes.of(vector, dictionaries);
    return switch (vector.getMinorType()) {
      case NULL -> new NullColumn(vector);
      case BIT, FLOAT2, FLOAT4, FLOAT8, DATEDAY, INTERVALYEAR -> NumberColumn.of(type, vector);
      case TINYINT, SMALLINT, INT, BIGINT, UINT1, UINT2, UINT4 -> NumberColumn.of(type, vector);
      case UINT8, DECIMAL, DECIMAL256 -> new DecimalColumn(type, vector);
      case VARCHAR, LARGEVARCHAR -> new TextColumn(type, vector);
      case VARBINARY, LARGEVARBINARY, FIXEDSIZEBINARY -> binary(type, vector);
      case LIST, LARGELIST, FIXED_SIZE_LIST -> list(type, vector);
      case MAP -> map(type, (MapVector) vector);
      case STRUCT ->
          new NestedColumn.OfStruct(
              type,
              vector,
              ((StructVector) vector)
                  .getChildrenFromFields().stream().map(this::of).toArray(ArrowColumn[]::new));
      default -> TimeColumn.of(type, vector);
    };
  }

  private static ArrowColumn binary(DataType type, FieldVector vector) {
    return switch (vector.getMinorType()) {
      case VARBINARY, LARGEVARBINARY -> new BinaryColumn(type, vector);
      default -> new FixedSizeBinaryColumn(type, (FixedSizeBinaryVector) vector);
    };
  }

  private ArrowColumn list(DataType type, FieldVector vector) {
    ArrowColumn elements = of(vector.getChildrenFromFields().get(0));
    if (vector instanceof LargeListVector list) {
      return new NestedColumn.OfList(
          type, vector, elements, list::getElementStartIndex, list::getElementEndIndex);
    }
    BaseListVector list = (BaseListVector) vector;
    return new NestedColumn.OfList(
        type, vector, elements, list::getElementStartIndex, list::getElementEndIndex);
  }

  private ArrowColumn map(DataType type, MapVector map) {
    List<FieldVector> entry = ((StructVector) map.getDataVector()).getChildrenFromFields();
    return new NestedColumn.OfMap(type, map, of(entry.get(0)), of(entry.get(1)));
  }
}
