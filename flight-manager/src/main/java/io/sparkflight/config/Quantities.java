package io.sparkflight.config;

import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads sizes and times in the notation of Spark's own settings. */
final class Quantities {
  private static final Pattern FORM = Pattern.compile("\\s*(\\d+)\\s*([a-z]*)\\s*");

  private static final Map<String, Integer> BYTE_SHIFTS =
      Map.of("", 0, "b", 0, "k", 10, "kb", 10, "m", 20, "mb", 20, "g", 30, "gb", 30, "t", 40);

  private static final Map<String, Duration> TIME_UNITS =
      Map.of(
          "ms", Duration.ofMillis(1),
          "s", Duration.ofSeconds(1),
          "m", Duration.ofMinutes(1),
          "min", Duration.ofMinutes(1),
          "h", Duration.ofHours(1),
          "d", Duration.ofDays(1));

  private Quantities() {}

  static long bytes(String text) {
    Matcher form = match(text, "a size such as 64k, 4m or 1g");
    Integer shift = BYTE_SHIFTS.get(form.group(2));
    if (shift == null) {
      throw new IllegalArgumentException("unknown unit '" + form.group(2) + "'; use k, m, g or t");
    }
    return Math.multiplyExact(Long.parseLong(form.group(1)), 1L << shift);
  }

  static Duration duration(String text) {
    Matcher form = match(text, "a time such as 500ms, 10s or 5min");
    Duration unit = TIME_UNITS.get(form.group(2));
    if (unit == null) {
      throw new IllegalArgumentException(
          "unknown unit '" + form.group(2) + "'; use ms, s, min, h or d");
    }
    return unit.multipliedBy(Long.parseLong(form.group(1)));
  }

  private static Matcher match(String text, String expected) {
    Matcher form = FORM.matcher(text.toLowerCase(Locale.ROOT));
    if (!form.matches()) {
      throw new IllegalArgumentException("not " + expected);
    }
    return form;
  }
}
