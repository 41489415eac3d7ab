package io.sparkflight.manager.statement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkflight.error.ErrorKind;
import io.sparkflight.manager.Digest;
import io.sparkflight.manager.Outcome;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EndpointLedgerTest {
  private static final String SERVER = "00000000000000aa";
  private static final PartitionAttempt FIRST = new PartitionAttempt(0, 7, 100);
  private static final PartitionAttempt SECOND = new PartitionAttempt(0, 7, 200);

  private final EndpointLedger ledger = new EndpointLedger(SERVER);

  @Test
  void aBatchThatSkipsOneIsRefused() {
    batch(FIRST, 0, 11);
    assertThat(ledger.batch(FIRST, 2, 1, 8, 33)).isEqualTo(BatchVerdict.REFUSED);
  }

  @Test
  void theSameBatchTwiceCountsOnce() {
    batch(FIRST, 0, 11);
    assertThat(ledger.batch(FIRST, 0, 1, 8, 11)).isEqualTo(BatchVerdict.REPEATED);
    assertThat(ledger.seal(FIRST, totals(11))).isEqualTo(totals(11));
  }

  @Test
  void aSealThatSaysMoreThanArrivedIsRefused() {
    batch(FIRST, 0, 11);
    assertThat(ledger.seal(FIRST, totals(11, 22))).isNull();
  }

  @Test
  void anUnsealedAttemptCannotBeCommitted() {
    batch(FIRST, 0, 11);
    assertThatThrownBy(() -> ledger.commit(record(FIRST, totals(11))))
        .isInstanceOf(ContractViolation.class)
        .hasMessageContaining("not all here");
  }

  @Test
  void aCommitDiscardsTheRivalsAndRefusesLateBatches() {
    sealed(FIRST, 11);
    sealed(SECOND, 12);
    assertThat(ledger.commit(record(SECOND, totals(12)))).containsExactly(FIRST);
    assertThat(ledger.batch(new PartitionAttempt(0, 7, 300), 0, 1, 8, 13))
        .isEqualTo(BatchVerdict.REFUSED);
    assertThat(ledger.mayRelease(FIRST, 0)).isFalse();
    assertThat(ledger.mayRelease(SECOND, 0)).isTrue();
  }

  @Test
  void aRetryThatRepeatsTheReleasedBatchesGoesOn() {
    batch(FIRST, 0, 11);
    ledger.release(FIRST, 0);
    ledger.discard(FIRST);
    assertThat(ledger.batch(SECOND, 0, 1, 8, 11)).isEqualTo(BatchVerdict.ALREADY_RELEASED);
    batch(SECOND, 1, 22);
    ledger.seal(SECOND, totals(11, 22));
    ledger.commit(record(SECOND, totals(11, 22)));
    assertThat(ledger.mayRelease(SECOND, 1)).isTrue();
  }

  @Test
  void aRetryThatDiffersFromTheReleasedBatchesFails() {
    batch(FIRST, 0, 11);
    ledger.release(FIRST, 0);
    ledger.discard(FIRST);
    sealed(SECOND, 12);
    assertThat(ledger.mayRelease(SECOND, 0)).isFalse();
    assertThatThrownBy(() -> ledger.commit(record(SECOND, totals(12))))
        .isInstanceOf(ContractViolation.class)
        .hasMessageContaining("partition 7")
        .hasMessageContaining("produced other rows");
  }

  @Test
  void completeWithAnotherDigestIsRefused() {
    sealed(FIRST, 11);
    ledger.commit(record(FIRST, totals(11)));
    assertThatThrownBy(
            () ->
                ledger.decide(
                    new Outcome.Complete(
                        Map.of(SERVER, totals(11).asPartition(7).plus(totals(12).asPartition(8))))))
        .isInstanceOf(ContractViolation.class);
    assertThat(ledger.outcome()).isNull();
  }

  @Test
  void rowsReleasedHereOfAPartitionThatAnotherServerCommittedAreAViolation() {
    batch(FIRST, 0, 11);
    ledger.release(FIRST, 0);
    ledger.discard(FIRST);
    assertThatThrownBy(() -> ledger.decide(new Outcome.Complete(Map.of())))
        .isInstanceOf(ContractViolation.class)
        .hasMessageContaining("another server");
  }

  @Test
  void isDeliveredOnlyWhenEveryCommittedBatchWasReleased() {
    sealed(FIRST, 11);
    ledger.commit(record(FIRST, totals(11)));
    ledger.decide(new Outcome.Complete(Map.of(SERVER, totals(11).asPartition(7))));
    assertThat(ledger.delivered()).isFalse();
    ledger.release(FIRST, 0);
    assertThat(ledger.delivered()).isTrue();
  }

  @Test
  void theFirstOutcomeHolds() {
    Outcome failed = new Outcome.Failed(ErrorKind.CANCELLED, "stop");
    ledger.decide(failed);
    ledger.decide(new Outcome.Complete(Map.of()));
    assertThat(ledger.outcome()).isEqualTo(failed);
    assertThat(ledger.batch(FIRST, 0, 1, 8, 11)).isEqualTo(BatchVerdict.REFUSED);
  }

  @Test
  void digestsTellThePartitionsApart() {
    assertThat(totals(11).asPartition(1)).isNotEqualTo(totals(11).asPartition(2));
    assertThat(AttemptTotals.NONE.asPartition(1)).isEqualTo(Digest.EMPTY);
  }

  private void sealed(PartitionAttempt attempt, int... checksums) {
    for (int i = 0; i < checksums.length; i++) {
      batch(attempt, i, checksums[i]);
    }
    assertThat(ledger.seal(attempt, totals(checksums))).isNotNull();
  }

  private void batch(PartitionAttempt attempt, int sequence, int crc) {
    assertThat(ledger.batch(attempt, sequence, 1, 8, crc)).isEqualTo(BatchVerdict.STORE);
  }

  private static AttemptTotals totals(int... checksums) {
    AttemptTotals totals = AttemptTotals.NONE;
    for (int crc : checksums) {
      totals = totals.plus(1, 8, crc);
    }
    return totals;
  }

  private static AttemptRecord record(PartitionAttempt attempt, AttemptTotals totals) {
    return new AttemptRecord(
        attempt.epoch(), attempt.partition(), attempt.taskAttemptId(), SERVER, totals);
  }
}
