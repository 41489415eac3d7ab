package io.sparkflight.datasource.client;

import java.io.IOException;
import java.io.Serializable;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.arrow.flight.Location;
import org.jspecify.annotations.Nullable;

/**
 * What a user has said about a server. Its text names no secret.
 *
 * @param uri of the server that is asked
 * @param user for Basic authentication; null for none
 * @param password of the user
 * @param token a bearer token, also one that the user's sign-in got; null for none
 * @param tokenFile a file with a bearer token, which is read again for each connection
 * @param tls what TLS needs
 * @param headers sent with each call
 * @param timeout how long the server may be silent; zero for no end
 * @param retention how long a Spark Flight SQL server is to keep results; zero for one read
 * @param streams in how many parts each such server is to hand out a result that it keeps
 * @param reread whether a ticket can be read again although it has no expiration time
 */
public record ServerOptions(
    URI uri,
    @Nullable String user,
    @Nullable String password,
    @Nullable String token,
    @Nullable String tokenFile,
    TlsFiles tls,
    Map<String, String> headers,
    Duration timeout,
    Duration retention,
    int streams,
    boolean reread)
    implements Serializable {
  private static final String TLS = "grpc+tls";
  private static final String USUAL_RETENTION = "2min";
  private static final String USUAL_TIMEOUT = "10min";
  private static final String USUAL_STREAMS = "1";
  private static final int MOST_STREAMS = 64;

  /** A server that changes a table is at work while it says nothing. */
  private static final Duration LONGEST_CHANGE = Duration.ofHours(1);

  private static final Duration NO_END = Duration.ofDays(10_000);

  /** Scheme of the location that stands for the connection itself. */
  private static final String REUSE = Location.reuseConnection().getUri().getScheme();

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
          } else if (key.startsWith(SourceOption.SECRET_HEADER)) {
            headers.put(key.substring(SourceOption.SECRET_HEADER.length()), value);
          } else {
            options.put(SourceOption.of(name).orElseThrow(() -> SourceOption.unknown(name)), value);
          }
        });
    requireOneWayToSignIn(options, headers);
    return new ServerOptions(
        uri(options.get(SourceOption.URI)),
        options.get(SourceOption.USER),
        options.get(SourceOption.PASSWORD),
        options.get(SourceOption.TOKEN),
        options.get(SourceOption.TOKEN_FILE),
        TlsFiles.of(options),
        headers,
        DurationText.parse(
            SourceOption.TIMEOUT, options.getOrDefault(SourceOption.TIMEOUT, USUAL_TIMEOUT)),
        DurationText.parse(
            SourceOption.RETAIN, options.getOrDefault(SourceOption.RETAIN, USUAL_RETENTION)),
        streams(options.getOrDefault(SourceOption.STREAMS, USUAL_STREAMS)),
        flag(SourceOption.REREAD, options.getOrDefault(SourceOption.REREAD, "false")));
  }

  /** The same with the token that the user's sign-in got, so that a task needs none of its own. */
  public ServerOptions signedIn(String bearer) {
    return withToken(bearer);
  }

  /** The same with the user's name instead of a token that is not accepted (any more). */
  public Optional<ServerOptions> signedOut() {
    return user != null && token != null ? Optional.of(withToken(null)) : Optional.empty();
  }

  private ServerOptions withToken(@Nullable String other) {
    return new ServerOptions(
        uri, user, password, other, tokenFile, tls, headers, timeout, retention, streams, reread);
  }

  /** The same for what nobody should wait for: no call is given longer than this to answer. */
  public ServerOptions within(Duration most) {
    Duration less = timeout.isZero() || timeout.compareTo(most) > 0 ? most : timeout;
    return new ServerOptions(
        uri, user, password, token, tokenFile, tls, headers, less, retention, streams, reread);
  }

  /** How long an update, or the end of an upload, may take: an hour, or longer by the timeout. */
  Duration longestChange() {
    if (timeout.isZero()) {
      return NO_END;
    }
    return timeout.compareTo(LONGEST_CHANGE) > 0 ? timeout : LONGEST_CHANGE;
  }

  /**
   * Where an endpoint can be read, at least one.
   *
   * @param told by the server
   * @param asked the server that was asked, which is meant by no location, and by the URI that says
   *     to use the same connection
   */
  public static List<URI> locations(List<URI> told, URI asked) {
    List<URI> locations =
        told.stream().map(uri -> REUSE.equals(uri.getScheme()) ? asked : uri).distinct().toList();
    return locations.isEmpty() ? List.of(asked) : locations;
  }

  /** Whether rows may travel to a location: never in the clear if the server speaks TLS. */
  public boolean isSafe(URI location) {
    return !uri.getScheme().equals(TLS) || TLS.equals(location.getScheme());
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
      boolean known = List.of("grpc", "grpc+tcp", TLS).contains(uri.getScheme());
      if (known && uri.getHost() != null && uri.getPort() > 0 && uri.getUserInfo() == null) {
        return uri;
      }
    } catch (URISyntaxException e) {
      throw noUri(given);
    }
    throw noUri(given);
  }

  /** What stands before an @ may be a password, so it is not repeated, and neither is a cause. */
  private static IllegalArgumentException noUri(String given) {
    return new IllegalArgumentException(
        "Cannot use %s as uri of flight-sql: it is not of the form grpc://HOST:PORT, or grpc+tls://HOST:PORT for TLS. A user and a password are options of their own."
            .formatted(given.replaceFirst("//.*@", "//…@")));
  }

  private static int streams(String text) {
    try {
      int streams = Integer.parseInt(text.strip());
      if (streams >= 1 && streams <= MOST_STREAMS) {
        return streams;
      }
    } catch (NumberFormatException e) {
      throw noStreams(text, e);
    }
    throw noStreams(text, null);
  }

  private static IllegalArgumentException noStreams(String text, @Nullable Exception cause) {
    return new IllegalArgumentException(
        "Cannot use %s as %s of flight-sql: it is a number from 1 to %d."
            .formatted(text, SourceOption.STREAMS.key(), MOST_STREAMS),
        cause);
  }

  private static boolean flag(SourceOption option, String text) {
    return switch (text.strip().toLowerCase(Locale.ROOT)) {
      case "true" -> true;
      case "false" -> false;
      default ->
          throw new IllegalArgumentException(
              "Cannot use %s as %s of flight-sql: it is either true or false."
                  .formatted(text, option.key()));
    };
  }

  private static void requireOneWayToSignIn(
      Map<SourceOption, String> options, Map<String, String> headers) {
    List<String> set =
        Stream.of(SourceOption.USER, SourceOption.TOKEN, SourceOption.TOKEN_FILE)
            .filter(options::containsKey)
            .map(SourceOption::key)
            .collect(Collectors.toCollection(ArrayList::new));
    if (headers.containsKey("authorization")) {
      set.add(SourceOption.HEADER + "authorization");
    }
    if (set.size() > 1) {
      throw new IllegalArgumentException(
          "Cannot use flight-sql: %s are set, and they are different ways to sign in. Set one."
              .formatted(String.join(" and ", set)));
    }
  }
}
