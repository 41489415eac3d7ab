package io.sparkflight.datasource.sql;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import org.apache.spark.sql.connector.expressions.Literal;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.unsafe.types.UTF8String;
import org.jspecify.annotations.Nullable;

/**
 * Values as Spark's SQL writes them, each with its type, and in words that mean the same under all
 * settings of a session: its zone, its escapes, its kind of timestamps, its variables.
 */
final class SparkLiterals {
  private static final DateTimeFormatter MOMENT =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSSSSS", Locale.ROOT);

  /** Where the calendar's text is beyond doubt. */
  private static final LocalDate FIRST_DAY = LocalDate.of(1, 1, 1);

  private static final LocalDate LAST_DAY = LocalDate.of(9999, 12, 31);

  private SparkLiterals() {}

  /** The text of a value, if there is one for its type. */
  static Optional<Term> of(Literal<?> literal) {
    DataType type = literal.dataType();
    if (!SparkTypes.isPlain(type)) {
      return Optional.empty();
    }
    Object value = literal.value();
    String text = value == null ? cast("NULL", type) : text(value, type);
    return Optional.ofNullable(text).map(each -> new Term(each, type));
  }

  private static @Nullable String text(Object value, DataType type) {
    return switch (type.typeName()) {
      case "boolean", "integer" -> value.toString();
      case "byte" -> value + "Y";
      case "short" -> value + "S";
      case "long" -> value + "L";
      case "float", "double" -> cast("'" + value + "'", type);
      case "string" -> string(value);
      case "binary" -> hex((byte[]) value);
      case "date" -> date((Integer) value);
      case "timestamp" -> moment("TIMESTAMP_LTZ", (Long) value, "Z");
      case "timestamp_ntz" -> moment("TIMESTAMP_NTZ", (Long) value, "");
      default -> type instanceof DecimalType ? cast("'" + value + "'", type) : null;
    };
  }

  private static String cast(String text, DataType type) {
    return "CAST(%s AS %s)".formatted(text, type.sql());
  }

  /**
   * What could be read as an escape, or as a variable, is written by its bytes; so is what is no
   * UTF-8, which Spark's texts may be.
   */
  private static String string(Object value) {
    return plain(value)
        .map(text -> "'" + text + "'")
        .orElseGet(() -> cast(hex(bytes(value)), DataTypes.StringType));
  }

  /** A text that stands between quotes as it is; empty if this one does not. */
  static Optional<String> plain(Object value) {
    String text = value.toString();
    return Optional.of(text)
        .filter(SparkLiterals::isPlain)
        .filter(each -> Arrays.equals(each.getBytes(StandardCharsets.UTF_8), bytes(value)));
  }

  private static byte[] bytes(Object value) {
    return value instanceof UTF8String text
        ? text.getBytes()
        : value.toString().getBytes(StandardCharsets.UTF_8);
  }

  /** Whether a text stands between quotes as it is. */
  static boolean isPlain(String value) {
    return value
        .chars()
        .noneMatch(
            each ->
                each == '\''
                    || each == '\\'
                    || each == '$'
                    || Character.isISOControl(each)
                    || Character.isSurrogate((char) each));
  }

  private static String hex(byte[] value) {
    return "X'" + HexFormat.of().withUpperCase().formatHex(value) + "'";
  }

  private static @Nullable String date(int days) {
    LocalDate date = LocalDate.ofEpochDay(days);
    return isUsual(date) ? "DATE '%s'".formatted(date) : null;
  }

  private static @Nullable String moment(String type, long micros, String zone) {
    LocalDateTime utc =
        LocalDateTime.ofInstant(Instant.EPOCH.plus(micros, ChronoUnit.MICROS), ZoneOffset.UTC);
    return isUsual(utc.toLocalDate())
        ? "%s '%s%s'".formatted(type, MOMENT.format(utc), zone)
        : null;
  }

  private static boolean isUsual(LocalDate date) {
    return !date.isBefore(FIRST_DAY) && !date.isAfter(LAST_DAY);
  }
}
