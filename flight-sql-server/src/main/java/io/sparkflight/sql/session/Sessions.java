package io.sparkflight.sql.session;

import com.github.benmanes.caffeine.cache.Ticker;
import io.sparkflight.error.ErrorKind;
import io.sparkflight.error.FlightFailure;
import io.sparkflight.sql.auth.Identity;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.apache.spark.sql.SparkSession;

/**
 * The sessions of one server, made at their first use, forgotten when no call of theirs has been at
 * work for a while. Thread-safe.
 */
public final class Sessions implements AutoCloseable {
  private final Supplier<SparkSession> application;
  private final Limits limits;
  private final AtomicLong tableChanges = new AtomicLong();
  private final Ticker ticker;
  private final Map<String, Held> sessions = new ConcurrentHashMap<>();

  /** How many calls of a session are at work now; the session may not be there yet, or any more. */
  private final Map<String, Integer> calls = new ConcurrentHashMap<>();

  /**
   * How much sessions may keep.
   *
   * @param idleTimeout after which a session is forgotten
   * @param sessions at once
   * @param sessionsOfUser at once, of one user
   * @param preparedStatements of one session at once
   */
  public record Limits(
      Duration idleTimeout, int sessions, int sessionsOfUser, int preparedStatements) {}

  private static final class Held {
    private final Session session;
    private volatile long used;

    private Held(Session session, long used) {
      this.session = session;
      this.used = used;
    }
  }

  /**
   * Over an application, which stays the caller's.
   *
   * @param application a session of which every new one is a sibling, asked for each
   */
  public Sessions(Supplier<SparkSession> application, Limits limits, Ticker ticker) {
    this.application = application;
    this.limits = limits;
    this.ticker = ticker;
  }

  /**
   * Says that a call begins: until it ends, its session is not idle, however long it takes.
   *
   * @return to be run once, when the call has ended, however it did
   */
  public Runnable call(Identity identity) {
    String key = key(identity);
    sessions.computeIfPresent(key, (same, held) -> isIdle(key, held) ? null : held);
    calls.merge(key, 1, Integer::sum);
    return () -> {
      Held held = sessions.get(key);
      if (held != null) {
        held.used = ticker.read();
      }
      calls.computeIfPresent(key, (same, count) -> count == 1 ? null : count - 1);
    };
  }

  /**
   * The session of a caller.
   *
   * @throws FlightFailure RESOURCES if it would be one too many
   */
  public Session of(Identity identity) {
    String key = key(identity);
    Held held = sessions.get(key);
    if (held == null || isIdle(key, held)) {
      return begin(identity);
    }
    held.used = ticker.read();
    return held.session;
  }

  /** Forgets a session and what belongs to it. Idempotent; the anonymous session stays. */
  public void close(Identity identity) {
    if (!identity.equals(Identity.ANONYMOUS)) {
      sessions.remove(key(identity));
    }
  }

  /** How many there are now. */
  public long count() {
    sessions.entrySet().removeIf(each -> isIdle(each.getKey(), each.getValue()));
    return sessions.size();
  }

  @Override
  public void close() {
    sessions.clear();
  }

  private boolean isIdle(String key, Held held) {
    return !calls.containsKey(key) && ticker.read() - held.used >= limits.idleTimeout().toNanos();
  }

  /** One at a time, so that no two of them are the last that a limit allows. */
  private synchronized Session begin(Identity identity) {
    long now = count(); // forgets those that are idle
    Held held = sessions.get(key(identity));
    if (held != null) {
      return held.session;
    }
    requireRoom(now, identity.user());
    Session session =
        new Session(identity, application.get().newSession(), limits, ticker, tableChanges);
    sessions.put(key(identity), new Held(session, ticker.read()));
    return session;
  }

  private void requireRoom(long now, String user) {
    if (now >= limits.sessions()) {
      throw new FlightFailure(
          ErrorKind.RESOURCES,
          "Cannot begin a session: this server has %d, the limit of spark.flight.session.max-count. Close one, or use another server."
              .formatted(limits.sessions()));
    }
    long own =
        sessions.values().stream()
            .filter(each -> each.session.identity().user().equals(user))
            .count();
    if (own >= limits.sessionsOfUser()) {
      throw new FlightFailure(
          ErrorKind.RESOURCES,
          "Cannot begin a session: user %s has %d on this server, the limit of spark.flight.session.max-per-user. Close one, or wait until one has been idle for %d s."
              .formatted(user, own, limits.idleTimeout().toSeconds()));
    }
  }

  /** A session id is unique, but a token of another user must never meet it. */
  private static String key(Identity identity) {
    return identity.session() + "/" + identity.user();
  }
}
