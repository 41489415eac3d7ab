package io.sparkflight.sql.cli;

import java.net.URI;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Where a server is, as people write it: Flight's own form or the JDBC URL that servers print. */
final class ServerAddress {
  private static final Set<String> SCHEMES = Set.of("grpc", "grpc+tcp", "grpc+tls");
  private static final String JDBC = "jdbc:arrow-flight-sql:";

  private ServerAddress() {}

  /**
   * Flight's form of an address.
   *
   * @throws IllegalArgumentException that says why it is none, as one sentence without its end
   */
  static URI parse(String text) {
    boolean jdbc = text.startsWith(JDBC);
    URI uri = URI.create(jdbc ? "jdbc:" + text.substring(JDBC.length()) : text);
    String scheme = jdbc ? scheme(uri.getQuery()) : uri.getScheme();
    if (scheme == null || !SCHEMES.contains(scheme) || uri.getHost() == null || uri.getPort() < 0) {
      throw new IllegalArgumentException("it is not of the form grpc://host:port");
    }
    return jdbc ? URI.create(scheme + "://" + uri.getRawAuthority()) : uri;
  }

  /** The driver encrypts unless it is told not to. */
  private static String scheme(@Nullable String query) {
    String scheme = "grpc+tls";
    for (String setting : query == null ? new String[0] : query.split("[&;]")) {
      switch (setting.toLowerCase(Locale.ROOT)) {
        case "useencryption=false", "useencryption=0" -> scheme = "grpc";
        case "useencryption=true", "useencryption=1" -> scheme = "grpc+tls";
        default ->
            throw new IllegalArgumentException(
                "of the settings of JDBC only useEncryption is read here; see --user");
      }
    }
    return scheme;
  }
}
