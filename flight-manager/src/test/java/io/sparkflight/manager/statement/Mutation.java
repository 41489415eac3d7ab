package io.sparkflight.manager.statement;

import io.sparkflight.error.ErrorKind;
import io.sparkflight.manager.Digest;
import io.sparkflight.manager.Outcome;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Ways to break the contract, each of which the simulator has to find. */
@SuppressWarnings("ImmutableEnumChecker") // the fields are constructors: they hold no state
enum Mutation {
  COMMIT_NOT_IDEMPOTENT(500, CommitTwiceFails::new),
  DIGEST_NOT_COMPARED(10_000, DigestIgnored::new),
  LOSERS_ARE_DELIVERED(500, LosersDelivered::new),
  RELEASED_PREFIX_NOT_VERIFIED(2_000, PrefixUnverified::new),
  COUNTS_INSTEAD_OF_HASH(2_000, CountsOnly::new),
  CONFIRMED_BEFORE_STORED(500, ConfirmsUnstored::new),
  OUTCOME_OVERWRITTEN(500, LastOutcomeHolds::new),
  OK_WHEN_EMPTY_AND_IDLE(500, IdleIsComplete::new),
  EPOCH_IGNORED(5_000, null, EpochIgnored::new, SimulatedBoard::new),
  FENCED_OWNER_ANNOUNCES(10_000, null, OwnerContract::new, UnfencedBoard::new),
  OWNER_CHANGES_ITS_MIND(500, null, LastFailureHolds::new, SimulatedBoard::new);

  /** The simulator finds it within so many schedules. */
  final int schedules;

  private final @Nullable Function<String, ServerContract> server;
  private final Supplier<OwnerContract> owner;
  private final Supplier<SimulatedBoard> board;

  Mutation(int schedules, Function<String, ServerContract> server) {
    this(schedules, server, OwnerContract::new, SimulatedBoard::new);
  }

  Mutation(
      int schedules,
      @Nullable Function<String, ServerContract> server,
      Supplier<OwnerContract> owner,
      Supplier<SimulatedBoard> board) {
    this.schedules = schedules;
    this.server = server;
    this.owner = owner;
    this.board = board;
  }

  Contract contract() {
    return new Contract() {
      @Override
      ServerContract server(String incarnation) {
        return server == null ? super.server(incarnation) : server.apply(incarnation);
      }

      @Override
      OwnerContract owner() {
        return owner.get();
      }

      @Override
      SimulatedBoard board() {
        return board.get();
      }
    };
  }

  private static final class CommitTwiceFails extends ServerContract {
    CommitTwiceFails(String incarnation) {
      super(incarnation);
    }

    @Override
    List<PartitionAttempt> commit(AttemptRecord record) {
      if (isCommitted(record.attempt())) {
        throw new ContractViolation(record.attempt(), "committed before");
      }
      return super.commit(record);
    }
  }

  private static final class DigestIgnored extends ServerContract {
    private final String incarnation;

    DigestIgnored(String incarnation) {
      super(incarnation);
      this.incarnation = incarnation;
    }

    @Override
    void decide(Outcome announced) {
      super.decide(
          announced instanceof Outcome.Complete
              ? new Outcome.Complete(Map.of(incarnation, committed()))
              : announced);
    }
  }

  /** Gives out whatever lies there, whichever attempt it is of. */
  private static final class LosersDelivered extends ServerContract {
    private final Map<Integer, Integer> released = new HashMap<>();

    LosersDelivered(String incarnation) {
      super(incarnation);
    }

    @Override
    boolean mayRelease(PartitionAttempt id, int sequence) {
      return sequence == released(id.partition());
    }

    @Override
    void release(PartitionAttempt id, int sequence) {
      released.merge(id.partition(), 1, Integer::sum);
    }

    @Override
    int released(int partition) {
      return released.getOrDefault(partition, 0);
    }

    @Override
    boolean delivered() {
      return outcome() instanceof Outcome.Complete;
    }
  }

  /**
   * Shows the ledger one checksum for all batches, so that every retry seems to repeat the first.
   */
  private static class PrefixUnverified extends ServerContract {
    private final String incarnation;
    private final Map<PartitionAttempt, AttemptTotals> shown = new HashMap<>();
    private final Map<PartitionAttempt, AttemptTotals> counted = new HashMap<>();
    private Digest digest = Digest.EMPTY;

