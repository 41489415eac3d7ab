package io.sparkflight.manager.exchange;

import java.util.concurrent.atomic.AtomicLong;

/** A number of bytes that several statements share. Thread-safe. */
final class Budget {
  private final long limit;
  private final AtomicLong used = new AtomicLong();

  Budget(long limit) {
    this.limit = limit;
  }

  /** Takes the bytes if they are there. */
  boolean reserve(long bytes) {
    long before = used.getAndUpdate(now -> now + bytes <= limit ? now + bytes : now);
    return before + bytes <= limit;
  }

  /** Gives reserved bytes back. */
  void release(long bytes) {
    used.addAndGet(-bytes);
  }

  long used() {
    return used.get();
  }

  long limit() {
    return limit;
  }
}
