package io.sparkflight.arrow.column;

import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.types.Types;
import org.apache.arrow.vector.types.Types.MinorType;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.StructField;
import org.jspecify.annotations.Nullable;

/** The Spark type that holds every value of an Arrow type, nulls within it included. */
public final class ArrowTypes {
  private static final DecimalType UNSIGNED_LONG = DataTypes.createDecimalType(20, 0);

  private ArrowTypes() {}

  /**
   * The type of a vector's values, with those of a dictionary in their places.
   *
   * @throws IllegalArgumentException if Spark has none, saying so
   */
  public static DataType of(FieldVector vector, DictionaryProvider dictionaries) {
    FieldVector entries = entries(vector, dictionaries);
    FieldVector values = entries == null ? vector : entries;
    return of(values.getField(), values.getMinorType());
  }

  /** The vector of the dictionary that a vector's indexes point into; null if they are values. */
  public static @Nullable FieldVector entries(FieldVector vector, DictionaryProvider dictionaries) {
    DictionaryEncoding encoding = vector.getField().getDictionary();
    Dictionary dictionary = encoding == null ? null : dictionaries.lookup(encoding.getId());
    return dictionary == null ? null : dictionary.getVector();
  }

  private static DataType of(Field field, MinorType type) {
    return switch (type) {
      case LIST, LARGELIST, FIXED_SIZE_LIST -> {
        yield DataTypes.createArrayType(of(field.getChildren().get(0)), true);
      }
      case STRUCT -> struct(field);
      case MAP -> map(field);
      default -> simple(field.getType(), type);
    };
  }

  private static DataType of(Field field) {
    if (field.getDictionary() != null) {
      throw new IllegalArgumentException("it has a dictionary within a list, a struct or a map");
    }
    return of(field, Types.getMinorTypeForArrowType(field.getType()));
  }

  private static DataType struct(Field field) {
    List<StructField> fields = new ArrayList<>();
    for (Field child : field.getChildren()) {
      fields.add(DataTypes.createStructField(child.getName(), of(child), true));
    }
    return DataTypes.createStructType(fields);
  }

  private static DataType map(Field field) {
    List<Field> entry = field.getChildren().get(0).getChildren();
    return DataTypes.createMapType(of(entry.get(0)), of(entry.get(1)), true);
  }

  private static DataType simple(ArrowType arrow, MinorType type) {
    return switch (type) {
      case NULL -> DataTypes.NullType;
      case BIT -> DataTypes.BooleanType;
      case TINYINT -> DataTypes.ByteType;
      case SMALLINT, UINT1 -> DataTypes.ShortType;
      case INT, UINT2 -> DataTypes.IntegerType;
      case BIGINT, UINT4 -> DataTypes.LongType;
      case UINT8 -> UNSIGNED_LONG;
      case FLOAT2, FLOAT4 -> DataTypes.FloatType;
      case FLOAT8 -> DataTypes.DoubleType;
      case DECIMAL, DECIMAL256 -> decimal(arrow);
      case VARCHAR, LARGEVARCHAR -> DataTypes.StringType;
      case VARBINARY, LARGEVARBINARY, FIXEDSIZEBINARY -> DataTypes.BinaryType;
      case DATEDAY, DATEMILLI -> DataTypes.DateType;
      case TIMESTAMPSECTZ, TIMESTAMPMILLITZ, TIMESTAMPMICROTZ, TIMESTAMPNANOTZ ->
          DataTypes.TimestampType;
      case TIMESTAMPSEC, TIMESTAMPMILLI, TIMESTAMPMICRO, TIMESTAMPNANO ->
          DataTypes.TimestampNTZType;
      case DURATION, INTERVALDAY -> DataTypes.createDayTimeIntervalType();
      case INTERVALYEAR -> DataTypes.createYearMonthIntervalType();
      default ->
          throw new IllegalArgumentException("Arrow's %s has no form in Spark".formatted(arrow));
    };
  }

  private static DataType decimal(ArrowType arrow) {
    ArrowType.Decimal decimal = (ArrowType.Decimal) arrow;
    int scale = Math.max(0, decimal.getScale());
    int precision = Math.max(decimal.getPrecision() + Math.max(0, -decimal.getScale()), scale);
    if (decimal.getBitWidth() < 128) {
      throw new IllegalArgumentException("Arrow's %s has no form in Spark".formatted(arrow));
    }
    if (decimal.getPrecision() < 1 || precision < 1 || precision > DecimalType.MAX_PRECISION()) {
      throw new IllegalArgumentException(
          "Arrow's %s has more digits than Spark's decimals".formatted(arrow));
    }
    return DataTypes.createDecimalType(precision, scale);
  }
}
