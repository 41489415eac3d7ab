package io.sparkflight.manager.statement;

import io.sparkflight.manager.Digest;
import io.sparkflight.manager.Outcome;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A server's rules as the simulator calls them: the real ledger, unless a mutation breaks one. */
class ServerContract {
  private final EndpointLedger ledger;

  ServerContract(String incarnation) {
    ledger = new EndpointLedger(incarnation);
  }

  BatchVerdict batch(PartitionAttempt id, int sequence, int rows, int bytes, int crc) {
    return ledger.batch(id, sequence, rows, bytes, crc);
  }

  @Nullable AttemptTotals seal(PartitionAttempt id, AttemptTotals expected) {
    return ledger.seal(id, expected);
  }

  List<PartitionAttempt> commit(AttemptRecord record) {
    return ledger.commit(record);
  }

  void discard(PartitionAttempt id) {
    ledger.discard(id);
  }

  boolean isCommitted(PartitionAttempt id) {
    return ledger.isCommitted(id);
  }

  boolean mayRelease(PartitionAttempt id, int sequence) {
    return ledger.mayRelease(id, sequence);
  }

  void release(PartitionAttempt id, int sequence) {
    ledger.release(id, sequence);
  }

  int released(int partition) {
    return ledger.released(partition);
  }

  void decide(Outcome announced) {
    ledger.decide(announced);
  }

  @Nullable Outcome outcome() {
    return ledger.outcome();
  }

  Digest committed() {
    return ledger.committed();
  }

  boolean delivered() {
    return ledger.delivered();
  }
}
