package io.sparkflight.datasource.client;

import java.io.Serializable;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a user has said about a relation of a server. Its text names no secret.
 *
 * @param server where it is
 * @param query in the server's own SQL; null if it is a table
 * @param table as the server's SQL writes it; null if it is a query
 * @param pushdown whether the server is asked for more than whole columns
 */
public record SourceOptions(
    ServerOptions server, @Nullable String query, @Nullable String table, boolean pushdown)
    implements Serializable {
  /** What is surely nothing but the name of a table, in whatever SQL. */
  private static final Pattern NAME = name("[\\p{L}\\p{N}_$]+|\"(?:[^\"]|\"\")+\"|`(?:[^`]|``)+`");

  private static Pattern name(String part) {
    return Pattern.compile("(?:%1$s)(?:\\.(?:%1$s))*".formatted(part));
  }

  /**
   * Reads options.
   *
   * @throws IllegalArgumentException if they are not enough, contradict each other, or one is
   *     unknown
   */
  public static SourceOptions of(Map<String, String> given) {
    Map<String, String> options = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    options.putAll(given);
    ServerOptions server = ServerOptions.of(options);
    requireOne(options, SourceOption.QUERY.key(), SourceOption.DBTABLE.key());
    return new SourceOptions(
        server,
        options.get(SourceOption.QUERY.key()),
        options.get(SourceOption.DBTABLE.key()),
        pushdown(options.getOrDefault(SourceOption.PUSHDOWN.key(), "true")));
  }

  /**
   * What to read, as it stands in a FROM clause of the server's SQL: closed off, so that what
   * follows is not read as a part of it. A name stands as it is.
   */
  public String relation() {
    String from = String.valueOf(table);
    if (query == null && NAME.matcher(from).matches()) {
      return from;
    }
    return "(%s\n) spark".formatted(query == null ? "SELECT * FROM " + from : query);
  }

  private static boolean pushdown(String given) {
    return switch (given.strip().toLowerCase(Locale.ROOT)) {
      case "true" -> true;
      case "false" -> false;
      default ->
          throw new IllegalArgumentException(
              "Cannot use %s as pushdown of flight-sql: it is either true or false."
                  .formatted(given));
    };
  }

  @Override
  public String toString() {
    return "%s of %s".formatted(query == null ? table : "a query", server);
  }

  private static void requireOne(Map<String, String> options, String one, String other) {
    if (options.containsKey(one) == options.containsKey(other)) {
      throw new IllegalArgumentException(
          "Cannot use flight-sql: it takes either %s or %s, and %s set. Set one."
              .formatted(one, other, options.containsKey(one) ? "both are" : "none is"));
    }
  }
}
