package io.sparkflight.sql.session;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import io.sparkflight.error.ErrorKind;
import io.sparkflight.error.FlightFailure;
import io.sparkflight.sql.auth.Identity;
import java.time.Duration;
import java.util.function.Supplier;
import org.apache.spark.sql.SparkSession;

/** The sessions of one server, made at their first use, forgotten when idle. Thread-safe. */
public final class Sessions implements AutoCloseable {
  private final Supplier<SparkSession> application;
  private final Limits limits;
  private final Ticker ticker;
  private final Cache<String, Session> sessions;

  /**
   * How much sessions may keep.
   *
   * @param idleTimeout after which a session is forgotten
   * @param sessions at once
   * @param preparedStatements of one session at once
   */
  public record Limits(Duration idleTimeout, int sessions, int preparedStatements) {}

  /**
   * Over an application, which stays the caller's.
   *
   * @param application a session of which every new one is a sibling, asked for each
   */
  public Sessions(Supplier<SparkSession> application, Limits limits, Ticker ticker) {
    this.application = application;
    this.limits = limits;
    this.ticker = ticker;
    this.sessions =
        Caffeine.newBuilder()
            .expireAfterAccess(limits.idleTimeout())
            .ticker(ticker)
            .executor(Runnable::run)
            .build();
  }

  /**
   * The session of a caller.
   *
   * @throws FlightFailure RESOURCES if it would be one too many
   */
  public Session of(Identity identity) {
    String key = key(identity);
    if (sessions.getIfPresent(key) == null) {
      sessions.cleanUp(); // those that have expired count until they are removed
    }
    Session session = sessions.get(key, unused -> begin(identity));
    if (session == null) {
      throw new IllegalStateException("a session was not made");
    }
    return session;
  }

  /** Forgets a session and what belongs to it. Idempotent; the anonymous session stays. */
  public void close(Identity identity) {
    if (!identity.equals(Identity.ANONYMOUS)) {
      sessions.invalidate(key(identity));
    }
  }

  /** How many there are now. */
  public long count() {
    sessions.cleanUp();
    return sessions.estimatedSize();
  }

  @Override
  public void close() {
    sessions.invalidateAll();
  }

  private Session begin(Identity identity) {
    if (sessions.estimatedSize() >= limits.sessions()) {
      throw new FlightFailure(
          ErrorKind.RESOURCES,
          "Cannot begin a session: this server has %d, its limit. Close one, or use another server."
              .formatted(limits.sessions()));
    }
    return new Session(identity, application.get().newSession(), limits, ticker);
  }

  /** A session id is unique, but a token of another user must never meet it. */
  private static String key(Identity identity) {
    return identity.session() + "/" + identity.user();
  }
}
