package io.sparkflight.manager;

/** Ends the calls of a listener. Idempotent. */
@FunctionalInterface
public interface Subscription extends AutoCloseable {
  @Override
  void close();
}
