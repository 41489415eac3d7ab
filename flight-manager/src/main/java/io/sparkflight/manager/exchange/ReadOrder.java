package io.sparkflight.manager.exchange;

import io.sparkflight.manager.Delivery;
import io.sparkflight.manager.statement.EndpointLedger;
import io.sparkflight.manager.statement.PartitionAttempt;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The kept frames of a statement by attempt, and which of them leaves next. Guarded by the
 * statement's lock.
 */
final class ReadOrder {
  private static final int UNKNOWN = Integer.MAX_VALUE;

  private final OpenStatement.Sequence sequence;
  private final Delivery delivery;
  private final FrameHeap heap;
  private final Map<PartitionAttempt, Deque<Frame>> frames = new LinkedHashMap<>();
  private final Deque<PartitionAttempt> committed = new ArrayDeque<>();
  private final Map<Integer, PartitionAttempt> winners = new HashMap<>();
  private final Set<Integer> empty = new HashSet<>();
  private int current; // the partition whose turn it is, where they leave by number

  ReadOrder(OpenStatement.Sequence sequence, Delivery delivery, FrameHeap heap) {
    this.sequence = sequence;
    this.delivery = delivery;
    this.heap = heap;
    this.current = sequence == OpenStatement.Sequence.RANGE ? UNKNOWN : 0;
  }

  /** Sets the first partition of this server's range; before, nothing leaves. */
  void first(int partition) {
    current = partition;
  }

  void add(PartitionAttempt attempt, Frame frame) {
    frames.computeIfAbsent(attempt, unused -> new ArrayDeque<>()).add(frame);
  }

  /** Forgets an attempt and returns the frames it leaves behind. */
  Collection<Frame> remove(PartitionAttempt attempt) {
    Deque<Frame> left = frames.remove(attempt);
    return left == null ? List.of() : left;
  }

  void committed(PartitionAttempt attempt) {
    if (winners.putIfAbsent(attempt.partition(), attempt) == null) {
      committed.add(attempt);
    }
  }

  void empty(int partition) {
    empty.add(partition);
  }

  boolean isEmpty() {
    return frames.values().stream().allMatch(Collection::isEmpty);
  }

  void clear() {
    frames.clear();
    committed.clear();
  }

  /** Drops what nobody committed, now that nothing more will be. */
  void dropUndecided() {
    frames.keySet().stream()
        .filter(id -> !id.equals(winners.get(id.partition())))
        .toList()
        .forEach(id -> heap.discard(remove(id)));
  }

  /** Takes the next frame that may leave and tells the ledger; null if there is none. */
  @Nullable Frame next(EndpointLedger ledger, boolean pressed) {
    return switch (sequence) {
      case ANY -> nextOfAny(ledger, pressed);
      case BY_PARTITION, RANGE -> nextInOrder(ledger, pressed);
    };
  }

  private @Nullable Frame nextOfAny(EndpointLedger ledger, boolean pressed) {
    for (PartitionAttempt head = committed.peek(); head != null; head = committed.peek()) {
      Frame frame = release(ledger, head);
      if (frame != null) {
        return frame;
      }
      committed.remove();
      frames.remove(head);
    }
    return mayLeaveEarly(pressed) ? early(ledger, frames.keySet()) : null;
  }

  private @Nullable Frame nextInOrder(EndpointLedger ledger, boolean pressed) {
    while (true) {
      PartitionAttempt winner = winners.get(current);
      if (winner == null && !empty.contains(current)) {
        return mayLeaveEarly(pressed)
            ? early(
                ledger, frames.keySet().stream().filter(id -> id.partition() == current).toList())
            : null;
      }
      Frame frame = winner == null ? null : release(ledger, winner);
      if (frame != null) {
        return frame;
      }
      if (winner != null) {
        frames.remove(winner);
      }
      current++;
    }
  }

  private boolean mayLeaveEarly(boolean pressed) {
    return pressed && delivery == Delivery.ADAPTIVE;
  }

  private @Nullable Frame early(EndpointLedger ledger, Collection<PartitionAttempt> candidates) {
    for (PartitionAttempt candidate : candidates) {
      Frame frame = release(ledger, candidate);
      if (frame != null) {
        return frame;
      }
    }
    return null;
  }

  /** The attempt's next frame, if it may leave; frames that the client has already are skipped. */
  private @Nullable Frame release(EndpointLedger ledger, PartitionAttempt attempt) {
    Deque<Frame> queue = frames.get(attempt);
    if (queue == null) {
      return null;
    }
    Frame head = queue.peek();
    while (head != null && head.sequence() < ledger.released(attempt.partition())) {
      heap.discard(List.of(queue.remove()));
      head = queue.peek();
    }
    if (head == null || !ledger.mayRelease(attempt, head.sequence())) {
      return null;
    }
    ledger.release(attempt, head.sequence());
    return queue.remove();
  }
}
