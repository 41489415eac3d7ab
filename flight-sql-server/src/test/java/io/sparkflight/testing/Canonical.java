package io.sparkflight.testing;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.Period;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.DurationVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.IntervalYearVector;
import org.apache.arrow.vector.TimeStampVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.MapVector;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;
import scala.collection.JavaConverters;

/**
 * Values of Spark's types as text: the same text for the same value, whoever holds it. A time is
 * its number of days or microseconds, so that no calendar or zone can hide a difference.
 */
public final class Canonical {
  private static final BigInteger MILLION = BigInteger.valueOf(1_000_000);

  private Canonical() {}

  /** A value as Spark collects it, with its Java 8 classes for moments. */
  public static String ofSpark(@Nullable Object value) {
    if (value instanceof Row row) {
      return struct(IntStream.range(0, row.length()).mapToObj(i -> ofSpark(row.get(i))));
    }
    if (value instanceof scala.collection.Map<?, ?> map) {
      return map(
          JavaConverters.mapAsJavaMap(map).entrySet().stream()
              .map(entry -> ofSpark(entry.getKey()) + "→" + ofSpark(entry.getValue())));
    }
    if (value instanceof scala.collection.Seq<?> list) {
      return list(JavaConverters.seqAsJavaList(list).stream().map(Canonical::ofSpark));
    }
    return simple(value);
  }

  /** A value as Arrow has it. */
  public static String ofArrow(FieldVector vector, int row) {
    if (vector.isNull(row)) {
      return "null";
    }
    if (vector instanceof ListVector list) {
      Stream<Integer> at =
          IntStream.range(list.getElementStartIndex(row), list.getElementEndIndex(row)).boxed();
      if (vector instanceof MapVector) {
        StructVector entries = (StructVector) list.getDataVector();
        List<FieldVector> pair = entries.getChildrenFromFields();
        return map(at.map(i -> ofArrow(pair.get(0), i) + "→" + ofArrow(pair.get(1), i)));
      }
      return list(at.map(i -> ofArrow(list.getDataVector(), i)));
    }
    if (vector instanceof StructVector struct) {
      return struct(struct.getChildrenFromFields().stream().map(child -> ofArrow(child, row)));
    }
    if (vector instanceof DateDayVector days) {
      return "date " + days.get(row);
    }
    if (vector instanceof TimeStampVector micros) {
      return "micros " + micros.get(row);
    }
    if (vector instanceof DurationVector micros) {
      return "duration " + DurationVector.get(micros.getDataBuffer(), row);
    }
    if (vector instanceof IntervalYearVector months) {
      return "months " + months.get(row);
    }
    return vector instanceof VarCharVector texts
        ? simple(new String(texts.get(row), StandardCharsets.UTF_8))
        : simple(vector.getObject(row));
  }

  /** A value that another language has written, of a type that Spark calls by this name. */
  public static String ofText(String type, @Nullable String text) {
    if (text == null) {
      return "null";
    }
    if (type.startsWith("decimal")) {
      return simple(new BigDecimal(text));
    }
    return switch (type) {
      case "string" -> simple(text);
      case "date" -> simple(LocalDate.parse(text));
      case "double" -> simple(Double.valueOf(text));
      default -> text;
    };
  }

  /** A value as the JDBC driver has it; by the getter that JDBC prescribes for its type. */
  public static String ofJdbc(ResultSet rows, int column) throws SQLException {
    Object value =
        switch (rows.getMetaData().getColumnType(column)) {
          case Types.DATE -> local(rows.getDate(column));
          // Its getTimestamp depends on the zone of the JVM.
          case Types.TIMESTAMP -> rows.getObject(column, LocalDateTime.class);
          case Types.TIMESTAMP_WITH_TIMEZONE -> rows.getObject(column, Instant.class);
          case Types.FLOAT, Types.REAL -> rows.getFloat(column);
          default -> rows.getObject(column);
        };
    return rows.wasNull() ? "null" : ofJdbc(value);
  }

  /**
   * By its fields: before 1582 JDBC's classes count days by another calendar than everybody else.
   */
  private static @Nullable LocalDate local(java.sql.@Nullable Date date) {
    return date == null ? null : date.toLocalDate();
  }

  private static String ofJdbc(@Nullable Object value) throws SQLException {
    if (value instanceof Array array) {
      return ofJdbc(Arrays.asList((Object[]) array.getArray()));
    }
    if (value instanceof Collection<?> list) {
      List<String> elements = new ArrayList<>();
      for (Object element : list) {
        elements.add(ofJdbc(element));
      }
      return list(elements.stream());
    }
    if (value instanceof Map<?, ?> struct) {
      List<String> fields = new ArrayList<>();
      for (Object field : struct.values()) {
        fields.add(ofJdbc(field));
      }
      return struct(fields.stream());
    }
    return simple(value);
  }

  private static String simple(@Nullable Object value) {
    if (value instanceof byte[] bytes) {
      return "x" + HexFormat.of().formatHex(bytes);
    }
    if (value instanceof BigDecimal decimal) {
      return decimal.toPlainString();
    }
    if (value instanceof java.sql.Date date) {
      return simple(date.toLocalDate());
    }
    if (value instanceof LocalDate date) {
      return "date " + date.toEpochDay();
    }
    if (value instanceof LocalDateTime local) {
      return simple(local.toInstant(ZoneOffset.UTC));
    }
    if (value instanceof Instant instant) {
      return "micros " + micros(instant.getEpochSecond(), instant.getNano());
    }
    if (value instanceof Period period) {
      return "months " + period.toTotalMonths();
    }
    if (value instanceof Duration duration) {
      return "duration " + micros(duration.getSeconds(), duration.getNano());
    }
    // Arrow's class for a text inside of a list; the driver has a copy of it under another name.
    boolean text = value != null && value.getClass().getSimpleName().equals("Text");
    return text || value instanceof String ? "'" + value + "'" : String.valueOf(value);
  }

  private static BigInteger micros(long seconds, int nanos) {
    return BigInteger.valueOf(seconds).multiply(MILLION).add(BigInteger.valueOf(nanos / 1_000));
  }

  private static String list(Stream<String> elements) {
    return elements.collect(Collectors.joining(", ", "[", "]"));
  }

  private static String struct(Stream<String> fields) {
    return fields.collect(Collectors.joining(", ", "(", ")"));
  }

  private static String map(Stream<String> entries) {
    return entries.sorted().collect(Collectors.joining(", ", "{", "}"));
  }
}
