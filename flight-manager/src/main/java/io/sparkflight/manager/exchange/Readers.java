package io.sparkflight.manager.exchange;

import java.time.Duration;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Who reads a statement here, and for how long nobody has. A statement that is not retained has one
 * reader, once. Guarded by the statement's lock.
 */
final class Readers {
  private final Duration retention;
  private final Set<StoredStream> present = new LinkedHashSet<>();
  private final Set<StoredStream> waiting = new HashSet<>();
  private boolean hadOne;
  private long lastActivity = System.nanoTime();
  private long keptUntil;

  Readers(Duration retention) {
    this.retention = retention;
    keep();
  }

  /** Whether a result can be read again. */
  boolean retained() {
    return !retention.isZero();
  }

  /** A reader has come; says whether it may read. */
  boolean come(StoredStream reader) {
    if (hadOne && !retained()) {
      return false;
    }
    hadOne = true;
    present.add(reader);
    touch();
    return true;
  }

  /** It took a frame. */
  void took(StoredStream reader) {
    waiting.remove(reader);
    touch();
  }

  /** There is nothing for it. */
  void waits(StoredStream reader) {
    waiting.add(reader);
  }

  /** It has left; says whether it had been there until now. */
  boolean left(StoredStream reader) {
    waiting.remove(reader);
    touch();
    return present.remove(reader);
  }

  /** Whether somebody reads. */
  boolean any() {
    return !present.isEmpty();
  }

  /** Whether somebody read, or reads. */
  boolean hadOne() {
    return hadOne;
  }

  /** The time of idleness begins again. */
  void touch() {
    lastActivity = System.nanoTime();
  }

  /**
   * Hears that somebody read another part of the same result so long ago.
   *
   * @return how long nobody read this part
   */
  long hear(long nanosAgo) {
    long idle = idleNanos();
    long then = System.nanoTime() - nanosAgo;
    lastActivity = lastActivity - then < 0 ? then : lastActivity;
    return idle;
  }

  /** A retained result is kept for its whole time again, from now on. */
  void keep() {
    keptUntil = System.nanoTime() + retention.toNanos();
  }

  /**
   * How long nobody has read what could be read; zero while a reader waits for rows, and while the
   * result is to be kept anyway.
   */
  long idleNanos() {
    long now = System.nanoTime();
    long unread = waiting.isEmpty() ? now - lastActivity : 0;
    return retained() ? Math.max(0, Math.min(unread, now - keptUntil)) : unread;
  }

  /** Whether all who read take: the one that has had least took something just now. */
  boolean tookWithin(long nanos) {
    return slowest().filter(reader -> reader.tookWithin(nanos)).isPresent();
  }

  /** So many frames none of those who read now needs any more; 0 if nobody reads. */
  int had() {
    return slowest().map(StoredStream::place).orElse(0);
  }

  private Optional<StoredStream> slowest() {
    return present.stream().min(Comparator.comparingInt(StoredStream::place));
  }

  /** What wakes all of them; to be run outside of the lock. */
  Runnable wake() {
    List<StoredStream> all = List.copyOf(present);
    return () -> all.forEach(StoredStream::wake);
  }
}
