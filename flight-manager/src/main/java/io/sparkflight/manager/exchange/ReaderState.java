package io.sparkflight.manager.exchange;

/** What the one reader of a statement is doing, and since when. Guarded by the statement's lock. */
final class ReaderState {
  private State state = State.NONE;
  private long lastActivity = System.nanoTime();
  private boolean hasTaken;

  private enum State {
    NONE,
    BUSY,
    WAITING,
    GONE
  }

  /** The reader has come; says whether it is the first one. */
  boolean come() {
    if (state != State.NONE) {
      return false;
    }
    state = State.BUSY;
    touch();
    return true;
  }

  /** It took a frame. */
  void took() {
    state = State.BUSY;
    hasTaken = true;
    touch();
  }

  /** There is nothing for it. */
  void waits() {
    state = State.WAITING;
  }

  /** It has left; says whether it had been there until now. */
  boolean left() {
    boolean first = state != State.GONE;
    state = State.GONE;
    return first;
  }

  /** The time of idleness begins again. */
  void touch() {
    lastActivity = System.nanoTime();
  }

  /** How long it has not read what could be read; zero while it waits for rows. */
  long idleNanos() {
    return state == State.WAITING ? 0 : System.nanoTime() - lastActivity;
  }

  /** Whether it took something just now. */
  boolean tookWithin(long nanos) {
    return hasTaken && System.nanoTime() - lastActivity < nanos;
  }
}
