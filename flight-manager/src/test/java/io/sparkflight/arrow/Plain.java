package io.sparkflight.arrow;

import java.time.Instant;
import java.time.LocalDate;
import java.time.Period;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.util.Text;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;
import scala.collection.JavaConverters;

/**
 * One plain Java form for values of Spark's rows and of Arrow's vectors, so that they can be
 * compared: texts as String, bytes as hex, dates as days, instants as microseconds, maps as lists
 * of entries.
 */
public final class Plain {
  private Plain() {}

  /** Every value of every row. */
  public static List<List<Object>> rows(List<List<Object>> rows) {
    return rows.stream().map(Plain::values).toList();
  }

  /** The values of a Spark row. */
  public static List<Object> fields(Row row) {
    List<Object> values = new ArrayList<>();
    for (int i = 0; i < row.size(); i++) {
      values.add(row.get(i));
    }
    return values(values);
  }

  private static List<Object> values(List<?> values) {
    List<Object> plain = new ArrayList<>();
    values.forEach(value -> plain.add(value(value)));
    return plain;
  }

  private static @Nullable Object value(@Nullable Object value) {
    if (value instanceof Text || value instanceof CharSequence) {
      return value.toString();
    } else if (value instanceof byte[] bytes) {
      return HexFormat.of().formatHex(bytes);
    } else if (value instanceof LocalDate date) {
      return (int) date.toEpochDay();
    } else if (value instanceof Instant instant) {
      return ChronoUnit.MICROS.between(Instant.EPOCH, instant);
    } else if (value instanceof Period period) {
      return period.normalized();
    }
    return nested(value);
  }

  private static @Nullable Object nested(@Nullable Object value) {
    if (value instanceof scala.collection.Map<?, ?> map) {
      List<Object> entries = new ArrayList<>();
      JavaConverters.mapAsJavaMap(map).forEach((key, entry) -> entries.add(entry(key, entry)));
      return entries;
    } else if (value instanceof scala.collection.Seq<?> seq) {
      return values(JavaConverters.seqAsJavaList(seq));
    } else if (value instanceof Row row) {
      Map<String, Object> struct = new LinkedHashMap<>();
      for (int i = 0; i < row.size(); i++) {
        put(struct, row.schema().fieldNames()[i], row.get(i));
      }
      return struct;
    } else if (value instanceof List<?> list) {
      return values(list);
    } else if (value instanceof Map<?, ?> map) {
      Map<String, Object> struct = new LinkedHashMap<>();
      map.forEach((key, field) -> put(struct, String.valueOf(key), field));
      return struct;
    }
    return value;
  }

  private static Map<String, Object> entry(@Nullable Object key, @Nullable Object value) {
    Map<String, Object> entry = new LinkedHashMap<>();
    put(entry, "key", key);
    put(entry, "value", value);
    return entry;
  }

  /** Arrow's vectors leave null fields out. */
  private static void put(Map<String, Object> struct, String field, @Nullable Object value) {
    Object plain = value(value);
    if (plain != null) {
      struct.put(field, plain);
    }
  }
}
