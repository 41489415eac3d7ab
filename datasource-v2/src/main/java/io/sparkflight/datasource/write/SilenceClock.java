package io.sparkflight.datasource.write;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * When a task that is slow has to send what it has: servers end an upload that is silent for
 * minutes. Looks at the clock at each row of a slow task, and rarely if rows come fast. Used by the
 * thread of the task.
 */
final class SilenceClock {
  private static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(30);

  /** Rows that come as fast as so many in a second are looked at together. */
  private static final int ROWS_A_LOOK = 16;

  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private final LongSupplier nanos;
  private long silent;
  private long looked;
  private int unseen;
  private boolean slow = true;

  /**
   * @param nanos the time, for example {@code System::nanoTime}
   */
  SilenceClock(LongSupplier nanos) {
    this.nanos = nanos;
    this.silent = nanos.getAsLong();
    this.looked = silent;
  }

  /** Another row has come: whether what there is has to be sent now. */
  boolean isTooLong() {
    unseen++;
    if (!slow && unseen < ROWS_A_LOOK) {
      return false;
    }
    long now = nanos.getAsLong();
    slow = now - looked > SECOND * unseen / ROWS_A_LOOK;
    looked = now;
    unseen = 0;
    return now - silent > LONGEST_NANOS;
  }

  /** Something was sent. */
  void ends() {
    silent = nanos.getAsLong();
  }
}
