package io.sparkflight.manager.run;

import io.sparkflight.error.FlightFailure;
import io.sparkflight.lifecycle.Closer;
import io.sparkflight.manager.FlightCluster;
import io.sparkflight.manager.Signer;
import io.sparkflight.manager.exchange.Exchange;
import io.sparkflight.manager.exchange.OpenStatement;
import io.sparkflight.manager.upload.NamedUploads;
import java.util.concurrent.ExecutorService;

/**
 * What a manager is made of, put together: those who keep rows and those who talk to the others
 * know each other.
 *
 * @param exchange keeps this server's parts of results
 * @param running the statements that this server runs
 * @param shared the results with parts on several servers that it started
 * @param local this server as the others see it
 * @param participants all servers
 * @param disowned what others may keep of statements that go on without them
 * @param uploads those with a name, which the servers keep
 */
record ManagerParts(
    Exchange exchange,
    RunningStatements running,
    SharedResults shared,
    LocalParticipant local,
    Participants participants,
    DisownedParts disowned,
    SharedUploads uploads) {

  /** Around an exchange; what it makes belongs to the closer. */
  static ManagerParts of(
      Exchange exchange,
      FlightCluster cluster,
      Signer signer,
      ExecutorService pool,
      Closer closer) {
    RunningStatements running = new RunningStatements(pool);
    SharedResults shared = closer.register("shared results", new SharedResults(exchange, running));
    NamedUploads named = NamedUploads.of(exchange);
    LocalParticipant local =
        new LocalParticipant(exchange, cluster.board(), running, shared, named);
    Participants participants =
        closer.register(
            "participants",
            new Participants(exchange.incarnation(), local, cluster.locator(), signer));
    DisownedParts disowned =
        closer.register(
            "disowned parts", DisownedParts.start(exchange.idleTimeout().multipliedBy(2)));
    SharedUploads uploads =
        closer.register(
            "shared uploads", SharedUploads.start(exchange.watchPeriod(), participants, named));
    ManagerParts parts =
        new ManagerParts(exchange, running, shared, local, participants, disowned, uploads);
    exchange.onAbandoned(
        (statement, why) -> pool.execute(() -> parts.tellInitiator(statement, why)));
    shared.start();
    return parts;
  }

  /** A part without a reader is the end of the whole, while the statement runs. */
  private void tellInitiator(OpenStatement statement, FlightFailure why) {
    participants.of(statement.initiator()).fail(statement.statement(), why.kind(), why.sentence());
  }
}
