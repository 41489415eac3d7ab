package io.sparkflight.sql.session;

import io.sparkflight.config.ConfigException;
import io.sparkflight.config.ConfigKey;
import io.sparkflight.config.ConfigSource;
import io.sparkflight.manager.ResultOptions;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.arrow.flight.SessionOptionValue;
import org.apache.arrow.flight.SessionOptionValueFactory;
import org.apache.arrow.flight.SessionOptionValueVisitor;

/**
 * A setting that clients may choose as an option of their session.
 *
 * @param name as Spark's {@code SET} has it
 * @param kind what its values are
 * @param range which of them are taken, in the words of the manual
 * @param fits the same as a test of a value's text
 */
record SessionSetting(String name, Kind kind, String range, Predicate<String> fits) {
  /** What a value is; any of them may also be written as a text. */
  enum Kind {
    TEXT,
    BOOLEAN,
    WHOLE_NUMBER
  }

  private static final Pattern NUMBER = Pattern.compile("-?[0-9]{1,18}");

  /** All of them: what changes the answers and the speed of one session, and nobody else's. */
  static final List<SessionSetting> ALL =
      Stream.concat(
              ResultOptions.KEYS.stream().map(SessionSetting::own),
              Stream.of(
                  text("spark.sql.session.timeZone", "a time zone"),
                  flag("spark.sql.ansi.enabled"),
                  flag("spark.sql.caseSensitive"),
                  flag("spark.sql.crossJoin.enabled"),
                  flag("spark.sql.adaptive.enabled"),
                  flag("spark.sql.adaptive.coalescePartitions.enabled"),
                  flag("spark.sql.adaptive.skewJoin.enabled"),
                  number("spark.sql.shuffle.partitions", 1, 100_000),
                  number("spark.sql.broadcastTimeout", 1, 86_400),
                  number("spark.sql.autoBroadcastJoinThreshold", -1, 1L << 30),
                  number("spark.sql.files.maxPartitionBytes", 1 << 20, 1L << 30),
                  choice("spark.sql.storeAssignmentPolicy", "ANSI", "STRICT", "LEGACY"),
                  choice("spark.sql.sources.partitionOverwriteMode", "STATIC", "DYNAMIC"),
                  choice("spark.sql.mapKeyDedupPolicy", "EXCEPTION", "LAST_WIN"),
                  choice("spark.sql.legacy.timeParserPolicy", "EXCEPTION", "CORRECTED", "LEGACY")))
          .toList();

  private static final Map<String, SessionSetting> BY_NAME =
      ALL.stream().collect(Collectors.toMap(SessionSetting::name, setting -> setting));

  /** The setting of a name, if clients may choose it. */
  static Optional<SessionSetting> of(String name) {
    return Optional.ofNullable(BY_NAME.get(name));
  }

  /** A client's value as Spark's text; empty if it is of another kind, or out of range. */
  Optional<String> text(SessionOptionValue value) {
    return value.acceptVisitor(new ToText(kind)).map(String::strip).filter(fits);
  }

  /** Spark's text as a client's value, of the setting's kind where the text is of it. */
  SessionOptionValue value(String text) {
    String number = text.endsWith("b") ? text.substring(0, text.length() - 1) : text; // bytes
    if (kind == Kind.WHOLE_NUMBER && NUMBER.matcher(number).matches()) {
      return SessionOptionValueFactory.makeSessionOptionValue(Long.parseLong(number));
    }
    return kind == Kind.BOOLEAN
        ? SessionOptionValueFactory.makeSessionOptionValue(Boolean.parseBoolean(text))
        : SessionOptionValueFactory.makeSessionOptionValue(text);
  }

  private static SessionSetting own(ConfigKey<?> key) {
    return new SessionSetting(
        key.name(),
        Kind.TEXT,
        key.type(),
        text -> {
          ConfigSource source = ConfigSource.of(Map.of(key.name(), text));
          source.get(key);
          try {
            source.verify(ResultOptions.KEYS);
            return true;
          } catch (ConfigException e) {
            return false;
          }
        });
  }

  /** Spark itself checks the values. */
  private static SessionSetting text(String name, String range) {
    return new SessionSetting(name, Kind.TEXT, range, text -> !text.isEmpty());
  }

  private static SessionSetting flag(String name) {
    return new SessionSetting(
        name,
        Kind.BOOLEAN,
        "true, false",
        text -> text.equalsIgnoreCase("true") || text.equalsIgnoreCase("false"));
  }

  private static SessionSetting number(String name, long least, long most) {
    return new SessionSetting(
        name,
        Kind.WHOLE_NUMBER,
        "integer %d…%d".formatted(least, most),
        text ->
            NUMBER.matcher(text).matches()
                && Long.parseLong(text) >= least
                && Long.parseLong(text) <= most);
  }

  private static SessionSetting choice(String name, String... choices) {
    List<String> all = List.of(choices);
    return new SessionSetting(
        name,
        Kind.TEXT,
        "one of " + String.join(", ", all),
        text -> all.contains(text.toUpperCase(Locale.ROOT)));
  }

  /** A value as a text, if it is one or of the wanted kind. */
  private record ToText(Kind kind) implements SessionOptionValueVisitor<Optional<String>> {
    @Override
    public Optional<String> visit(String value) {
      return Optional.of(value);
    }

    @Override
    public Optional<String> visit(boolean value) {
      return Optional.of(Boolean.toString(value)).filter(text -> kind == Kind.BOOLEAN);
    }

    @Override
    public Optional<String> visit(long value) {
      return Optional.of(Long.toString(value)).filter(text -> kind == Kind.WHOLE_NUMBER);
    }

    @Override
    public Optional<String> visit(double value) {
      return Optional.empty();
    }

    @Override
    public Optional<String> visit(String[] value) {
      return Optional.empty();
    }

    @Override
    public Optional<String> visit(Void value) {
      return Optional.empty();
    }
  }
}
