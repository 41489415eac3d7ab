package io.sparkflight.config;

import static java.util.stream.Collectors.joining;

import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/**
 * One setting: its name, type, range, default and the sentence the manual prints.
 *
 * @param <T> the type of the parsed value
 */
public final class ConfigKey<T> {
  private final String name;
  private final String type;
  private final String defaultText;
  private final String since;
  private final String doc;
  private final boolean secret;
  private final Function<String, T> parser;

  private ConfigKey(
      String name,
      String type,
      String defaultText,
      String since,
      String doc,
      boolean secret,
      Function<String, T> parser) {
    this.name = name;
    this.type = type;
    this.defaultText = defaultText;
    this.since = since;
    this.doc = doc;
    this.secret = secret;
    this.parser = parser;
  }

  /** A free text. */
  public static ConfigKey<String> text(String name, String def, String since, String doc) {
    return new ConfigKey<>(name, "text", def, since, doc, false, text -> text);
  }

  /** A text that may be left unset; an empty text counts as unset. */
  public static ConfigKey<Optional<String>> optionalText(String name, String since, String doc) {
    return new ConfigKey<>(name, "text", "", since, doc, false, ConfigKey::nonEmpty);
  }

  /** A text that never prints: not in messages, not in the manual, not in logs. */
  public static ConfigKey<Optional<String>> secret(String name, String since, String doc) {
    return new ConfigKey<>(name, "secret", "", since, doc, true, ConfigKey::nonEmpty);
  }

  /** A whole number from {@code least} to {@code most}, both included. */
  public static ConfigKey<Integer> integer(
      String name, int least, int most, int def, String since, String doc) {
    return new ConfigKey<>(
        name,
        "integer %d…%d".formatted(least, most),
        Integer.toString(def),
        since,
        doc,
        false,
        text -> inRange(Integer.valueOf(text.trim()), least, most));
  }

  /** A TCP port, 0 for any free one. */
  public static ConfigKey<Integer> port(String name, int def, String since, String doc) {
    return integer(name, 0, 65_535, def, since, doc);
  }

  /** A number of bytes, written with Spark's suffixes: {@code 64k}, {@code 4m}, {@code 1g}. */
  public static ConfigKey<Long> bytes(
      String name, String least, String def, String since, String doc) {
    long floor = Quantities.bytes(least);
    return new ConfigKey<>(
        name,
        "bytes ≥ " + least,
        def,
        since,
        doc,
        false,
        text -> atLeast(Quantities.bytes(text), floor, least));
  }

  /** A time, written with Spark's suffixes: {@code 500ms}, {@code 10s}, {@code 5min}. */
  public static ConfigKey<Duration> duration(
      String name, String least, String def, String since, String doc) {
    Duration floor = Quantities.duration(least);
    return new ConfigKey<>(
        name,
        "duration ≥ " + least,
        def,
        since,
        doc,
        false,
        text -> atLeast(Quantities.duration(text), floor, least));
  }

  /** One of the constants of an enum, written in lower case with hyphens. */
  public static <E extends Enum<E>> ConfigKey<E> choice(
      String name, Class<E> type, E def, String since, String doc) {
    String choices =
        Arrays.stream(type.getEnumConstants()).map(ConfigKey::label).collect(joining(", "));
    return new ConfigKey<>(
        name,
        "one of " + choices,
        label(def),
        since,
        doc,
        false,
        text ->
            Arrays.stream(type.getEnumConstants())
                .filter(constant -> label(constant).equals(text.trim().toLowerCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("not one of " + choices)));
  }

  /** The whole name, for example {@code spark.flight.port}. */
  public String name() {
    return name;
  }

  /** What the manual's column "type" says. */
  public String type() {
    return type;
  }

  /** The default, in the form in which a user would write it; empty when unset. */
  public String defaultText() {
    return defaultText;
  }

  /** The first version that knew the key. */
  public String since() {
    return since;
  }

  /** What the setting does, in a sentence. */
  public String doc() {
    return doc;
  }

  /** Whether the value must never be printed. */
  public boolean secret() {
    return secret;
  }

  /**
   * Parses a value.
   *
   * @throws IllegalArgumentException if the text is not of the type or out of range
   */
  T parse(String text) {
    return parser.apply(text);
  }

  private static Optional<String> nonEmpty(String text) {
    return text.isEmpty() ? Optional.empty() : Optional.of(text);
  }

  private static String label(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static Integer inRange(Integer value, int least, int most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException("not in %d…%d".formatted(least, most));
    }
    return value;
  }

  private static <C extends Comparable<C>> C atLeast(C value, C floor, String least) {
    if (value.compareTo(floor) < 0) {
      throw new IllegalArgumentException("less than " + least);
    }
    return value;
  }
}
