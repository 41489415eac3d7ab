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
   * The frame at a reader's place; null if it may not leave yet, or is not there. Those before it,
   * which are other readers' shares, leave as well.
   */
  @Nullable Frame at(int place, EndpointLedger ledger) {
    if (place < kept.size()) {
      return kept.get(place);
    }
    Frame next = leave(ledger);
    while (next != null && retained && kept.size() <= place) {
      next = leave(ledger);
    }
    return next;
  }

  private @Nullable Frame leave(EndpointLedger ledger) {
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
   * @param had so many frames no reader needs any more
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

  /** Whether a reader who is at this place has every frame that is for it. */
  boolean endsAt(int place) {
    return order.isEmpty() && (!retained || place >= kept.size());
  }

  /** Forgets all; the heap frees what they took. */
  void clear() {
    kept.clear();
    order.clear();
  }
}
