package io.sparkflight.manager.statement;

import io.sparkflight.error.ErrorKind;
import io.sparkflight.manager.Outcome;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * One statement run through one generated schedule. The seed fixes everything: the shape of the
 * result, the servers, and which event follows which. Faults are generated for a while; then only
 * progress is, and the statement must come to its end.
 */
final class Simulation {
  private static final int FAULTY_STEPS = 70;
  private static final int LAST_STEPS = 2_000;
  private static final Event[] EVENTS = Event.values();

  final SplittableRandom random;
  final List<SimulatedServer> servers = new ArrayList<>();
  final List<SimulatedAttempt> attempts = new ArrayList<>();
  final Map<Integer, SimulatedAttempt> accepted = new HashMap<>();
  final List<AttemptRecord> uncommitted = new ArrayList<>();
  final List<Runnable> late = new ArrayList<>();
  final List<String> trace = new ArrayList<>();
  final OwnerContract owner;
  final SimulatedBoard board;
  final int partitions;
  final SimulatedServer.Delivering delivering;
  final boolean stableRows;
  int epoch;
  int refusals;
  boolean initiatorDead;
  boolean announced;

  /** Why this statement may end with an error; null if nothing but benign faults happened. */
  @Nullable String excuse;

  private final SimulationChecks checks = new SimulationChecks(this);
  private final int[] lengths;
  private long nextAttempt;

  Simulation(long seed, Contract contract) {
    random = new SplittableRandom(seed);
    partitions = 1 + random.nextInt(3);
    stableRows = random.nextInt(3) > 0;
    delivering =
        random.nextBoolean()
            ? SimulatedServer.Delivering.EARLY
            : SimulatedServer.Delivering.COMMITTED;
    lengths = random.ints(partitions, 0, 4).toArray();
    int count = 1 + random.nextInt(3);
    for (int i = 0; i < count; i++) {
      String incarnation = "server" + i;
      servers.add(new SimulatedServer(incarnation, contract.server(incarnation)));
    }
    owner = contract.owner();
    board = contract.board();
    for (int partition = 0; partition < partitions; partition++) {
      launch(partition);
    }
  }

  /** Runs to the end; throws an {@link AssertionError} as soon as an invariant is broken. */
  void run() {
    List<Event> possible = possibleEvents();
    int rarity = 1 + random.nextInt(16);
    for (int step = 0; step < FAULTY_STEPS; step++) {
      Event event = possible.get(random.nextInt(possible.size()));
      if (!event.rare() || random.nextInt(rarity) == 0) {
        apply(event);
      }
    }
    for (int step = 0; !ended() && step < LAST_STEPS; step++) {
      apply(Event.PROGRESS[random.nextInt(Event.PROGRESS.length)]);
    }
    checks.atEnd();
  }

  /** Each schedule leaves some events out, so that the others get further and meet more often. */
  private List<Event> possibleEvents() {
    boolean benign = random.nextInt(4) == 0;
    List<Event> possible = new ArrayList<>(List.of(EVENTS));
    possible.removeIf(event -> benign && event.maySpoil());
    possible.removeIf(event -> random.nextInt(event.maySpoil() ? 2 : 4) == 0);
    return possible;
  }

  boolean endedWell() {
    return servers.stream().allMatch(server -> server.end == SimulatedServer.End.OK);
  }

  private void apply(Event event) {
    trace.add(event.name());
    event.happen(this);
    checks.afterStep();
  }

  boolean ended() {
    return servers.stream().allMatch(server -> server.end != SimulatedServer.End.OPEN);
  }

  /** Starts an attempt of a partition in the current epoch. */
  void launch(int partition) {
    PartitionAttempt id = new PartitionAttempt(epoch, partition, nextAttempt++);
    // A retry usually goes to the same server, as the real choice of targets does.
    int server = random.nextInt(4) == 0 ? random.nextInt(servers.size()) : partition;
    SimulatedServer target = servers.get(server % servers.size());
    attempts.add(new SimulatedAttempt(id, target, rows(id)));
  }

