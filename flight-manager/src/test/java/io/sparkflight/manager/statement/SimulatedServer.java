package io.sparkflight.manager.statement;

import io.sparkflight.manager.Outcome;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One server: the rules under test, the frames it keeps, and what its one reader was given. */
final class SimulatedServer {
  /** How a reader's stream ended. */
  enum End {
    OPEN,
    OK,
    ERROR
  }

  final String incarnation;
  final ServerContract rules;
  final Map<Integer, List<SimulatedBatch>> read = new LinkedHashMap<>();
  final Map<PartitionAttempt, AttemptTotals> confirmedSeals = new LinkedHashMap<>();
  private final Map<PartitionAttempt, Deque<SimulatedBatch>> frames = new LinkedHashMap<>();
  private final Deque<PartitionAttempt> committed = new ArrayDeque<>();
  End end = End.OPEN;
  boolean dead;
  boolean failed;
  boolean told;
  String why = "";
  @Nullable Outcome seen;
  long kept;

  SimulatedServer(String incarnation, ServerContract rules) {
    this.incarnation = incarnation;
    this.rules = rules;
  }

  /** Takes a batch; false if the pusher is told that it is refused. */
  boolean batch(PartitionAttempt id, SimulatedBatch batch) {
    if (closed()) {
      return false;
    }
    BatchVerdict verdict =
        rules.batch(id, batch.sequence(), batch.rows(), batch.bytes(), batch.crc());
    if (verdict == BatchVerdict.STORE) {
      frames.computeIfAbsent(id, unused -> new ArrayDeque<>()).add(batch);
      kept += batch.bytes();
    }
    return verdict != BatchVerdict.REFUSED;
  }

  boolean seal(SimulatedAttempt attempt) {
    AttemptTotals own = closed() ? null : rules.seal(attempt.id, attempt.totals());
    boolean sealed = attempt.totals().equals(own);
    if (sealed) {
      confirmedSeals.put(attempt.id, attempt.totals());
    }
    return sealed;
  }

  /** Commits; false if this server failed the statement, or is gone. */
  boolean commit(AttemptRecord record) {
    if (closed()) {
      return false;
    }
    try {
      rules.commit(record).forEach(this::drop);
    } catch (ContractViolation violation) {
      fail(String.valueOf(violation.getMessage()));
      return false;
    }
    if (!committed.contains(record.attempt())) {
      committed.add(record.attempt());
    }
    return true;
  }

  void discard(PartitionAttempt id) {
    if (!closed() && !rules.isCommitted(id)) {
      rules.discard(id);
      drop(id);
    }
  }

  void decide(Outcome outcome) {
    if (closed()) {
      return;
    }
    try {
      rules.decide(outcome);
    } catch (ContractViolation violation) {
      fail(String.valueOf(violation.getMessage()));
      return;
    }
    if (rules.outcome() instanceof Outcome.Failed reason) {
      fail(reason.message());
    } else {
      List.copyOf(frames.keySet()).stream()
          .filter(id -> !rules.isCommitted(id))
          .forEach(this::drop);
    }
  }

  void fail(String reason) {
    if (!failed) {
      failed = true;
      why = reason;
      free();
    }
  }

  void die() {
    dead = true;
    free();
    end = end == End.OPEN ? End.ERROR : end;
  }

  /** The reader asks for the next frame, or for the end. */
  void poll(Delivering delivering) {
    if (end != End.OPEN) {
      return;
    }
    if (failed || dead) {
      end = End.ERROR;
      return;
    }
    Collection<PartitionAttempt> candidates = new ArrayList<>(committed);
    if (delivering == Delivering.EARLY) {
      candidates.addAll(frames.keySet());
    }
    if (candidates.stream().noneMatch(this::give) && rules.delivered()) {
      end = End.OK;
    }
  }

  private boolean give(PartitionAttempt id) {
    Deque<SimulatedBatch> queue = frames.get(id);
    while (queue != null
        && !queue.isEmpty()
        && queue.element().sequence() < rules.released(id.partition())) {
      kept -= queue.remove().bytes();
    }
    if (queue == null || queue.isEmpty() || !rules.mayRelease(id, queue.element().sequence())) {
      return false;
    }
    SimulatedBatch next = queue.remove();
    kept -= next.bytes();
    rules.release(id, next.sequence());
    read.computeIfAbsent(id.partition(), unused -> new ArrayList<>()).add(next);
    return true;
  }

  /** Whether everything of this attempt that was confirmed is here or with the reader. */
  boolean holds(PartitionAttempt id, AttemptTotals totals) {
    int here = frames.getOrDefault(id, new ArrayDeque<>()).size();
    return here + rules.released(id.partition()) >= totals.batches();
  }

  boolean closed() {
    return dead || failed;
  }

  private void drop(PartitionAttempt id) {
    Deque<SimulatedBatch> left = frames.remove(id);
    kept -= left == null ? 0 : left.stream().mapToLong(SimulatedBatch::bytes).sum();
    confirmedSeals.remove(id);
  }

  private void free() {
    List.copyOf(frames.keySet()).forEach(this::drop);
    confirmedSeals.clear();
  }

  /** Whether rows may leave before their partition is committed. */
  enum Delivering {
    COMMITTED,
    EARLY
  }
}
