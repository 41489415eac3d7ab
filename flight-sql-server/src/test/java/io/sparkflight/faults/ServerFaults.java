package io.sparkflight.faults;

import io.sparkflight.testing.DevCluster;
import io.sparkflight.testing.WideTable;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.apache.arrow.flight.FlightEndpoint;

/** What may happen to the servers that a result is spread over. */
final class ServerFaults {
  private static final int ROWS = 1_500_000;
  private static final String SQL = WideTable.rows(ROWS, 10, "");

  /** How long ZooKeeper waits for a silent server, and then some. */
  private static final Duration LOST = Duration.ofSeconds(10);

  /** Within this a reader is told that a server is lost. */
  private static final Duration SOON = Duration.ofSeconds(20);

  private final FaultCluster cluster;
  private final DevCluster starter;
  private final FaultTable table;

  ServerFaults(DevCluster starter, FaultCluster cluster, FaultTable table) {
    this.starter = starter;
    this.cluster = cluster;
    this.table = table;
  }

  /** A server that takes part is killed, and started again on its port. */
  Outcome participantKilled(Random chance) throws Exception {
    DevCluster.Server initiator = cluster.server("server-1");
    DevCluster.Server victim = cluster.server("server-2");
    try (Reading unread = Reading.small();
        Reading reading = new Reading(SQL, ROWS)) {
      List<FlightEndpoint> tickets = unread.execute(initiator);
      reading.begin(initiator);
      moment(reading, chance);
      DevCluster.kill(victim.pid());
      Outcome outcome = soon(reading);
      DevCluster.Server again = starter.start(victim.name());
      long begin = System.nanoTime();
      unread.begin(tickets).outcome();
      table.note(
          "R13",
          "server restarted on its port: old tickets",
          refused(unread.outcome(victim), "or was restarted"),
          Duration.ofNanos(System.nanoTime() - begin));
      cluster.awaitMembers(2, initiator, again);
      return outcome;
    }
  }

  /** A server that takes part stands still, longer or shorter than ZooKeeper waits for it. */
  Outcome participantStopped(Random chance) throws Exception {
    DevCluster.Server initiator = cluster.server("server-1");
    DevCluster.Server victim = cluster.server("server-2");
    try (Reading reading = new Reading(SQL, ROWS).begin(initiator)) {
      moment(reading, chance);
      DevCluster.signal(victim.pid(), "STOP");
      try {
        boolean longer = chance.nextInt(3) > 0;
        if (longer && !reading.awaitEnd(initiator, SOON)) {
          return Outcome.hang("the server that lives has not told its reader");
        }
        reading.awaitEnd(Duration.ofMillis(chance.nextInt(4_000)));
      } finally {
        DevCluster.signal(victim.pid(), "CONT");
      }
      Outcome outcome = soon(reading);
      cluster.awaitMembers(2, initiator, victim);
      return outcome;
    }
  }

  /** The server that runs the statement is killed. */
  Outcome initiatorKilled(Random chance) throws Exception {
    DevCluster.Server initiator = cluster.server("server-1");
    DevCluster.Server other = cluster.server("server-2");
    try (Reading reading = new Reading(SQL, ROWS).begin(initiator)) {
      moment(reading, chance);
      DevCluster.kill(initiator.pid());
      Outcome outcome = soon(reading);
      cluster.awaitMembers(2, starter.start(initiator.name()), other);
      return outcome;
    }
  }

  /** The server that runs the statement is killed when it has announced that all is well. */
  Outcome initiatorKilledAfterItsAnnouncement() throws Exception {
    DevCluster.Server initiator = cluster.server("server-1");
    DevCluster.Server other = cluster.server("server-2");
    try (Reading reading = new Reading(SQL, ROWS)) {
      reading.hold(other);
      reading.begin(initiator).awaitRows(1);
      if (!reading.awaitEnd(initiator, Duration.ofSeconds(100))) {
        return Outcome.hang("the initiator's own stream has no end");
      }
      DevCluster.kill(initiator.pid());
      reading.release();
      Outcome outcome = soon(reading);
      cluster.awaitMembers(2, starter.start(initiator.name()), other);
      return outcome;
    }
  }

