package io.sparkflight.manager.exchange;

import io.sparkflight.manager.statement.EndpointLedger;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The frames of a statement in the order in which they leave: for the one reader of it, freed as
 * they go; or, while the result is retained, for any number of readers, each at its place. Guarded
 * by the statement's lock.
 */
final class ReleasedFrames {
  private final ReadOrder order;
  private final FrameHeap heap;
  private final boolean retained;
  private final List<Frame> kept = new ArrayList<>();
  private int moved; // so many of them are on disk, or need not be looked at

  ReleasedFrames(ReadOrder order, FrameHeap heap, boolean retained) {
    this.order = order;
    this.heap = heap;
    this.retained = retained;
  }

  /**
   * The frame at a reader's place; null if nothing more may leave yet.
   *
   * @param taken how many the reader has
   */
  @Nullable Frame at(int taken, EndpointLedger ledger) {
    if (taken < kept.size()) {
      return kept.get(taken);
    }
    Frame next = order.next(ledger, heap.pressed());
    if (next != null && retained) {
      kept.add(next);
      heap.kept(next);
    } else if (next != null) {
      heap.taken(next);
    }
    return next;
  }

  /**
   * Takes room in memory for a new frame, if need be by moving kept ones to disk, the oldest first.
   * Only those move that every reader has had: what is still to be read stays where it is read
   * fastest.
   *
   * @param had how many frames every reader has had
   * @return whether there is room now
   */
  boolean reserve(int bytes, int had) throws IOException {
    boolean reserved = heap.reserve(bytes);
    while (!reserved && retained && heap.mayHold(bytes) && moveOne(had)) {
      reserved = heap.reserve(bytes);
    }
    return reserved;
  }

  /** Moves the oldest frame in memory to disk, if every reader has had it; says whether it did. */
  boolean moveOne(int had) throws IOException {
    for (; moved < had; moved++) {
      Frame frame = kept.get(moved);
      if (!frame.content().spilled()) {
        kept.set(moved, heap.toDisk(frame));
        moved++;
        return true;
      }
    }
    return false;
  }

  /** How many frames some reader has had. */
  int kept() {
    return kept.size();
  }

  /** Whether a reader has every frame that is here. */
  boolean endsAt(int taken) {
    return order.isEmpty() && (!retained || taken == kept.size());
  }

  /** Forgets all; the heap frees what they took. */
  void clear() {
    kept.clear();
    order.clear();
  }
}
