package io.sparkflight.manager.statement;

import io.sparkflight.manager.Digest;
import io.sparkflight.manager.Outcome;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One server's account of one statement: its attempts, what was released to the client, what was
 * committed, and how the statement ended.
 *
 * <p>Release before commit is allowed, batch by batch, under one rule: a partition has one released
 * sequence, and only an attempt that produced exactly that sequence so far may extend it or be
 * committed. A retry that produces other batches can therefore never be mixed with what the client
 * already has; it fails the statement instead.
 */
public final class EndpointLedger {
  private final String incarnation;
  private final Map<PartitionAttempt, Attempt> attempts = new HashMap<>();
  private final Map<Integer, Partition> partitions = new HashMap<>();
  private Digest committed = Digest.EMPTY;
  private @Nullable Outcome outcome;

  /** One attempt: its state and the checksum of every batch it sent. */
  private static final class Attempt {
    AttemptState state = AttemptState.RECEIVING;
    AttemptTotals totals = AttemptTotals.NONE;
    final ChecksumList checksums = new ChecksumList();
    private int agreed;

    /** Whether it begins with these; asked for each batch, it compares each value once. */
    boolean startsWith(ChecksumList released) {
      agreed = checksums.common(released, agreed);
      return agreed == released.size();
    }
  }

  /** One partition: the batches the client already has, and the attempt that won. */
  private static final class Partition {
    final ChecksumList released = new ChecksumList();
    @Nullable PartitionAttempt winner;
  }

  public EndpointLedger(String incarnation) {
    this.incarnation = incarnation;
  }

  /** A batch has arrived. */
  public BatchVerdict batch(PartitionAttempt id, int sequence, int rows, int bytes, int crc) {
    if (outcome != null || partition(id).winner != null) {
      return BatchVerdict.REFUSED;
    }
    Attempt attempt = attempts.computeIfAbsent(id, unused -> new Attempt());
    if (attempt.state != AttemptState.RECEIVING || sequence > attempt.checksums.size()) {
      return BatchVerdict.REFUSED;
    }
    if (sequence < attempt.checksums.size()) {
      return attempt.checksums.at(sequence) == crc ? BatchVerdict.REPEATED : BatchVerdict.REFUSED;
    }
    attempt.checksums.add(crc);
    attempt.totals = attempt.totals.plus(rows, bytes, crc);
    ChecksumList released = partition(id).released;
    return sequence < released.size() && released.at(sequence) == crc
        ? BatchVerdict.ALREADY_RELEASED
        : BatchVerdict.STORE;
  }

  /**
   * The executor says that the attempt is whole.
   *
   * @return this server's own totals, or null if they differ or the attempt has lost
   */
  public @Nullable AttemptTotals seal(PartitionAttempt id, AttemptTotals expected) {
    Attempt attempt = attempts.get(id);
    if (attempt == null
        || outcome != null
        || (attempt.state != AttemptState.RECEIVING && attempt.state != AttemptState.SEALED)
        || !attempt.totals.equals(expected)) {
      return null;
    }
    attempt.state = AttemptState.SEALED;
    return attempt.totals;
  }

  /**
   * The driver has accepted the attempt. Committing the same attempt again changes nothing.
   *
   * @return the attempts that have lost by it
   * @throws ContractViolation if the attempt is not here as the record says, or another one won, or
   *     the client has batches that this attempt did not produce
   */
  public List<PartitionAttempt> commit(AttemptRecord record) {
    PartitionAttempt id = record.attempt();
    Partition partition = partition(id);
    if (id.equals(partition.winner)) {
      return List.of();
    }
    Attempt attempt = attempts.get(id);
    if (outcome != null || partition.winner != null) {
      throw new ContractViolation(id, "the statement or the partition is already decided");
    }
    if (attempt == null
        || attempt.state != AttemptState.SEALED
        || !attempt.totals.equals(record.totals())) {
      throw new ContractViolation(id, "its batches are not all here");
    }
    if (!attempt.startsWith(partition.released)) {
      throw new ContractViolation(
          id,
          "it was run again after some of its rows had been delivered, and produced other rows");
    }
    attempt.state = AttemptState.COMMITTED;
    partition.winner = id;
    committed = committed.plus(attempt.totals.asPartition(id.partition()));
    return losers(id);
  }

