package io.sparkflight.manager.run;

import io.sparkflight.error.ErrorKind;
import io.sparkflight.error.FlightFailure;
import io.sparkflight.manager.Outcome;
import io.sparkflight.manager.StatementBoard;
import io.sparkflight.manager.StatementHandle;
import io.sparkflight.manager.Subscription;
import io.sparkflight.manager.exchange.Attention;
import io.sparkflight.manager.exchange.Exchange;
import io.sparkflight.manager.exchange.NamedUpload;
import io.sparkflight.manager.exchange.OpenStatement;
import io.sparkflight.manager.exchange.Participant;
import io.sparkflight.manager.statement.AttemptRecord;
import io.sparkflight.manager.upload.NamedUploads;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.ConcurrentHashMap;

/**
 * This server as the others see it: keeps rows of distributed statements and learns their outcome
 * from the board, and ends the statements that it runs itself.
 */
final class LocalParticipant implements Participant {
  private final Exchange exchange;
  private final StatementBoard board;
  private final RunningStatements running;
  private final SharedResults shared;
  private final NamedUploads uploads;
  private final Map<StatementHandle, Subscription> watched = new ConcurrentHashMap<>();

  LocalParticipant(
      Exchange exchange,
      StatementBoard board,
      RunningStatements running,
      SharedResults shared,
      NamedUploads uploads) {
    this.exchange = exchange;
    this.board = board;
    this.running = running;
    this.shared = shared;
    this.uploads = uploads;
  }

  @Override
  public void open(OpenStatement statement) {
    exchange.open(statement);
    StatementHandle handle = statement.statement();
    watched.put(handle, () -> {});
    Subscription subscription = board.watch(handle, outcome -> decide(handle, outcome));
    // The listener may have been called already: then nobody is left to end the subscription.
    if (watched.replace(handle, subscription) == null) {
      subscription.close();
    }
  }

  @Override
  public void first(StatementHandle statement, int partition) {
    exchange.first(statement, partition);
  }

  @Override
  public void commit(StatementHandle statement, List<AttemptRecord> records) {
    exchange.commit(statement, records);
  }

  @Override
  public List<Attention> attend(List<Attention> everywhere) {
    return exchange.attend(everywhere);
  }

  @Override
  public void end(StatementHandle statement, ErrorKind kind, String why) {
    exchange.end(statement, kind, why);
  }

  @Override
  public void fail(StatementHandle statement, ErrorKind kind, String reason) {
    running.fail(statement, new FlightFailure(kind, reason));
  }

  @Override
  public void cancel(StatementHandle statement, String user) {
    if (!running.cancel(statement, user) && !shared.cancel(statement, user)) {
      exchange.cancel(statement, user);
    }
  }

  @Override
  public OptionalDouble progress(StatementHandle statement, String user, Duration patience) {
    return running.progress(statement, user, patience);
  }

  @Override
  public Instant renew(StatementHandle statement, String user) {
    return exchange.renew(statement, user);
  }

  @Override
  public NamedUpload.Group uploads(StatementHandle group) {
    return uploads.of(group);
  }

  @Override
  public void renewUploads(StatementHandle group) {
    uploads.renew(group);
  }

  @Override
  public void freeUploads(StatementHandle group) {
    uploads.free(group);
  }

  private void decide(StatementHandle statement, Outcome outcome) {
    exchange.decide(statement, outcome);
    if (outcome instanceof Outcome.Failed failed) {
      // The others may have given up what runs here, because they took this server for lost.
      running.fail(statement, new FlightFailure(failed.kind(), failed.message()));
    }
    Subscription subscription = watched.remove(statement);
    if (subscription != null) {
      subscription.close();
    }
  }
}
