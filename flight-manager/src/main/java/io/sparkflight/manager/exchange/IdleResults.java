package io.sparkflight.manager.exchange;

import io.sparkflight.lifecycle.Threads;
import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The kept results of one server that nobody reads now: they are the first that give their memory
 * to others. Thread-safe; the moving to disk is done by the timer's thread.
 */
final class IdleResults {
  private static final Logger LOG = LoggerFactory.getLogger(IdleResults.class);

  private final Collection<StatementStore> stores;
  private final ScheduledExecutorService timer;
  private final AtomicBoolean asked = new AtomicBoolean();
  private volatile boolean refused; // the disk took nothing the last time, which was told

  /**
   * @param stores all of the server, as they are at any time
   * @param timer stays the caller's
   */
  IdleResults(Collection<StatementStore> stores, ScheduledExecutorService timer) {
    this.stores = stores;
    this.timer = timer;
  }

  /** Memory is short: they go to disk soon. Never blocks. */
  void makeRoom() {
    if (asked.compareAndSet(false, true)) {
      try {
        Threads.later(timer, Duration.ZERO, "move kept results to disk", this::rest);
      } catch (RejectedExecutionException e) {
        LOG.debug("This server stops: nothing is kept for later", e);
      }
    }
  }

  private void rest() {
    asked.set(false); // what becomes short from now on is looked at again
    for (StatementStore store : stores) {
      try {
        store.rest();
      } catch (IOException e) {
        if (!refused) { // batches may ask a thousand times before there is room again
          LOG.warn("Kept results stay in memory: the disk takes nothing", e);
        }
        refused = true;
        return;
      }
    }
    refused = false;
  }
}
