package io.sparkflight.arrow;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection;
import org.apache.spark.sql.catalyst.util.ArrayBasedMapData;
import org.apache.spark.sql.catalyst.util.GenericArrayData;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.Decimal;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.Metadata;
import org.apache.spark.sql.types.NullType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.types.UTF8String;
import org.jspecify.annotations.Nullable;

/** A schema of any of Spark's types, nested up to three deep, and rows of it, from a seed. */
public final class RandomTable {
  private static final List<DataType> LEAVES =
      List.of(
          DataTypes.BooleanType,
          DataTypes.ByteType,
          DataTypes.ShortType,
          DataTypes.IntegerType,
          DataTypes.LongType,
          DataTypes.FloatType,
          DataTypes.DoubleType,
          DataTypes.StringType,
          DataTypes.BinaryType,
          DataTypes.DateType,
          DataTypes.TimestampType,
          DataTypes.TimestampNTZType,
          DataTypes.createYearMonthIntervalType(),
          DataTypes.createDayTimeIntervalType(),
          new DecimalType(7, 2),
          new DecimalType(18, 0),
          new DecimalType(19, 19),
          new DecimalType(38, 10));

  private final Random random;
  private final List<DataType> leaves;
  private final StructType schema;
  private final List<InternalRow> rows = new ArrayList<>();

  private RandomTable(long seed, List<DataType> leaves, int maxRows) {
    random = new Random(seed);
    this.leaves = leaves;
    schema = struct(random.nextInt(7), 3);
    double nulls = random.nextInt(3) * 0.25;
    int count = random.nextInt(maxRows + 1);
    for (int i = 0; i < count; i++) {
      rows.add(row(schema, nulls));
    }
  }

  /** Every type that has an Arrow form. */
  public static RandomTable of(long seed, int maxRows) {
    List<DataType> all = new ArrayList<>(LEAVES);
    all.add(DataTypes.NullType);
    return new RandomTable(seed, all, maxRows);
  }

  /** Every type that Spark keeps in vectors. */
  public static RandomTable ofVectors(long seed, int maxRows) {
    return new RandomTable(seed, LEAVES, maxRows);
  }

  public StructType schema() {
    return schema;
  }

  /** Rows of objects. */
  List<InternalRow> rows() {
    return rows;
  }

  /** The same rows in the form that Spark's operators hand on. */
  public List<InternalRow> unsafeRows() {
    UnsafeProjection projection = UnsafeProjection.create(schema);
    List<InternalRow> unsafe = new ArrayList<>();
    rows.forEach(row -> unsafe.add(projection.apply(row).copy()));
    return unsafe;
  }

  private StructType struct(int width, int depth) {
    StructField[] fields = new StructField[width];
    for (int i = 0; i < width; i++) {
      // Names repeat: Spark allows two columns of one name.
      String name = "c" + random.nextInt(5);
      DataType type = type(depth);
      fields[i] = new StructField(name, type, nullable(type), Metadata.empty());
    }
    return new StructType(fields);
  }

  private DataType type(int depth) {
    return switch (depth == 0 ? 9 : random.nextInt(10)) {
      case 0 -> array(type(depth - 1));
      case 1 -> map(type(depth - 1));
      case 2 -> struct(1 + random.nextInt(3), depth - 1);
      default -> leaf();
    };
  }

  private ArrayType array(DataType element) {
    return new ArrayType(element, nullable(element));
  }

  private MapType map(DataType value) {
    return new MapType(LEAVES.get(random.nextInt(LEAVES.size())), value, nullable(value));
  }

  /** Whether the next field of a type may be null; all that Spark has of its null type may. */
  private boolean nullable(DataType type) {
    return type instanceof NullType || random.nextInt(4) > 0;
  }

  private DataType leaf() {
    return leaves.get(random.nextInt(leaves.size()));
  }

  private InternalRow row(StructType type, double nulls) {
    Object[] values = new Object[type.length()];
    for (int i = 0; i < values.length; i++) {
      StructField field = type.fields()[i];
      values[i] = value(field.dataType(), field.nullable(), nulls);
    }
    return new GenericInternalRow(values);
  }

  private @Nullable Object value(DataType type, boolean nullable, double nulls) {
    if (nullable && random.nextDouble() < nulls) {
      return null;
    }
    if (type instanceof StructType struct) {
      return row(struct, nulls);
    } else if (type instanceof ArrayType array) {
      return array(array.elementType(), array.containsNull(), random.nextInt(4), nulls);
    } else if (type instanceof MapType map) {
      Object[] keys = keys(map.keyType(), nulls);
      return new ArrayBasedMapData(
          new GenericArrayData(keys),
          array(map.valueType(), map.valueContainsNull(), keys.length, nulls));
    } else if (type instanceof DecimalType decimal) {
      return decimal(decimal);
    }
    return leaf(type);
  }

  /** Up to three, none of them twice: Spark's maps have no others. */
  private Object[] keys(DataType type, double nulls) {
    Map<Object, Object> keys = new LinkedHashMap<>();
    for (int left = random.nextInt(4); left > 0; left--) {
      Object key = value(type, false, nulls);
      keys.put(key instanceof byte[] bytes ? ByteBuffer.wrap(bytes) : key, key);
    }
    return keys.values().toArray();
  }

  private GenericArrayData array(DataType type, boolean nullable, int size, double nulls) {
    Object[] values = new Object[size];
    for (int i = 0; i < size; i++) {
      values[i] = value(type, nullable, nulls);
    }
    return new GenericArrayData(values);
  }

  private Decimal decimal(DecimalType type) {
    BigInteger limit = BigInteger.TEN.pow(type.precision());
    BigInteger unscaled =
        random.nextInt(4) == 0
            ? limit.subtract(BigInteger.ONE)
            : new BigInteger(limit.bitLength(), random).mod(limit);
    BigInteger signed = random.nextBoolean() ? unscaled : unscaled.negate();
    return Decimal.apply(new BigDecimal(signed, type.scale()), type.precision(), type.scale());
  }

  private @Nullable Object leaf(DataType type) {
    return switch (type.typeName()) {
      case "boolean" -> random.nextBoolean();
      case "byte" -> (byte) random.nextInt();
      case "short" -> (short) random.nextInt();
      case "float" -> random.nextInt(3) > 0 ? random.nextFloat() - 0.5f : oddFloat();
      case "double" -> random.nextInt(3) > 0 ? random.nextGaussian() : (double) oddFloat();
      case "string" -> UTF8String.fromString("é".repeat(random.nextInt(20)) + random.nextInt(9));
      case "binary" -> bytes(random.nextInt(40));
      case "date", "integer" -> random.nextInt();
      case "void" -> null;
      default ->
          type.typeName().startsWith("interval year")
              ? random.nextInt()
              : (Object) random.nextLong();
    };
  }

  private float oddFloat() {
    float[] odd = {-0.0f, 0.0f, Float.NaN, Float.NEGATIVE_INFINITY, Float.MIN_VALUE};
    return odd[random.nextInt(odd.length)];
  }

  private byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }
}
