package io.sparkflight.manager.exchange;

/**
 * A share of the frames that a server keeps of one statement: every so many-th of them, in the
 * order in which they leave. That order is the statement's for good while the result is retained,
 * so all shares together have each frame once, and a share that is read again has the same frames.
 *
 * @param index which share, from 0
 * @param of how many shares there are
 */
public record Share(int index, int of) {
  /** All frames. */
  static final Share WHOLE = new Share(0, 1);

  public Share {
    if (index < 0 || index >= of) {
      throw new IllegalArgumentException("share %d of %d".formatted(index, of));
    }
  }

  /** The place among all frames of the one that is the n-th of this share, from 0. */
  int place(int n) {
    return Math.addExact(Math.multiplyExact(n, of), index);
  }
}