  private List<SimulatedBatch> rows(PartitionAttempt id) {
    List<SimulatedBatch> batches = new ArrayList<>();
    int variant = stableRows ? 0 : 1 + (int) id.taskAttemptId();
    for (int i = 0; i < lengths[id.partition()]; i++) {
      int crc = ((id.partition() * 64 + i) * 1024 + variant) * 2;
      batches.add(new SimulatedBatch(i, 2, 8, crc));
    }
    return batches;
  }

  /** A random attempt in this stage; null if there is none. */
  @Nullable SimulatedAttempt any(SimulatedAttempt.Stage stage) {
    List<SimulatedAttempt> found =
        attempts.stream().filter(attempt -> attempt.stage == stage).toList();
    return found.isEmpty() ? null : found.get(random.nextInt(found.size()));
  }

  /**
   * The driver starts the partition again, unless somebody brought it already or nobody wants it.
   */
  void relaunch(SimulatedAttempt failed) {
    boolean beside =
        attempts.stream()
            .anyMatch(
                attempt ->
                    attempt.stage != SimulatedAttempt.Stage.DEAD
                        && attempt.stage != SimulatedAttempt.Stage.REPORTED
                        && attempt.id.epoch() == epoch
                        && attempt.id.partition() == failed.id.partition());
    if (wants(failed) && !beside && owner.outcome() == null) {
      excuseRetry("a task was run again");
      launch(failed.id.partition());
    }
  }

  /** Whether the driver still waits for the attempt's partition in the attempt's epoch. */
  boolean wants(SimulatedAttempt attempt) {
    SimulatedAttempt known = accepted.get(attempt.id.partition());
    return attempt.id.epoch() == epoch && (known == null || known.id.epoch() != epoch);
  }

  /** Where rows leave before their commit, a second attempt may have to fail the statement. */
  void excuseRetry(String reason) {
    if (delivering == SimulatedServer.Delivering.EARLY) {
      excuse(reason);
    }
  }

  SimulatedServer anyServer() {
    return servers.get(random.nextInt(servers.size()));
  }

  void excuse(String reason) {
    excuse = excuse == null ? reason : excuse;
  }

  /** Spark hands the driver the result of a task; it takes one per partition and epoch. */
  void report(SimulatedAttempt attempt) {
    attempt.stage = SimulatedAttempt.Stage.REPORTED;
    if (initiatorDead || owner.outcome() != null || !wants(attempt)) {
      return;
    }
    try {
      boolean tell = owner.accept(attempt.record());
      accepted.put(attempt.id.partition(), attempt);
      if (tell) {
        uncommitted.add(attempt.record());
      }
    } catch (ContractViolation violation) {
      fail(ErrorKind.DATA_LOSS, String.valueOf(violation.getMessage()));
    }
  }

  void fail(ErrorKind kind, String message) {
    if (!initiatorDead) {
      owner.fail(kind, message);
    }
  }

  /** The action has ended well once every partition of the last epoch was reported. */
  boolean actionEnded() {
    return accepted.size() == partitions
        && accepted.values().stream().allMatch(attempt -> attempt.id.epoch() == epoch);
  }

  SimulatedServer server(String incarnation) {
    return servers.stream()
        .filter(server -> server.incarnation.equals(incarnation))
        .findFirst()
        .orElseThrow();
  }

  /** What a server learns from the board: the outcome, or that there never will be one. */
  void tell(SimulatedServer server) {
    Outcome outcome = board.outcome;
    if (outcome == null && !board.ownerExists) {
      outcome = new Outcome.Failed(ErrorKind.UNAVAILABLE, SimulationChecks.INITIATOR_LOST);
    }
    if (outcome != null && !server.told) {
      server.told = true;
      server.decide(outcome);
    }
  }
}
