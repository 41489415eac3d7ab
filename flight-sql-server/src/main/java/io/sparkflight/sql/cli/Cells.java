package io.sparkflight.sql.cli;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.TimeStampMicroTZVector;
import org.apache.arrow.vector.TimeStampMicroVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.MapVector;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.jspecify.annotations.Nullable;

/** What a cell shows. An instant is shown in the zone of its column, with the offset. */
final class Cells {
  private static final DateTimeFormatter INSTANT = DateTimeFormatter.ISO_OFFSET_DATE_TIME;
  private static final DateTimeFormatter LOCAL = DateTimeFormatter.ISO_LOCAL_DATE_TIME;

  private Cells() {}

  /** The cell as text; nested values as {@code [a, b]} and {@code {name: value}}. */
  static String text(FieldVector vector, int row) {
    return text(value(vector, row));
  }

  /** The cell as JSON has it: null, number, boolean, text, list or map. */
  static @Nullable Object value(FieldVector vector, int row) {
    if (vector.isNull(row)) {
      return null;
    }
    if (vector instanceof MapVector map) {
      return map(map, row);
    }
    if (vector instanceof ListVector list) {
      return list(list, row);
    }
    if (vector instanceof StructVector struct) {
      Map<String, @Nullable Object> fields = new LinkedHashMap<>();
      struct
          .getChildrenFromFields()
          .forEach(child -> fields.put(child.getName(), value(child, row)));
      return fields;
    }
    return scalar(vector, row);
  }

  private static Object scalar(FieldVector vector, int row) {
    if (vector instanceof DateDayVector days) {
      return LocalDate.ofEpochDay(days.get(row)).toString();
    }
    if (vector instanceof TimeStampMicroTZVector instants) {
      ArrowType.Timestamp type = (ArrowType.Timestamp) instants.getField().getType();
      return INSTANT.format(micros(instants.get(row)).atZone(ZoneId.of(type.getTimezone())));
    }
    if (vector instanceof TimeStampMicroVector local) {
      return LOCAL.format(LocalDateTime.ofInstant(micros(local.get(row)), ZoneOffset.UTC));
    }
    Object value = vector.getObject(row);
    if (value instanceof byte[] bytes) {
      return HexFormat.of().formatHex(bytes);
    }
    boolean plain = value instanceof Number || value instanceof Boolean;
    return plain ? value : value instanceof Duration time ? time.toString() : String.valueOf(value);
  }

  private static List<@Nullable Object> list(ListVector list, int row) {
    List<@Nullable Object> values = new ArrayList<>();
    for (int at = list.getElementStartIndex(row); at < list.getElementEndIndex(row); at++) {
      values.add(value(list.getDataVector(), at));
    }
    return values;
  }

  private static Map<String, @Nullable Object> map(MapVector map, int row) {
    StructVector entries = (StructVector) map.getDataVector();
    FieldVector keys = entries.getChildrenFromFields().get(0);
    FieldVector values = entries.getChildrenFromFields().get(1);
    Map<String, @Nullable Object> pairs = new LinkedHashMap<>();
    for (int at = map.getElementStartIndex(row); at < map.getElementEndIndex(row); at++) {
      pairs.put(text(keys, at), value(values, at));
    }
    return pairs;
  }

  private static Instant micros(long micros) {
    return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
  }

  private static String text(@Nullable Object value) {
    if (value instanceof BigDecimal decimal) {
      return decimal.toPlainString();
    }
    if (value instanceof List<?> list) {
      return list.stream().map(Cells::text).toList().toString();
    }
    if (value instanceof Map<?, ?> map) {
      List<String> pairs = new ArrayList<>();
      map.forEach((key, member) -> pairs.add(key + ": " + text(member)));
      return "{" + String.join(", ", pairs) + "}";
    }
    return value == null ? "NULL" : value.toString();
  }
}
