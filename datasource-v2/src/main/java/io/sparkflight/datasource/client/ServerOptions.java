package io.sparkflight.datasource.client;

import java.io.IOException;
import java.io.Serializable;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a user has said about a server. Its text names no secret.
 *
 * @param uri of the server that is asked
 * @param user for Basic authentication; null for none
 * @param password of the user
 * @param token a bearer token; null for none
 * @param tokenFile a file with a bearer token, which is read again for each connection
 * @param authorities a file of PEM certificates to trust; null for the usual ones
 * @param headers sent with each call
 */
public record ServerOptions(
    URI uri,
    @Nullable String user,
    @Nullable String password,
    @Nullable String token,
    @Nullable String tokenFile,
    @Nullable String authorities,
    Map<String, String> headers)
    implements Serializable {

  /**
   * Reads options, of which those of a relation are left alone.
   *
   * @throws IllegalArgumentException if they are not enough, contradict each other, or one is
   *     unknown
   */
  public static ServerOptions of(Map<String, String> given) {
    Map<SourceOption, String> options = new EnumMap<>(SourceOption.class);
    Map<String, String> headers = new TreeMap<>();
    given.forEach(
        (name, value) -> {
          String key = name.toLowerCase(Locale.ROOT);
          if (key.startsWith(SourceOption.HEADER)) {
            headers.put(key.substring(SourceOption.HEADER.length()), value);
          } else {
            options.put(SourceOption.of(name).orElseThrow(() -> SourceOption.unknown(name)), value);
          }
        });
    requireOneWayToSignIn(options);
    return new ServerOptions(
        uri(options.get(SourceOption.URI)),
        options.get(SourceOption.USER),
        options.get(SourceOption.PASSWORD),
        options.get(SourceOption.TOKEN),
        options.get(SourceOption.TOKEN_FILE),
        options.get(SourceOption.TLS_CA),
        headers);
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
    return uri.toString();
  }

  private static URI uri(@Nullable String given) {
    if (given == null) {
      throw new IllegalArgumentException(
          "Cannot use flight-sql: the option uri is missing. Set it, for example to grpc://127.0.0.1:32010.");
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
        "Cannot use %s as uri of flight-sql: it is not of the form grpc://HOST:PORT, or grpc+tls://HOST:PORT for TLS."
            .formatted(given),
        cause);
  }

  private static void requireOneWayToSignIn(Map<SourceOption, String> options) {
    List<String> set =
        List.of(SourceOption.USER, SourceOption.TOKEN, SourceOption.TOKEN_FILE).stream()
            .filter(options::containsKey)
            .map(SourceOption::key)
            .toList();
    if (set.size() > 1) {
      throw new IllegalArgumentException(
          "Cannot use flight-sql: %s are set, and they are different ways to sign in. Set one."
              .formatted(String.join(" and ", set)));
    }
  }
}
