package io.sparkflight.manager.statement;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** One task attempt in an executor, as the driver and its target server see it. */
final class SimulatedAttempt {
  /** Where an attempt stands. */
  enum Stage {
    PUSHING,
    SEALED,
    REPORTED,
    DEAD
  }

  final PartitionAttempt id;
  final SimulatedServer target;
  final List<SimulatedBatch> batches;
  Stage stage = Stage.PUSHING;
  int next;

  /** What its target gets: the batches, but for those that were corrupted on their way. */
  final List<SimulatedBatch> sent;

  SimulatedAttempt(PartitionAttempt id, SimulatedServer target, List<SimulatedBatch> batches) {
    this.id = id;
    this.target = target;
    this.batches = batches;
    this.sent = new ArrayList<>(batches);
  }

  /** Whether these are the first batches of this attempt, as they left it or as they arrived. */
  boolean couldHaveSent(List<SimulatedBatch> read) {
    return read.size() <= sent.size()
        && IntStream.range(0, read.size())
            .allMatch(i -> read.get(i).equals(sent.get(i)) || read.get(i).equals(batches.get(i)));
  }

  AttemptTotals totals() {
    AttemptTotals totals = AttemptTotals.NONE;
    for (SimulatedBatch batch : batches) {
      totals = totals.plus(batch.rows(), batch.bytes(), batch.crc());
    }
    return totals;
  }

  AttemptRecord record() {
    String holder = batches.isEmpty() ? "" : target.incarnation;
    return new AttemptRecord(id.epoch(), id.partition(), id.taskAttemptId(), holder, totals());
  }
}
