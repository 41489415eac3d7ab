package io.sparkflight.manager.statement;

import io.sparkflight.error.ErrorKind;
import io.sparkflight.manager.Outcome;
import java.util.function.Consumer;

/** What can happen next in a simulation; an event that is impossible now does nothing. */
enum Event {
  PUSH(TaskEvents::push),
  PUSH_AGAIN(TaskEvents::push),
  PUSH_MORE(TaskEvents::push),
  /** The acknowledgement is lost: the executor sends the batch again. */
  PUSH_ACKNOWLEDGEMENT_LOST(
      simulation -> TaskEvents.push(simulation, TaskEvents.Acknowledgement.LOST)),
  /** The batch arrives twice, the second time at any later moment. */
  PUSH_DOUBLED(TaskEvents::pushDoubled),
  PUSH_CORRUPTED(TaskEvents::pushCorrupted, Kind.RARE),
  SEAL(TaskEvents::seal),
  SEAL_ACKNOWLEDGEMENT_LOST(TaskEvents::sealUnheard),
  REPORT(TaskEvents::report),
  COMMIT(simulation -> commit(simulation, TaskEvents.Acknowledgement.HEARD)),
  COMMIT_MORE(simulation -> commit(simulation, TaskEvents.Acknowledgement.HEARD)),
  /** Committed, but nobody heard: the driver sends it again. */
  COMMIT_ACKNOWLEDGEMENT_LOST(simulation -> commit(simulation, TaskEvents.Acknowledgement.LOST)),
  COMMIT_DOUBLED(Event::commitDoubled),
  /** One commit is confirmed twice, and the driver takes the second time for another commit. */
  CONFIRMATION_DOUBLED(Event::confirmTwice, Kind.COMMON_AND_SPOILING),
  LATE(Event::late),
  TASK_FAILS(TaskEvents::taskFails, Kind.RARE),
  /** The driver gives an attempt up, which goes on: a zombie beside its successor. */
  SPECULATE(TaskEvents::speculate, Kind.RARE),
  EXECUTOR_DIES_AFTER_SEAL(TaskEvents::dieAfterSeal, Kind.RARE),
  NEW_EPOCH(TaskEvents::newEpoch, Kind.SPOILING),
  COMPLETE(Event::complete),
  ANNOUNCE(Event::announce),
  /** Written, but the initiating server does not learn it and gives its own part up. */
  ANNOUNCEMENT_UNKNOWN(Event::announceUnheard, Kind.SPOILING),
  TELL(simulation -> simulation.tell(simulation.anyServer())),
  /** Somebody looks again after the outcome was cleared away, and takes the initiator for lost. */
  TELL_STALE(Event::tellStale),
  READ(Event::read),
  READ_MORE(Event::read),
  READ_ALL(Event::readAll),
  SERVER_DIES(Event::serverDies, Kind.SPOILING),
  LOSS_NOTICED(Event::lossNoticed),
  /** ZooKeeper drops the owner's session; the owner itself goes on, as a zombie. */
  OWNER_FENCED(Event::fence, Kind.SPOILING),
  CANCEL(Event::cancel, Kind.SPOILING),
  READER_LEAVES(Event::readerLeaves, Kind.SPOILING);

  /** What a statement needs to come to its end once the faults are over. */
  static final Event[] PROGRESS = {
    PUSH, PUSH, SEAL, REPORT, COMMIT, LATE, LOSS_NOTICED, COMPLETE, ANNOUNCE, TELL, TELL, READ_ALL
  };

  private enum Kind {
    COMMON,
    COMMON_AND_SPOILING,
    RARE,
    SPOILING
  }

  @SuppressWarnings("ImmutableEnumChecker") // the effects are static methods: they hold no state
  private final Consumer<Simulation> effect;

  private final Kind kind;

  Event(Consumer<Simulation> effect) {
    this(effect, Kind.COMMON);
  }

  Event(Consumer<Simulation> effect, Kind kind) {
    this.effect = effect;
    this.kind = kind;
  }

  void happen(Simulation simulation) {
    effect.accept(simulation);
  }

  boolean rare() {
    return kind == Kind.RARE || kind == Kind.SPOILING;
  }

  /** Whether the statement may end with an error because of it. */
  boolean maySpoil() {
    return kind == Kind.COMMON_AND_SPOILING || kind == Kind.SPOILING;
  }

