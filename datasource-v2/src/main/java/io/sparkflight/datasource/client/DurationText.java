package io.sparkflight.datasource.client;

import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A duration as Spark's settings write it: a whole number and a unit. */
final class DurationText {
  private static final Pattern FORM = Pattern.compile("(\\d{1,9})(ms|s|min|h|d)");

  private DurationText() {}

  /**
   * Reads an option.
   *
   * @throws IllegalArgumentException if it is not of that form
   */
  static Duration parse(SourceOption option, String text) {
    Matcher form = FORM.matcher(text.strip().toLowerCase(Locale.ROOT));
    if (!form.matches()) {
      throw new IllegalArgumentException(
          "Cannot use %s as %s of flight-sql: it is not a number and one of ms, s, min, h, d. Write it like 10min."
              .formatted(text, option.key()));
    }
    long number = Long.parseLong(form.group(1));
    return switch (form.group(2)) {
      case "ms" -> Duration.ofMillis(number);
      case "s" -> Duration.ofSeconds(number);
      case "min" -> Duration.ofMinutes(number);
      case "h" -> Duration.ofHours(number);
      default -> Duration.ofDays(number);
    };
  }
}