    PrefixUnverified(String incarnation) {
      super(incarnation);
      this.incarnation = incarnation;
    }

    @Override
    BatchVerdict batch(PartitionAttempt id, int sequence, int rows, int bytes, int crc) {
      BatchVerdict verdict = super.batch(id, sequence, rows, bytes, shown(crc));
      if (verdict == BatchVerdict.STORE || verdict == BatchVerdict.ALREADY_RELEASED) {
        shown.put(id, totals(shown, id).plus(rows, bytes, shown(crc)));
        counted.put(id, totals(counted, id).plus(rows, bytes, crc));
      }
      return verdict;
    }

    @Override
    @Nullable AttemptTotals seal(PartitionAttempt id, AttemptTotals expected) {
      AttemptTotals own = totals(counted, id);
      boolean sealed = equal(own, expected) && super.seal(id, totals(shown, id)) != null;
      return sealed ? expected : null;
    }

    private static AttemptTotals totals(
        Map<PartitionAttempt, AttemptTotals> known, PartitionAttempt id) {
      return known.getOrDefault(id, AttemptTotals.NONE);
    }

    int shown(int crc) {
      return 0;
    }

    boolean equal(AttemptTotals own, AttemptTotals expected) {
      return own.equals(expected);
    }

    @Override
    List<PartitionAttempt> commit(AttemptRecord record) {
      PartitionAttempt id = record.attempt();
      boolean first = !isCommitted(id);
      List<PartitionAttempt> losers =
          super.commit(
              new AttemptRecord(
                  record.epoch(),
                  record.partition(),
                  record.taskAttemptId(),
                  record.incarnation(),
                  totals(shown, id)));
      if (first) {
        digest = digest.plus(record.totals().asPartition(record.partition()));
      }
      return losers;
    }

    @Override
    void decide(Outcome announced) {
      boolean matches =
          announced instanceof Outcome.Complete complete
              && complete.digestOf(incarnation).equals(digest);
      super.decide(matches ? new Outcome.Complete(Map.of(incarnation, committed())) : announced);
    }
  }

  /** Trusts equal counts, whatever the batches are. */
  private static final class CountsOnly extends PrefixUnverified {
    CountsOnly(String incarnation) {
      super(incarnation);
    }

    @Override
    int shown(int crc) {
      return crc;
    }

    @Override
    boolean equal(AttemptTotals own, AttemptTotals expected) {
      return own.batches() == expected.batches() && own.rows() == expected.rows();
    }
  }

  private static final class ConfirmsUnstored extends ServerContract {
    ConfirmsUnstored(String incarnation) {
      super(incarnation);
    }

    @Override
    AttemptTotals seal(PartitionAttempt id, AttemptTotals expected) {
      super.seal(id, expected);
      return expected;
    }
  }

  private static final class LastOutcomeHolds extends ServerContract {
    private @Nullable Outcome last;

    LastOutcomeHolds(String incarnation) {
      super(incarnation);
    }

    @Override
    void decide(Outcome announced) {
      super.decide(announced);
      last = announced;
    }

    @Override
    @Nullable Outcome outcome() {
      return last;
    }
  }

  private static final class IdleIsComplete extends ServerContract {
    IdleIsComplete(String incarnation) {
      super(incarnation);
    }

    @Override
    boolean delivered() {
      return true;
    }
  }

  /** Keeps what an earlier run of the job brought. */
  private static final class EpochIgnored extends OwnerContract {
    private final Set<Integer> known = new HashSet<>();

    @Override
    boolean accept(AttemptRecord record) {
      return known.add(record.partition()) && super.accept(record);
    }
  }

  private static final class UnfencedBoard extends SimulatedBoard {
    @Override
    boolean announce(Outcome announced) {
      if (outcome != null) {
        return false;
      }
      outcome = announced;
      return true;
    }
  }

  /** Lets the latest failure replace the outcome that was settled. */
  private static final class LastFailureHolds extends OwnerContract {
    private @Nullable Outcome failure;

    @Override
    Outcome fail(ErrorKind kind, String message) {
      Outcome latest = new Outcome.Failed(kind, message);
      failure = latest;
      return latest;
    }

    @Override
    @Nullable Outcome outcome() {
      return failure == null ? super.outcome() : failure;
    }
  }
}