  private static void commit(Simulation simulation, TaskEvents.Acknowledgement acknowledgement) {
    // Once there is an outcome, nothing more is sent: what was not committed by then never will be.
    if (simulation.uncommitted.isEmpty()
        || simulation.initiatorDead
        || simulation.owner.outcome() != null) {
      return;
    }
    int index = simulation.random.nextInt(simulation.uncommitted.size());
    AttemptRecord record = simulation.uncommitted.get(index);
    SimulatedServer server = simulation.server(record.incarnation());
    if (!server.commit(record)) {
      simulation.uncommitted.remove(index);
      simulation.fail(ErrorKind.UNAVAILABLE, server.incarnation + " did not commit");
    } else if (acknowledgement == TaskEvents.Acknowledgement.HEARD) {
      simulation.uncommitted.remove(index);
      confirm(simulation);
    }
  }

  private static void commitDoubled(Simulation simulation) {
    if (!simulation.uncommitted.isEmpty()) {
      AttemptRecord record = simulation.uncommitted.get(0);
      simulation.late.add(() -> simulation.server(record.incarnation()).commit(record));
    }
  }

  private static void confirmTwice(Simulation simulation) {
    int before = simulation.uncommitted.size();
    commit(simulation, TaskEvents.Acknowledgement.HEARD);
    if (simulation.uncommitted.size() < before) {
      simulation.excuse("a commit was confirmed twice");
      if (!simulation.uncommitted.isEmpty()) {
        simulation.uncommitted.remove(0);
      }
      confirm(simulation);
    }
  }

  private static void confirm(Simulation simulation) {
    try {
      simulation.owner.confirm(1);
    } catch (ContractViolation violation) {
      simulation.fail(ErrorKind.DATA_LOSS, String.valueOf(violation.getMessage()));
    }
  }

  private static void late(Simulation simulation) {
    if (!simulation.late.isEmpty()) {
      simulation.late.remove(simulation.random.nextInt(simulation.late.size())).run();
    }
  }

  private static void complete(Simulation simulation) {
    if (simulation.initiatorDead
        || simulation.owner.outcome() != null
        || !simulation.actionEnded()) {
      return;
    }
    try {
      simulation.owner.complete(simulation.partitions);
    } catch (ContractViolation unconfirmed) {
      // The real run waits for its last confirmation; so does this one, by trying again.
      simulation.trace.add("NOT_YET");
    }
  }

  private static void announce(Simulation simulation) {
    Outcome outcome = simulation.owner.outcome();
    if (outcome == null || simulation.announced || simulation.initiatorDead) {
      return;
    }
    simulation.announced = true;
    if (!simulation.board.announce(outcome)) {
      simulation.servers.get(0).fail("the servers could not agree");
    }
  }

  private static void announceUnheard(Simulation simulation) {
    if (simulation.owner.outcome() != null && !simulation.announced) {
      simulation.excuse("it is unknown whether the announcement was written");
      announce(simulation);
      simulation.servers.get(0).fail("the servers could not agree");
    }
  }

  private static void tellStale(Simulation simulation) {
    SimulatedServer server = simulation.anyServer();
    if (server.rules.outcome() != null) {
      server.decide(new Outcome.Failed(ErrorKind.UNAVAILABLE, SimulationChecks.INITIATOR_LOST));
    }
  }

  private static void read(Simulation simulation) {
    simulation.anyServer().poll(simulation.delivering);
  }

  private static void readAll(Simulation simulation) {
    simulation.servers.forEach(server -> server.poll(simulation.delivering));
  }

  private static void serverDies(Simulation simulation) {
    SimulatedServer server = simulation.anyServer();
    simulation.excuse(server.incarnation + " died");
    server.die();
    if (server == simulation.servers.get(0)) {
      simulation.initiatorDead = true;
      simulation.board.ownerExists = false;
    }
  }

  private static void lossNoticed(Simulation simulation) {
    if (simulation.servers.stream().anyMatch(SimulatedServer::closed)) {
      simulation.fail(ErrorKind.UNAVAILABLE, "a server was lost");
    }
  }

  private static void fence(Simulation simulation) {
    simulation.excuse("the owner's session was lost");
    simulation.board.ownerExists = false;
  }

  private static void cancel(Simulation simulation) {
    simulation.excuse("cancelled");
    simulation.fail(ErrorKind.CANCELLED, "cancelled");
  }

  private static void readerLeaves(Simulation simulation) {
    SimulatedServer server = simulation.anyServer();
    if (server.end == SimulatedServer.End.OPEN) {
      simulation.excuse("a reader left");
      server.fail("its reader left");
      server.end = SimulatedServer.End.ERROR;
      simulation.fail(ErrorKind.CANCELLED, "its reader left");
    }
  }
}
