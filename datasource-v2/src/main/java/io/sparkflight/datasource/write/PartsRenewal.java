package io.sparkflight.datasource.write;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sparkflight.datasource.client.ServerConnection;
import io.sparkflight.lifecycle.Threads;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the parts of a job while it runs, by a thread and a connection of its own. A renewal that
 * fails is tried again: whether a part is there is decided by the commit.
 */
final class PartsRenewal implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PartsRenewal.class);

  /** Until the server has said for how long it keeps parts. */
  private static final Duration SOON = Duration.ofSeconds(1);

  /** A call that hangs, and the next one, are over before parts are freed. */
  private static final Duration LONGEST_CALL = Duration.ofSeconds(60);

  /** After a renewal that has failed. */
  private static final Duration AGAIN = Duration.ofSeconds(5);

  private final WritePlan plan;
  private final ScheduledExecutorService timer = Threads.timer("flight-sql-renewal");
  private Duration interval = SOON;
  private volatile @Nullable ServerConnection server;

  private PartsRenewal(WritePlan plan) {
    this.plan = plan;
  }

  /** Begins to renew. */
  static PartsRenewal start(WritePlan plan) {
    PartsRenewal renewal = new PartsRenewal(plan);
    renewal.timer.execute(renewal::renew);
    return renewal;
  }

  private void renew() {
    Duration next;
    try {
      interval = kept().dividedBy(4);
      next = interval;
    } catch (RuntimeException e) { // whatever it is, the next one may succeed
      LOG.warn("Cannot renew what was written to {}; it is tried again", plan, e);
      disconnect();
      next = interval.compareTo(AGAIN) < 0 ? interval : AGAIN;
    }
    if (!timer.isShutdown()) {
      Threads.later(timer, next, "renew parts", this::renew);
    }
  }

  private Duration kept() {
    ServerConnection known = server;
    if (known == null) {
      known = ServerConnection.openShared(plan.server().within(LONGEST_CALL));
      server = known;
    }
    byte[] millis = known.updates().act(PartsWrite.RENEW, plan.id().getBytes(UTF_8)).orElseThrow();
    return Duration.ofMillis(Math.max(4, Long.parseLong(new String(millis, UTF_8))));
  }

  private void disconnect() {
    ServerConnection known = server;
    server = null;
    if (known != null) {
      known.close();
    }
  }

  @Override
  public void close() {
    Threads.stop(timer);
    disconnect();
  }
}
