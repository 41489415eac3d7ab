package io.sparkflight.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The settings of one server, as they were given. Reads every record first and complains once:
 * {@link #get} returns the default for a bad value and remembers the problem, {@link #verify}
 * throws all of them together.
 */
public final class ConfigSource {
  /** What every key of this project begins with. */
  public static final String PREFIX = "spark.flight.";

  private final Map<String, String> values;

  /** A setting may be read by several records, its problem is told once. */
  private final Set<String> problems = new LinkedHashSet<>();

  private ConfigSource(Map<String, String> values) {
    this.values = values;
  }

  /**
   * Takes the entries that begin with {@link #PREFIX}, or are {@code spark.flight} keys themselves.
   */
  public static ConfigSource of(Map<String, String> settings) {
    Map<String, String> ours = new HashMap<>();
    settings.forEach(
        (name, value) -> {
          if (name.startsWith(PREFIX)) {
            ours.put(name, value);
          }
        });
    return new ConfigSource(ours);
  }

  /** The value of a key, or its default when it is unset or cannot be parsed. */
  public <T> T get(ConfigKey<T> key) {
    String text = values.get(key.name());
    if (text == null) {
      return key.parse(key.defaultText());
    }
    try {
      return key.parse(text);
    } catch (IllegalArgumentException | ArithmeticException e) {
      String shown = key.secret() ? "(secret)" : "'" + text + "'";
      problems.add(
          "%s = %s is not valid: %s (expected: %s)"
              .formatted(key.name(), shown, reason(e), key.type()));
      return key.parse(key.defaultText());
    }
  }

  /** The value of a key, or another default than its own when it is unset. */
  public <T> T or(ConfigKey<T> key, T unset) {
    return values.containsKey(key.name()) ? get(key) : unset;
  }

  /** Notes a problem that only two settings together have. */
  public void reject(String problem) {
    problems.add(problem);
  }

  /**
   * Ends the reading of settings.
   *
   * @throws ConfigException if a value was bad or a key is not among {@code known}
   */
  public void verify(Collection<ConfigKey<?>> known) {
    List<String> names = known.stream().map(ConfigKey::name).toList();
    values.keySet().stream()
        .sorted()
        .filter(name -> !names.contains(name))
        .forEach(name -> problems.add(unknown(name, names)));
    if (!problems.isEmpty()) {
      throw new ConfigException(List.copyOf(problems));
    }
  }

  private static String unknown(String name, List<String> names) {
    return nearest(name, names)
        .map(near -> "unknown key %s; did you mean %s?".formatted(name, near))
        .orElseGet(() -> "unknown key %s".formatted(name));
  }

  private static Optional<String> nearest(String name, List<String> names) {
    return names.stream()
        .map(candidate -> Map.entry(candidate, distance(name, candidate)))
        .filter(entry -> entry.getValue() <= Math.max(3, name.length() / 4))
        .min(Map.Entry.comparingByValue(Comparator.naturalOrder()))
        .map(Map.Entry::getKey);
  }

  /** Levenshtein distance. */
  private static int distance(String a, String b) {
    int[] row = Stream.iterate(0, i -> i + 1).limit(b.length() + 1L).mapToInt(i -> i).toArray();
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int substitution = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(substitution, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[b.length()];
  }

  private static String reason(RuntimeException e) {
    return e instanceof NumberFormatException
        ? "not a whole number"
        : e instanceof ArithmeticException ? "too large" : String.valueOf(e.getMessage());
  }
}