  /**
   * The server that runs the statement stands still for longer than ZooKeeper waits for it, and
   * then goes on as if nothing had happened. What the others have told their readers must hold.
   */
  Outcome initiatorStopped(Random chance) throws Exception {
    DevCluster.Server initiator = cluster.server("server-1");
    DevCluster.Server other = cluster.server("server-2");
    try (Reading reading = new Reading(SQL, ROWS).begin(initiator)) {
      reading.awaitRows(1 + chance.nextInt(ROWS));
      DevCluster.signal(initiator.pid(), "STOP");
      try {
        if (!reading.awaitEnd(other, SOON)) {
          return Outcome.hang("the server that lives has not told its reader");
        }
        reading.awaitEnd(LOST);
      } finally {
        DevCluster.signal(initiator.pid(), "CONT");
      }
      Outcome outcome = soon(reading);
      Outcome early = reading.outcome(other);
      Outcome late = reading.outcome(initiator);
      if (early.ending() == Ending.ERROR && late.ending() == Ending.EXACT) {
        return Outcome.wrong("well for the zombie's reader, but elsewhere " + early.why());
      }
      cluster.awaitMembers(2, initiator, other);
      return outcome;
    }
  }

  /**
   * A third server joins while a statement runs; the next statement is spread over it, and it is
   * killed in the middle of that one. Then a server of another cluster takes its port.
   */
  Outcome joined(Random chance) throws Exception {
    DevCluster.Server initiator = cluster.server("server-1");
    DevCluster.Server other = cluster.server("server-2");
    try (Reading reading = new Reading(SQL, ROWS)) {
      reading.hold(initiator);
      reading.hold(other);
      reading.begin(initiator).awaitRows(1);
      DevCluster.Server third = starter.start("server-3");
      try {
        if (reading.ended() || reading.takesPart(third)) {
          return Outcome.wrong("it was not in the middle, or the new server takes part");
        }
        reading.release();
        Outcome outcome = soon(reading);
        cluster.awaitMembers(3, initiator, other);
        strangerOnThePort(initiator, third, chance);
        return outcome;
      } finally {
        end(third.name());
      }
    }
  }

  /** Ends a server that may have been started anew since. */
  private void end(String name) throws Exception {
    starter.servers().stream()
        .filter(server -> server.name().equals(name))
        .forEach(server -> DevCluster.kill(server.pid()));
  }

  private void strangerOnThePort(
      DevCluster.Server initiator, DevCluster.Server victim, Random chance) throws Exception {
    try (Reading unread = Reading.small();
        Reading reading = new Reading(SQL, ROWS)) {
      List<FlightEndpoint> tickets = unread.execute(initiator);
      reading.begin(initiator).awaitRows(1 + chance.nextInt(ROWS));
      DevCluster.kill(victim.pid());
      Outcome killed = soon(reading);
      starter.start(
          victim.name(),
          "--conf",
          "spark.flight.cluster.secret=another secret altogether",
          "--conf",
          "spark.flight.manager.zookeeper.membershipPath=/strangers");
      long begin = System.nanoTime();
      unread.begin(tickets).outcome();
      Outcome taken = refused(unread.outcome(victim), "did not issue it");
      table.note(
          "R19",
          "another cluster takes a dead server's port",
          killed.ending() == Ending.WRONG ? killed : taken,
          Duration.ofNanos(System.nanoTime() - begin));
    }
  }

  private static Outcome refused(Outcome outcome, String why) {
    return outcome.ending() == Ending.ERROR && outcome.why().contains(why)
        ? outcome
        : Outcome.wrong("an old ticket was not refused: " + outcome);
  }

  /** Any time from the beginning, when nobody has a ticket yet, to the end. */
  private static void moment(Reading reading, Random chance) throws InterruptedException {
    if (chance.nextInt(4) == 0) {
      reading.awaitEnd(Duration.ofMillis(chance.nextInt(1_000)));
    } else {
      reading.awaitRows(1 + chance.nextInt(ROWS));
    }
  }

  private static Outcome soon(Reading reading) throws Exception {
    return reading.awaitEnd(SOON)
        ? reading.outcome()
        : Outcome.hang("no end within %s of the fault".formatted(SOON));
  }
}
