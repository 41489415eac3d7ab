package io.sparkflight.relay;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** What a {@link FaultRelay} does with the bytes that flow in one direction. */
public interface Behaviour {
  /** Hands everything on at once. */
  Behaviour PASS = (piece, length, hop) -> hop.write(piece, 0, length);

  /**
   * Hands on pieces of uneven size, as networks do and loopback seldom.
   *
   * <p>A few bytes read on their own, and again a few, are what makes gRPC join its buffers; so
   * they decide whether it does so rightly.
   */
  Behaviour TRICKLE = Behaviour::trickle;

  /**
   * Takes nothing and hands nothing on. When another behaviour follows, the bytes of before go on:
   * TCP would have repeated them.
   */
  Behaviour BLACK_HOLE = (piece, length, hop) -> hop.awaitOther().handOn(piece, length, hop);

  /** Resets each connection at the first byte that it carries. */
  Behaviour REFUSE = (piece, length, hop) -> hop.reset();

  /** Deals with one piece of what has come. */
  void handOn(byte[] piece, int length, Hop hop) throws IOException;

  /**
   * Hands each piece on after a time between {@code least} and {@code least + jitter}. Pieces wait
   * one after the other, so that this bounds the bandwidth as well.
   */
  static Behaviour latency(Duration least, Duration jitter) {
    return (piece, length, hop) -> {
      hop.pause(least.plusNanos((long) (jitter.toNanos() * hop.random().nextDouble())));
      hop.write(piece, 0, length);
    };
  }

  /** Hands on so many bytes each second, in twentieths of that. */
  static Behaviour slow(int bytesPerSecond) {
    int step = Math.max(1, bytesPerSecond / 20);
    return (piece, length, hop) -> {
      for (int from = 0; from < length; from += step) {
        int size = Math.min(step, length - from);
        hop.pause(Duration.ofNanos(size * 1_000_000_000L / bytesPerSecond));
        hop.write(piece, from, size);
      }
    };
  }

  /** Resets the connection that carries the {@code bytes}-th byte from now on; others pass. */
  static Behaviour resetAfter(long bytes) {
    return endAfter(bytes, Hop::reset);
  }

  /** Closes the connection that carries the {@code bytes}-th byte from now on; others pass. */
  static Behaviour cutAfter(long bytes) {
    return endAfter(bytes, Hop::cut);
  }

  private static Behaviour endAfter(long bytes, Ending ending) {
    AtomicLong left = new AtomicLong(bytes);
    return (piece, length, hop) -> {
      long before = left.getAndAdd(-length);
      boolean now = before > 0 && before <= length;
      hop.write(piece, 0, now ? (int) before : length);
      if (now) {
        ending.end(hop);
      }
    };
  }

  /** A way to end a connection. */
  interface Ending {
    void end(Hop hop) throws IOException;
  }

  private static void trickle(byte[] piece, int length, Hop hop) throws IOException {
    int from = 0;
    if (hop.random().nextInt(16) == 0) {
      for (int drop = 0; drop < 3; drop++) {
        int size = Math.min(length - from, 1 + hop.random().nextInt(400));
        hop.write(piece, from, size);
        from += size;
        hop.pause(Duration.ofNanos(50_000)); // so that the receiver reads these bytes alone
      }
    }
    hop.write(piece, from, length - from);
  }
}
