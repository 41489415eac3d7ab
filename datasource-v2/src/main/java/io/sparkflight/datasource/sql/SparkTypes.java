package io.sparkflight.datasource.sql;

import java.util.List;
import java.util.Set;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DecimalType;

/** What is known of Spark's types. */
final class SparkTypes {
  /** The narrowest first. */
  private static final List<DataType> WHOLE =
      List.of(DataTypes.ByteType, DataTypes.ShortType, DataTypes.IntegerType, DataTypes.LongType);

  /** How many digits each of them may have. */
  private static final List<Integer> DIGITS = List.of(3, 5, 10, 19);

  private static final Set<DataType> PLAIN =
      Set.of(
          DataTypes.BooleanType,
          DataTypes.FloatType,
          DataTypes.DoubleType,
          DataTypes.StringType,
          DataTypes.BinaryType,
          DataTypes.DateType,
          DataTypes.TimestampType,
          DataTypes.TimestampNTZType);

  private SparkTypes() {}

  static boolean isWhole(DataType type) {
    return WHOLE.contains(type);
  }

  static boolean isFloating(DataType type) {
    return type.equals(DataTypes.FloatType) || type.equals(DataTypes.DoubleType);
  }

  /** Whether values have an order, a literal, and nothing inside them. */
  static boolean isPlain(DataType type) {
    return isWhole(type) || PLAIN.contains(type) || type instanceof DecimalType;
  }

  /** Whether a number stays what it is, or the nearest there is, under every setting. */
  static boolean widens(DataType from, DataType to) {
    int whole = WHOLE.indexOf(from);
    if (whole >= 0) {
      return WHOLE.indexOf(to) >= whole
          || isFloating(to)
          || (to instanceof DecimalType wider
              && wider.precision() - wider.scale() >= DIGITS.get(whole));
    }
    if (from instanceof DecimalType narrow) {
      return to instanceof DecimalType wider
          && wider.scale() >= narrow.scale()
          && wider.precision() - wider.scale() >= narrow.precision() - narrow.scale();
    }
    return isFloating(from) && to.equals(DataTypes.DoubleType);
  }
}
