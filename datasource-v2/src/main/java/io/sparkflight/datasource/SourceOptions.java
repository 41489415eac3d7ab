package io.sparkflight.datasource;

import java.io.IOException;
import java.io.Serializable;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.commons.text.similarity.LevenshteinDistance;
import org.jspecify.annotations.Nullable;

/**
 * What a user has said about the server and what to read of it. Its text names no secret.
 *
 * @param uri of the server that is asked
 * @param query in the server's own SQL; null if a table is read
 * @param table as the server's SQL writes it; null if a query is
 * @param user for Basic authentication; null for none
 * @param password of the user
 * @param token a bearer token; null for none
 * @param tokenFile a file with a bearer token, which is read again for each connection
 * @param authorities a file of PEM certificates to trust; null for the usual ones
 * @param headers sent with each call
 */
record SourceOptions(
    URI uri,
    @Nullable String query,
    @Nullable String table,
    @Nullable String user,
    @Nullable String password,
    @Nullable String token,
    @Nullable String tokenFile,
    @Nullable String authorities,
    Map<String, String> headers)
    implements Serializable {
  private static final List<String> NAMES =
      List.of("uri", "query", "dbtable", "user", "password", "token", "token-file", "tls.ca");

  private static final String HEADER = "header.";

  /**
   * Reads options.
   *
   * @throws IllegalArgumentException if they are not enough, contradict each other, or one is
   *     unknown
   */
  static SourceOptions of(Map<String, String> given) {
    Map<String, String> options = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    options.putAll(given);
    Map<String, String> headers = new TreeMap<>();
    for (Map.Entry<String, String> option : options.entrySet()) {
      String name = option.getKey().toLowerCase(Locale.ROOT);
      if (name.startsWith(HEADER)) {
        headers.put(name.substring(HEADER.length()), option.getValue());
      } else if (!NAMES.contains(name)) {
        throw unknown(option.getKey());
      }
    }
    requireOne(options, "query", "dbtable");
    requireAtMostOne(options, "user", "token", "token-file");
    return new SourceOptions(
        uri(options.get("uri")),
        options.get("query"),
        options.get("dbtable"),
        options.get("user"),
        options.get("password"),
        options.get("token"),
        options.get("token-file"),
        options.get("tls.ca"),
        headers);
  }

  /** What to read, as it stands in a FROM clause of the server's SQL. */
  String relation(String quote) {
    return query == null ? String.valueOf(table) : "(%s) %2$sspark%2$s".formatted(query, quote);
  }

  /** The bearer token as it is now. */
  Optional<String> bearer() {
    if (tokenFile == null) {
      return Optional.ofNullable(token);
    }
    try {
      return Optional.of(Files.readString(Path.of(tokenFile)).strip());
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "Cannot read the token of %s from %s: %s. Set token-file to a file that driver and executors can read."
              .formatted(uri, tokenFile, e),
          e);
    }
  }

  @Override
  public String toString() {
    return "%s of %s".formatted(query == null ? table : "a query", uri);
  }

  private static URI uri(@Nullable String given) {
    if (given == null) {
      throw new IllegalArgumentException(
          "Cannot use the source flight-sql: the option uri is missing. Set it, for example to grpc://127.0.0.1:32010.");
    }
    try {
      URI uri = new URI(given);
      boolean known = List.of("grpc", "grpc+tcp", "grpc+tls").contains(uri.getScheme());
      if (known && uri.getHost() != null && uri.getPort() > 0) {
        return uri;
      }
    } catch (URISyntaxException e) {
      throw noUri(given, e);
    }
    throw noUri(given, null);
  }

  private static IllegalArgumentException noUri(String given, @Nullable Exception cause) {
    return new IllegalArgumentException(
        "Cannot use %s as uri of the source flight-sql: it is not of the form grpc://HOST:PORT, or grpc+tls://HOST:PORT for TLS."
            .formatted(given),
        cause);
  }

  private static void requireOne(Map<String, String> options, String one, String other) {
    if (options.containsKey(one) == options.containsKey(other)) {
      throw new IllegalArgumentException(
          "Cannot use the source flight-sql: it takes either %s or %s, and %s set. Set one."
              .formatted(one, other, options.containsKey(one) ? "both are" : "none is"));
    }
  }

  private static void requireAtMostOne(Map<String, String> options, String... names) {
    List<String> set = List.of(names).stream().filter(options::containsKey).toList();
    if (set.size() > 1) {
      throw new IllegalArgumentException(
          "Cannot use the source flight-sql: %s are set, and they are different ways to sign in. Set one."
              .formatted(String.join(" and ", set)));
    }
  }

  private static IllegalArgumentException unknown(String name) {
    String near =
        NAMES.stream()
            .min(
                Comparator.comparing(
                    each -> LevenshteinDistance.getDefaultInstance().apply(each, name)))
            .orElse("uri");
    return new IllegalArgumentException(
        "Cannot use the source flight-sql: it has no option %s. Did you mean %s? It has %s, and %sNAME."
            .formatted(name, near, String.join(", ", NAMES), HEADER));
  }
}
