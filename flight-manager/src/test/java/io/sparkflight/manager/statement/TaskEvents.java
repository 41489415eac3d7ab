package io.sparkflight.manager.statement;

import io.sparkflight.error.ErrorKind;
import org.jspecify.annotations.Nullable;

/** The events of a simulation that concern task attempts: pushes, seals, failures and reruns. */
final class TaskEvents {
  private static final int MOST_REFUSALS = 8;

  /** Whether the sender learns that its message has arrived. */
  enum Acknowledgement {
    HEARD,
    LOST
  }

  private TaskEvents() {}

  static void push(Simulation simulation) {
    push(simulation, Acknowledgement.HEARD);
  }

  static void push(Simulation simulation, Acknowledgement acknowledgement) {
    SimulatedAttempt attempt = pushing(simulation);
    if (attempt != null) {
      push(simulation, attempt, acknowledgement);
    }
  }

  private static void push(
      Simulation simulation, SimulatedAttempt attempt, Acknowledgement acknowledgement) {
    SimulatedBatch batch = attempt.sent.get(attempt.next);
    if (!attempt.target.batch(attempt.id, batch)) {
      refused(simulation, attempt);
    } else if (acknowledgement == Acknowledgement.HEARD) {
      attempt.next++;
    }
  }

  static void pushDoubled(Simulation simulation) {
    SimulatedAttempt attempt = pushing(simulation);
    if (attempt != null) {
      SimulatedBatch batch = attempt.sent.get(attempt.next);
      simulation.late.add(() -> attempt.target.batch(attempt.id, batch));
      push(simulation, attempt, Acknowledgement.HEARD);
    }
  }

  static void pushCorrupted(Simulation simulation) {
    SimulatedAttempt attempt = pushing(simulation);
    if (attempt != null) {
      simulation.excuseRetry("a corrupted batch may have been released");
      attempt.sent.set(attempt.next, attempt.batches.get(attempt.next).flipped());
      push(simulation, attempt, Acknowledgement.HEARD);
    }
  }

  static void seal(Simulation simulation) {
    SimulatedAttempt attempt = pushed(simulation);
    if (attempt == null) {
      return;
    }
    if (attempt.batches.isEmpty() || attempt.target.seal(attempt)) {
      attempt.stage = SimulatedAttempt.Stage.SEALED;
    } else {
      refused(simulation, attempt);
    }
  }

  static void sealUnheard(Simulation simulation) {
    SimulatedAttempt attempt = pushed(simulation);
    if (attempt != null && !attempt.batches.isEmpty()) {
      attempt.target.seal(attempt);
    }
  }

  static void report(Simulation simulation) {
    SimulatedAttempt attempt = simulation.any(SimulatedAttempt.Stage.SEALED);
    if (attempt != null) {
      simulation.report(attempt);
    }
  }

  static void taskFails(Simulation simulation) {
    SimulatedAttempt attempt = simulation.any(SimulatedAttempt.Stage.PUSHING);
    if (attempt != null) {
      retry(simulation, attempt);
    }
  }

  static void speculate(Simulation simulation) {
    SimulatedAttempt attempt = simulation.any(SimulatedAttempt.Stage.PUSHING);
    if (attempt != null && attempt.id.epoch() == simulation.epoch) {
      simulation.excuseRetry("a second attempt runs");
      simulation.launch(attempt.id.partition());
    }
  }

  static void dieAfterSeal(Simulation simulation) {
    SimulatedAttempt attempt = simulation.any(SimulatedAttempt.Stage.SEALED);
    if (attempt != null) {
      attempt.stage = SimulatedAttempt.Stage.DEAD;
      simulation.relaunch(attempt);
    }
  }

  /** Spark gives the job up after some failures of its tasks; those injected here do not count. */
  private static void refused(Simulation simulation, SimulatedAttempt attempt) {
    simulation.refusals += simulation.wants(attempt) ? 1 : 0;
    if (simulation.refusals > MOST_REFUSALS) {
      simulation.fail(ErrorKind.INTERNAL, "tasks failed too often");
    }
    retry(simulation, attempt);
  }

  private static void retry(Simulation simulation, SimulatedAttempt attempt) {
    attempt.stage = SimulatedAttempt.Stage.DEAD;
    // The server learns at any later moment that the push has broken off.
    simulation.late.add(() -> attempt.target.discard(attempt.id));
    simulation.relaunch(attempt);
  }

  static void newEpoch(Simulation simulation) {
    if (simulation.owner.outcome() == null && !simulation.actionEnded()) {
      simulation.excuse("the job was run again");
      simulation.epoch++;
      for (int partition = 0; partition < simulation.partitions; partition++) {
        simulation.launch(partition);
      }
    }
  }

  private static @Nullable SimulatedAttempt pushing(Simulation simulation) {
    SimulatedAttempt attempt = simulation.any(SimulatedAttempt.Stage.PUSHING);
    return attempt == null || attempt.next == attempt.batches.size() ? null : attempt;
  }

  private static @Nullable SimulatedAttempt pushed(Simulation simulation) {
    SimulatedAttempt attempt = simulation.any(SimulatedAttempt.Stage.PUSHING);
    return attempt != null && attempt.next == attempt.batches.size() ? attempt : null;
  }
}
