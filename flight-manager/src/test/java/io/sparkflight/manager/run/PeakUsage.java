package io.sparkflight.manager.run;

import io.sparkflight.lifecycle.Threads;
import io.sparkflight.manager.exchange.Exchange;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;

/** The most that any of some servers held, looked at every millisecond until it is closed. */
final class PeakUsage implements AutoCloseable {
  private static final Duration PERIOD = Duration.ofMillis(1);

  private final List<ManagerFixture> servers;
  private final ScheduledExecutorService timer = Threads.timer("test-peak-usage");
  private long memory;
  private long disk;

  PeakUsage(ManagerFixture... servers) {
    this.servers = List.of(servers);
    Threads.every(timer, PERIOD, "look at what servers hold", this::look);
  }

  synchronized long memory() {
    return memory;
  }

  synchronized long disk() {
    return disk;
  }

  private synchronized void look() {
    for (ManagerFixture server : servers) {
      Exchange.Usage now = server.manager().usage();
      memory = Math.max(memory, now.memory());
      disk = Math.max(disk, now.disk());
    }
  }

  @Override
  public void close() {
    Threads.stop(timer);
  }
}
