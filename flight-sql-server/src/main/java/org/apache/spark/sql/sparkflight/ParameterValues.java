package org.apache.spark.sql.sparkflight;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.CatalystTypeConverters;
import org.apache.spark.sql.catalyst.expressions.Cast;
import org.apache.spark.sql.catalyst.expressions.EvalMode;
import org.apache.spark.sql.catalyst.expressions.Literal;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.BinaryType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DateType;
import org.apache.spark.sql.types.DayTimeIntervalType;
import org.apache.spark.sql.types.Decimal;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.DoubleType;
import org.apache.spark.sql.types.FloatType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.types.TimestampNTZType;
import org.apache.spark.sql.types.TimestampType;
import org.apache.spark.sql.types.YearMonthIntervalType;
import org.jspecify.annotations.Nullable;
import scala.Option;

/** Values of clients as Spark's literals. */
final class ParameterValues {
  private ParameterValues() {}

  /** {@code CatalystTypeConverters}: a literal of a value in the form of Spark's public API. */
  static Literal literal(@Nullable Object value, DataType type) {
    return new Literal(CatalystTypeConverters.createToCatalystConverter(type).apply(value), type);
  }

  /**
   * {@code Cast} in ANSI mode: the same value in another type; empty if it has none there. A text
   * is read; anything else must come back unchanged if it is cast back.
   */
  static Optional<Literal> convert(SparkSession session, Literal value, DataType type) {
    if (value.dataType().equals(type)) {
      return Optional.of(value);
    }
    if (value.value() == null) {
      return Optional.of(Literal.create(null, type));
    }
    if (mixes(value.dataType(), type)) {
      return Optional.empty();
    }
    try {
      return cast(session, value, type).filter(found -> keeps(session, value, found));
    } catch (Exception e) { // Scala throws checked exceptions undeclared; a value that does not fit
      return Optional.empty();
    }
  }

  /**
   * Casts that Spark allows, and that a client cannot mean: a number as a moment, bytes as a text,
   * the fields of a struct in another order.
   */
  private static boolean mixes(DataType from, DataType to) {
    if (from instanceof ArrayType array && to instanceof ArrayType other) {
      return mixes(array.elementType(), other.elementType());
    }
    if (from instanceof StructType struct && to instanceof StructType other) {
      return mixes(struct, other);
    }
    return (temporal(from) && to instanceof NumericType)
        || (from instanceof NumericType && temporal(to))
        || (from instanceof BinaryType && !(to instanceof BinaryType))
        || from instanceof MapType
        || to instanceof MapType;
  }

  private static boolean mixes(StructType from, StructType to) {
    if (!Arrays.equals(from.fieldNames(), to.fieldNames())) {
      return true;
    }
    for (int i = 0; i < from.length(); i++) {
      DataType type = from.fields()[i].dataType();
      if (!type.equals(to.fields()[i].dataType()) && mixes(type, to.fields()[i].dataType())) {
        return true;
      }
    }
    return false;
  }

  private static boolean temporal(DataType type) {
    return type instanceof TimestampType
        || type instanceof TimestampNTZType
        || type instanceof DateType
        || type instanceof DayTimeIntervalType
        || type instanceof YearMonthIntervalType;
  }

  private static boolean keeps(SparkSession session, Literal value, Literal found) {
    if (value.dataType() instanceof StringType) {
      return !(found.dataType() instanceof DecimalType) || exact(value, found);
    }
    if (value.dataType() instanceof DoubleType && found.dataType() instanceof FloatType) {
      return Double.isInfinite((Double) value.value()) || !Float.isInfinite((Float) found.value());
    }
    return cast(session, found, value.dataType())
        .filter(back -> equal(back.value(), value.value()))
        .isPresent();
  }

  /** Spark rounds a text to the scale of a decimal. */
  private static boolean exact(Literal text, Literal found) {
    BigDecimal said = new BigDecimal(text.value().toString().trim());
    return said.compareTo(((Decimal) found.value()).toJavaBigDecimal()) == 0;
  }

  private static boolean equal(Object one, Object other) {
    if (one instanceof byte[] bytes && other instanceof byte[] others) {
      return Arrays.equals(bytes, others);
    }
    return Objects.equals(one, other);
  }

  private static Optional<Literal> cast(SparkSession session, Literal value, DataType type) {
    if (!Cast.canAnsiCast(value.dataType(), type)) {
      return Optional.empty();
    }
    String zone = session.sessionState().conf().sessionLocalTimeZone();
    Object found = new Cast(value, type, Option.apply(zone), EvalMode.ANSI()).eval(null);
    return found == null ? Optional.empty() : Optional.of(new Literal(found, type));
  }
}