  /** The attempt has failed, or its executor is gone. A committed attempt stays committed. */
  public void discard(PartitionAttempt id) {
    Attempt attempt = attempts.get(id);
    if (attempt != null && attempt.state != AttemptState.COMMITTED) {
      attempt.state = AttemptState.DISCARDED;
    }
  }

  /** Whether the batch with this sequence number of this attempt may go to the client now. */
  public boolean mayRelease(PartitionAttempt id, int sequence) {
    Attempt attempt = attempts.get(id);
    Partition partition = partition(id);
    return attempt != null
        && attempt.state != AttemptState.DISCARDED
        && sequence == partition.released.size()
        && sequence < attempt.checksums.size()
        && (partition.winner == null || partition.winner.equals(id))
        && attempt.startsWith(partition.released);
  }

  /** The batch goes to the client: from now on every attempt must have it at this place. */
  public void release(PartitionAttempt id, int sequence) {
    if (!mayRelease(id, sequence)) {
      throw new ContractViolation(id, "batch " + sequence + " may not be released");
    }
    Attempt attempt = attempts.get(id);
    if (attempt != null) {
      partition(id).released.add(attempt.checksums.at(sequence));
    }
  }

  /** How many batches of a partition the client has. */
  public int released(int partition) {
    Partition known = partitions.get(partition);
    return known == null ? 0 : known.released.size();
  }

  /** Whether this attempt's rows are the partition's rows. */
  public boolean isCommitted(PartitionAttempt id) {
    return id.equals(partition(id).winner);
  }

  /**
   * The initiating server has announced the outcome. The first one holds.
   *
   * @throws ContractViolation if it says complete, but what is committed here is not its digest, or
   *     the client has rows of a partition that was committed on another server
   */
  public void decide(Outcome announced) {
    if (outcome != null) {
      return;
    }
    if (announced instanceof Outcome.Complete complete
        && !complete.digestOf(incarnation).equals(committed)) {
      throw new ContractViolation(
          "%s was announced, %s is committed here"
              .formatted(complete.digestOf(incarnation), committed));
    }
    if (announced instanceof Outcome.Complete) {
      partitions.forEach(EndpointLedger::refuseStray);
    }
    outcome = announced;
  }

  private static void refuseStray(int number, Partition partition) {
    if (partition.winner == null && partition.released.size() > 0) {
      throw new ContractViolation(
          "partition %d was run again on another server after some of its rows had been delivered"
              .formatted(number));
    }
  }

  /** How the statement ended; null while it runs. */
  public @Nullable Outcome outcome() {
    return outcome;
  }

  /** What is committed here. */
  public Digest committed() {
    return committed;
  }

  /** Whether the statement is complete and the client was given every committed batch. */
  public boolean delivered() {
    return outcome instanceof Outcome.Complete
        && attempts.entrySet().stream()
            .filter(entry -> entry.getValue().state == AttemptState.COMMITTED)
            .allMatch(
                entry ->
                    partition(entry.getKey()).released.size() == entry.getValue().checksums.size());
  }

  private List<PartitionAttempt> losers(PartitionAttempt winner) {
    List<PartitionAttempt> losers = new ArrayList<>();
    attempts.forEach(
        (id, attempt) -> {
          if (id.partition() == winner.partition() && !id.equals(winner)) {
            attempt.state = AttemptState.DISCARDED;
            losers.add(id);
          }
        });
    return losers;
  }

  private Partition partition(PartitionAttempt id) {
    return partitions.computeIfAbsent(id.partition(), unused -> new Partition());
  }
}
