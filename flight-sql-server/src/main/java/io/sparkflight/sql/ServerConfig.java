package io.sparkflight.sql;

import io.sparkflight.config.ConfigKey;
import io.sparkflight.config.ConfigSource;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Where clients reach the server, and how much of it one of them may take.
 *
 * @param host the address to bind
 * @param port the port to bind; 0 for any
 * @param advertisedHost the host that clients are told
 * @param sessionIdleTimeout after which a session is forgotten
 * @param maxSessions the most sessions at once
 * @param maxSessionsOfUser the most sessions of one user at once
 * @param maxPreparedStatements the most prepared statements of one session
 * @param tokenLifetime after which a token is refused
 * @param maxStatementLength the most characters of a statement
 * @param maxUploadMessage the most bytes of one message of an upload
 * @param uploadSilence after so long without a message an upload ends
 * @param drainTimeout how long running statements may go on when the server stops
 */
public record ServerConfig(
    String host,
    int port,
    String advertisedHost,
    Duration sessionIdleTimeout,
    int maxSessions,
    int maxSessionsOfUser,
    int maxPreparedStatements,
    Duration tokenLifetime,
    int maxStatementLength,
    long maxUploadMessage,
    Duration uploadSilence,
    Duration drainTimeout) {

  public static final ConfigKey<String> HOST =
      ConfigKey.text(
          "spark.flight.host", "127.0.0.1", "0.1.0", "The address that the public server binds.");

  public static final ConfigKey<Integer> PORT =
      ConfigKey.port(
          "spark.flight.port", 32_010, "0.1.0", "The public port; 0 takes any free one.");

  public static final ConfigKey<Optional<String>> ADVERTISED_HOST =
      ConfigKey.optionalText(
          "spark.flight.advertised-host",
          "0.1.0",
          "The host by which clients reach the public server; unset, the address that it binds. Needed"
              + " when that is a wildcard.");

  public static final ConfigKey<Duration> SESSION_IDLE_TIMEOUT =
      ConfigKey.duration(
          "spark.flight.session.idle-timeout",
          "1s",
          "60min",
          "0.1.0",
          "A session without a call for this long is forgotten, with its settings, temporary views and prepared"
              + " statements. A call that is still at work, or whose rows are still read, is not over.");

  public static final ConfigKey<Integer> MAX_SESSIONS =
      ConfigKey.integer(
          "spark.flight.session.max-count",
          1,
          1_000_000,
          10_000,
          "0.1.0",
          "The most sessions of this server at once; one more is refused with RESOURCE_EXHAUSTED.");

  public static final ConfigKey<Integer> MAX_SESSIONS_OF_USER =
      ConfigKey.integer(
          "spark.flight.session.max-per-user",
          1,
          1_000_000,
          1_000,
          "0.1.0",
          "The most sessions of one user on this server at once; one more is refused with RESOURCE_EXHAUSTED."
              + " All clients without a user name share one session.");

  public static final ConfigKey<Integer> MAX_PREPARED_STATEMENTS =
      ConfigKey.integer(
          "spark.flight.session.max-prepared-statements",
          1,
          1_000_000,
          1_000,
          "0.1.0",
          "The most prepared statements of one session at once; one more, and the one that was not used for"
              + " longest is forgotten.");

  public static final ConfigKey<Duration> TOKEN_LIFETIME =
      ConfigKey.duration(
          "spark.flight.token.lifetime",
          "1s",
          "24h",
          "0.1.0",
          "A bearer token is refused after this time. A client that calls in its second half gets a new"
              + " one.");

  public static final ConfigKey<Integer> MAX_STATEMENT_LENGTH =
      ConfigKey.integer(
          "spark.flight.statement.max-length",
          1,
          16_000_000,
          1_000_000,
          "0.1.0",
          "The most characters of a statement, or bytes of a Substrait plan; a longer one is refused before it is"
              + " parsed.");

  public static final ConfigKey<Long> MAX_UPLOAD_MESSAGE =
      ConfigKey.bytes(
          "spark.flight.upload.max-message-size",
          "1m",
          "64m",
          "0.1.0",
          "The largest batch that a client may upload; it is in the server's memory as a whole, several"
              + " times for a moment. A larger one is refused with RESOURCE_EXHAUSTED.");

  public static final ConfigKey<Duration> UPLOAD_SILENCE =
      ConfigKey.duration(
          "spark.flight.upload.idle-timeout",
          "1s",
          "5min",
          "0.1.0",
          "An upload ends with DEADLINE_EXCEEDED, and what it brought is freed, when its client sends"
              + " nothing for this long.");

  public static final ConfigKey<Duration> DRAIN_TIMEOUT =
      ConfigKey.duration(
          "spark.flight.drain-timeout",
          "0s",
          "2s",
          "0.1.0",
          "A server that is told to stop takes no new statements, and lets those that run or are read"
              + " come to their end for this long.");

  /** Every key that this record reads. */
  public static final List<ConfigKey<?>> KEYS =
      List.of(
          HOST,
          PORT,
          ADVERTISED_HOST,
          SESSION_IDLE_TIMEOUT,
          MAX_SESSIONS,
          MAX_SESSIONS_OF_USER,
          MAX_PREPARED_STATEMENTS,
          TOKEN_LIFETIME,
          MAX_STATEMENT_LENGTH,
          MAX_UPLOAD_MESSAGE,
          UPLOAD_SILENCE,
          DRAIN_TIMEOUT);

  private static final Set<String> WILDCARDS = Set.of("0.0.0.0", "::", "[::]");

  public static ServerConfig from(ConfigSource source) {
    String host = source.get(HOST);
    Optional<String> advertised = source.get(ADVERTISED_HOST);
    if (advertised.isEmpty() && WILDCARDS.contains(host)) {
      source.reject(
          "%s is %s, which no client can connect to: set %s"
              .formatted(HOST.name(), host, ADVERTISED_HOST.name()));
    }
    return new ServerConfig(
        host,
        source.get(PORT),
        advertised.orElse(host),
        source.get(SESSION_IDLE_TIMEOUT),
        source.get(MAX_SESSIONS),
        source.get(MAX_SESSIONS_OF_USER),
        source.get(MAX_PREPARED_STATEMENTS),
        source.get(TOKEN_LIFETIME),
        source.get(MAX_STATEMENT_LENGTH),
        source.get(MAX_UPLOAD_MESSAGE),
        source.get(UPLOAD_SILENCE),
        source.get(DRAIN_TIMEOUT));
  }
}
