package io.sparkflight.manager;

/** The right to be the only one who does something. Closing it gives it back. */
public interface Lease extends AutoCloseable {
  @Override
  void close();
}
