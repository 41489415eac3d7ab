package io.sparkflight.manager.statement;

import com.google.errorprone.annotations.FormatMethod;
import io.sparkflight.manager.Digest;
import io.sparkflight.manager.Outcome;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The invariants of the delivery contract, against the simulation's own knowledge of the truth. */
final class SimulationChecks {
  static final String INITIATOR_LOST = "the initiating server was lost";
  private static final long STORE_BYTES = 4_096;

  private final Simulation simulation;
  private @Nullable Outcome onBoard;
  private @Nullable Outcome atOwner;

  SimulationChecks(Simulation simulation) {
    this.simulation = simulation;
  }

  void afterStep() {
    onBoard = unchanged("on the board", onBoard, simulation.board.outcome);
    atOwner = unchanged("at the owner", atOwner, simulation.owner.outcome());
    boolean lostSeen = false;
    boolean completeSeen = false;
    for (SimulatedServer server : simulation.servers) {
      server.seen = unchanged(server.incarnation, server.seen, server.rules.outcome());
      completeSeen |= server.seen instanceof Outcome.Complete;
      lostSeen |= server.why.equals(INITIATOR_LOST);
      check(server.kept >= 0 && server.kept <= STORE_BYTES, "I3: %s keeps", server.incarnation);
      check(!server.closed() || server.kept == 0, "I6: %s keeps frames", server.incarnation);
      server.confirmedSeals.forEach(
          (id, totals) ->
              check(
                  server.holds(id, totals),
                  "%s confirmed %s without its batches",
                  server.incarnation,
                  id));
      server.read.forEach((partition, batches) -> oneSequence(server, partition, batches));
      if (server.end == SimulatedServer.End.OK) {
        exact(server);
      }
    }
    check(!(lostSeen && completeSeen), "I2: one server completes what another gave up");
  }

  /** Delivered batches are the beginning of what one attempt produced: never mixed, never gaps. */
  private void oneSequence(SimulatedServer server, int partition, List<SimulatedBatch> read) {
    check(
        simulation.attempts.stream()
            .filter(attempt -> attempt.id.partition() == partition)
            .anyMatch(attempt -> attempt.couldHaveSent(read)),
        "I1: %s mixed partition %s",
        server.incarnation,
        partition);
  }

  /** A stream that ended OK gave the accepted attempts that this server holds, and nothing else. */
  private void exact(SimulatedServer server) {
    check(simulation.board.outcome instanceof Outcome.Complete, "I2: OK without an outcome");
    if (simulation.board.outcome instanceof Outcome.Complete complete) {
      check(
          digest(server).equals(complete.digestOf(server.incarnation)),
          "I2: OK of %s without a matching digest",
          server.incarnation);
    }
    for (int partition = 0; partition < simulation.partitions; partition++) {
      SimulatedAttempt truth = simulation.accepted.get(partition);
      check(
          truth != null && truth.id.epoch() == simulation.epoch,
          "I1: OK, but partition %s is not of the last epoch",
          partition);
      List<SimulatedBatch> expected =
          truth != null && truth.target == server ? truth.batches : List.of();
      check(
          expected.equals(server.read.getOrDefault(partition, List.of())),
          "I1: %s ended OK with other rows of partition %s",
          server.incarnation,
          partition);
    }
    check(server.kept == 0, "I6: %s keeps frames after OK", server.incarnation);
  }

  private Digest digest(SimulatedServer server) {
    Digest digest = Digest.EMPTY;
    for (SimulatedAttempt attempt : simulation.accepted.values()) {
      if (attempt.target == server) {
        digest = digest.plus(attempt.totals().asPartition(attempt.id.partition()));
      }
    }
    return digest;
  }

  void atEnd() {
    check(simulation.ended(), "I4: the statement never ends");
    for (SimulatedServer server : simulation.servers) {
      check(server.kept == 0, "I6: %s keeps frames at the end", server.incarnation);
      check(
          server.end == SimulatedServer.End.OK || simulation.excuse != null,
          "%s failed without a reason: %s",
          server.incarnation,
          server.why);
    }
  }

  private @Nullable Outcome unchanged(
      String where, @Nullable Outcome before, @Nullable Outcome now) {
    check(before == null || Objects.equals(before, now), "the outcome %s was overwritten", where);
    return now;
  }

  @FormatMethod
  private void check(boolean holds, String message, Object... arguments) {
    if (!holds) {
      throw new AssertionError(String.format(message, arguments) + " after " + simulation.trace);
    }
  }
}
