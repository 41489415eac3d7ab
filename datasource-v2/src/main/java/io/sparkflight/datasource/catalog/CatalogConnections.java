package io.sparkflight.datasource.catalog;

import io.sparkflight.datasource.client.FlightSqlException;
import io.sparkflight.datasource.client.ServerOptions;
import io.sparkflight.lifecycle.Threads;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStatusCode;
import org.jspecify.annotations.Nullable;

/**
 * Signed-in connections of one catalog, each used by one question at a time and kept for the next:
 * a login for each question would be a session of the server for each, and take some 50 ms where
 * the question takes 7.
 *
 * <p>Spark never closes a catalog. So a connection that nobody used for one to two idle times is
 * closed by a timer, whose thread ends when nothing is left to close.
 */
final class CatalogConnections {
  /** More than that at once are opened, and closed after their question. */
  private static final int KEPT = 4;

  private static final Set<FlightStatusCode> GONE =
      Set.of(FlightStatusCode.UNAUTHENTICATED, FlightStatusCode.UNAVAILABLE);

  /** Refused before it began, so that a statement may be sent again. */
  private static final Set<FlightStatusCode> REFUSED = Set.of(FlightStatusCode.UNAUTHENTICATED);

  private final ServerOptions server;
  private final Duration idleTime;
  private final ScheduledThreadPoolExecutor timer;
  private final Deque<Kept> idle = new ArrayDeque<>(); // guarded by this
  private boolean sweeping; // guarded by this

  CatalogConnections(ServerOptions server, Duration idleTime) {
    this.server = server;
    this.idleTime = idleTime;
    this.timer = Threads.timer("flight-sql-catalog");
    timer.setKeepAliveTime(10, TimeUnit.SECONDS);
    timer.allowCoreThreadTimeOut(true);
  }

  private static final class Kept {
    final ServerSession session;
    boolean seenIdle;

    Kept(ServerSession session) {
      this.session = session;
    }
  }

  /** Asks something that may be asked twice: a kept connection may turn out to be gone. */
  <T> T ask(Function<ServerSession, T> question) {
    return use(question, GONE);
  }

  /**
   * Has a statement take effect, once.
   *
   * @param what completes "Cannot … on SERVER"
   */
  void tell(String what, String statement) {
    boolean unused =
        use(
            session -> {
              session.connection().updates().update(what, statement);
              return true;
            },
            REFUSED);
  }

  /** How many are kept and not in use. */
  synchronized int idle() {
    return idle.size();
  }

  private <T> T use(Function<ServerSession, T> question, Set<FlightStatusCode> again) {
    for (Kept kept = take(); kept != null; kept = take()) {
      try {
        return answered(kept.session, question);
      } catch (FlightSqlException e) {
        if (!again.contains(code(e))) {
          throw e;
        }
      }
    }
    return answered(ServerSession.open(server), question);
  }

  /** Keeps the connection unless it may be the reason of a failure. */
  private <T> T answered(ServerSession session, Function<ServerSession, T> question) {
    boolean good = true;
    try {
      return question.apply(session);
    } catch (FlightSqlException e) {
      good = !GONE.contains(code(e));
      throw e;
    } finally {
      if (!good || !keep(session)) {
        session.close();
      }
    }
  }

  private static FlightStatusCode code(FlightSqlException failure) {
    return failure.getCause() instanceof FlightRuntimeException flight
        ? flight.status().code()
        : FlightStatusCode.UNKNOWN;
  }

  private synchronized @Nullable Kept take() {
    return idle.poll();
  }

  private synchronized boolean keep(ServerSession session) {
    if (idle.size() >= KEPT) {
      return false;
    }
    idle.push(new Kept(session));
    sweepLater();
    return true;
  }

  private void sweepLater() {
    if (!sweeping) {
      sweeping = true;
      Threads.later(timer, idleTime, "close idle connections to " + server, this::sweep);
    }
  }

  private void sweep() {
    List<Kept> closing = new ArrayList<>();
    synchronized (this) {
      for (Kept each : idle) {
        if (each.seenIdle) {
          closing.add(each);
        }
        each.seenIdle = true;
      }
      idle.removeAll(closing);
      sweeping = false;
      if (!idle.isEmpty()) {
        sweepLater();
      }
    }
    closing.forEach(each -> each.session.close());
  }
}
