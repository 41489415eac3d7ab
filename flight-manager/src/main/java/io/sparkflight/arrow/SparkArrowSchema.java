package io.sparkflight.arrow;

import io.sparkflight.error.ErrorKind;
import io.sparkflight.error.FlightFailure;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.arrow.vector.complex.MapVector;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.IntervalUnit;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.BooleanType;
import org.apache.spark.sql.types.ByteType;
import org.apache.spark.sql.types.CharType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DateType;
import org.apache.spark.sql.types.DayTimeIntervalType;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.DoubleType;
import org.apache.spark.sql.types.FloatType;
import org.apache.spark.sql.types.IntegerType;
import org.apache.spark.sql.types.LongType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.NullType;
import org.apache.spark.sql.types.ShortType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.TimestampNTZType;
import org.apache.spark.sql.types.TimestampType;
import org.apache.spark.sql.types.UserDefinedType;
import org.apache.spark.sql.types.VarcharType;
import org.apache.spark.sql.types.YearMonthIntervalType;
import org.jspecify.annotations.Nullable;

/**
 * The Arrow form of Spark's types, the same as Spark's own {@code ArrowUtils} chooses, so that a
 * client sees what {@code toPandas} would show.
 */
public final class SparkArrowSchema {
  private static final Map<Class<? extends DataType>, ArrowType> SIMPLE =
      Map.ofEntries(
          Map.entry(BooleanType.class, ArrowType.Bool.INSTANCE),
          Map.entry(ByteType.class, new ArrowType.Int(8, true)),
          Map.entry(ShortType.class, new ArrowType.Int(16, true)),
          Map.entry(IntegerType.class, new ArrowType.Int(32, true)),
          Map.entry(LongType.class, new ArrowType.Int(64, true)),
          Map.entry(FloatType.class, new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE)),
          Map.entry(DoubleType.class, new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE)),
          Map.entry(StringType.class, ArrowType.Utf8.INSTANCE),
          Map.entry(CharType.class, ArrowType.Utf8.INSTANCE),
          Map.entry(VarcharType.class, ArrowType.Utf8.INSTANCE),
          Map.entry(BinaryType.class, ArrowType.Binary.INSTANCE),
          Map.entry(DateType.class, new ArrowType.Date(DateUnit.DAY)),
          Map.entry(TimestampNTZType.class, new ArrowType.Timestamp(TimeUnit.MICROSECOND, null)),
          Map.entry(YearMonthIntervalType.class, new ArrowType.Interval(IntervalUnit.YEAR_MONTH)),
          Map.entry(DayTimeIntervalType.class, new ArrowType.Duration(TimeUnit.MICROSECOND)),
          Map.entry(NullType.class, ArrowType.Null.INSTANCE));

  private SparkArrowSchema() {}

  /**
   * The schema of a result.
   *
   * @param timeZone the session's zone, which a client shows timestamps in
   * @throws FlightFailure UNIMPLEMENTED, naming the column, if a type has no Arrow form
   */
  public static Schema of(StructType type, String timeZone) {
    List<Field> fields = new ArrayList<>();
    for (StructField column : type.fields()) {
      fields.add(
          sized(
              field(column.name(), column.name(), column.dataType(), column.nullable(), timeZone)));
    }
    return new Schema(fields);
  }

  /**
   * A decimal column says how long it is once more, by the keys that Flight SQL has for it: the
   * JDBC driver 18.3 looks there, and tells tools 0 digits otherwise.
   */
  private static Field sized(Field column) {
    if (!(column.getType() instanceof ArrowType.Decimal decimal)) {
      return column;
    }
    Map<String, String> size =
        Map.of(
            "ARROW:FLIGHT:SQL:PRECISION", Integer.toString(decimal.getPrecision()),
            "ARROW:FLIGHT:SQL:SCALE", Integer.toString(decimal.getScale()));
    return new Field(
        column.getName(), new FieldType(column.isNullable(), decimal, null, size), List.of());
  }

  private static Field field(
      String path, String name, DataType type, boolean nullable, String timeZone) {
    if (type instanceof UserDefinedType<?> userDefined) {
      return field(path, name, userDefined.sqlType(), nullable, timeZone);
    }
    if (type instanceof ArrayType array) {
      Field element =
          field(path + ".element", "element", array.elementType(), array.containsNull(), timeZone);
      return nested(name, nullable, ArrowType.List.INSTANCE, List.of(element));
    }
    if (type instanceof StructType struct) {
      return nested(name, nullable, ArrowType.Struct.INSTANCE, children(path, struct, timeZone));
    }
    if (type instanceof MapType map) {
      List<Field> entry =
          List.of(
              field(path + ".key", MapVector.KEY_NAME, map.keyType(), false, timeZone),
              field(
                  path + ".value",
                  MapVector.VALUE_NAME,
                  map.valueType(),
                  map.valueContainsNull(),
                  timeZone));
      Field entries = nested(MapVector.DATA_VECTOR_NAME, false, ArrowType.Struct.INSTANCE, entry);
      return nested(name, nullable, new ArrowType.Map(false), List.of(entries));
    }
    return nested(name, nullable, simple(path, type, timeZone), List.of());
  }

  private static List<Field> children(String path, StructType struct, String timeZone) {
    List<Field> children = new ArrayList<>();
    String[] names = distinct(struct.fieldNames());
    for (int i = 0; i < names.length; i++) {
      StructField child = struct.fields()[i];
      children.add(
          field(path + "." + child.name(), names[i], child.dataType(), child.nullable(), timeZone));
    }
    return children;
  }

  /**
   * Numbers the names that a struct has more than once, as Spark does for its own Arrow: Arrow for
   * Java keeps only one field of a struct of each name, and then misreads all that follows.
   */
  private static String[] distinct(String[] names) {
    List<String> given = List.of(names);
    Set<String> taken = new HashSet<>(given);
    String[] distinct = names.clone();
    for (int i = 0; i < names.length; i++) {
      if (Collections.frequency(given, names[i]) > 1) {
        int number = 0;
        while (!taken.add(names[i] + "_" + number)) {
          number++;
        }
        distinct[i] = names[i] + "_" + number;
      }
    }
    return distinct;
  }

  private static Field nested(String name, boolean nullable, ArrowType type, List<Field> children) {
    return new Field(name, new FieldType(nullable, type, null), children);
  }

  private static ArrowType simple(String path, DataType type, String timeZone) {
    if (type instanceof DecimalType decimal) {
      return new ArrowType.Decimal(decimal.precision(), decimal.scale(), 128);
    }
    if (type instanceof TimestampType) {
      return new ArrowType.Timestamp(TimeUnit.MICROSECOND, arrowZone(timeZone));
    }
    @Nullable ArrowType known =
        SIMPLE.entrySet().stream()
            .filter(entry -> entry.getKey().isInstance(type))
            .map(Map.Entry::getValue)
            .findFirst()
            .orElse(null);
    if (known == null) {
      throw new FlightFailure(
          ErrorKind.UNIMPLEMENTED,
          "Cannot return column %s: its type %s has no Arrow form. Cast it to a type that has one, for"
                  .formatted(path, type.catalogString())
              + " example to string.");
    }
    return known;
  }

  /**
   * A zone as Arrow writes it: a name of the time zone database or {@code +07:30}. Spark takes more
   * than that: {@code +7}, {@code +7:5}, {@code GMT+7}, {@code Z}, {@code PST}.
   */
  private static String arrowZone(String sparks) {
    String padded = sparks.replaceFirst("([+-])(?=\\d:)", "$10").replaceFirst(":(?=\\d$)", ":0");
    ZoneId zone = ZoneId.of(padded, ZoneId.SHORT_IDS);
    if (ZoneId.getAvailableZoneIds().contains(zone.getId())) {
      return zone.getId();
    }
    ZoneOffset offset = zone.getRules().getOffset(Instant.EPOCH);
    boolean wholeMinutes = offset.getTotalSeconds() % 60 == 0;
    return offset.equals(ZoneOffset.UTC) || !wholeMinutes ? "UTC" : offset.getId();
  }
}
