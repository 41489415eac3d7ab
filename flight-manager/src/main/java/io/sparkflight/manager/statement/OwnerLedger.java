package io.sparkflight.manager.statement;

import io.sparkflight.error.ErrorKind;
import io.sparkflight.manager.Digest;
import io.sparkflight.manager.Outcome;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The initiating server's account of one statement: which attempts Spark has accepted, which
 * servers have confirmed their commit, and the one outcome that may be announced.
 */
public final class OwnerLedger {
  private final BitSet accepted = new BitSet();
  private final Map<String, Digest> digests = new HashMap<>();
  private int unconfirmed;
  private @Nullable Outcome outcome;

  /**
   * Spark has accepted a task's record.
   *
   * @return whether a server has to be told to commit it
   * @throws ContractViolation if the partition was accepted before
   */
  public boolean accept(AttemptRecord record) {
    if (accepted.get(record.partition())) {
      throw new ContractViolation(record.attempt(), "Spark accepted the partition twice");
    }
    accepted.set(record.partition());
    if (record.hasNoRows()) {
      return false;
    }
    digests.merge(
        record.incarnation(), record.totals().asPartition(record.partition()), Digest::plus);
    unconfirmed++;
    return true;
  }

  /** A server has confirmed that it committed this many of the accepted attempts. */
  public void confirm(int commits) {
    unconfirmed -= commits;
    if (unconfirmed < 0) {
      throw new ContractViolation("more commits were confirmed than attempts accepted");
    }
  }

  /**
   * The Spark action has ended well.
   *
   * @return the outcome to announce
   * @throws ContractViolation if a partition or a confirmation is missing
   */
  public Outcome complete(int partitions) {
    if (outcome != null) {
      return outcome;
    }
    if (accepted.cardinality() != partitions || unconfirmed > 0) {
      throw new ContractViolation(
          "%d of %d partitions accepted, %d commits unconfirmed"
              .formatted(accepted.cardinality(), partitions, unconfirmed));
    }
    outcome = new Outcome.Complete(digests);
    return outcome;
  }

  /**
   * Something went wrong, or the client cancelled. The first outcome holds.
   *
   * @return the outcome that holds
   */
  public Outcome fail(ErrorKind kind, String message) {
    if (outcome == null) {
      outcome = new Outcome.Failed(kind, message);
    }
    return outcome;
  }

  /** The outcome, or null while the statement runs. */
  public @Nullable Outcome outcome() {
    return outcome;
  }
}
