package io.sparkflight.manager.run;

import io.sparkflight.manager.Outcome;
import io.sparkflight.manager.StatementBoard;
import io.sparkflight.manager.StatementHandle;
import io.sparkflight.manager.Subscription;
import io.sparkflight.manager.exchange.Exchange;
import io.sparkflight.manager.exchange.OpenStatement;
import io.sparkflight.manager.exchange.Participant;
import io.sparkflight.manager.statement.AttemptRecord;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * This server as a holder of rows of distributed statements: learns their outcome from the board.
 */
final class LocalParticipant implements Participant {
  private final Exchange exchange;
  private final StatementBoard board;
  private final Map<StatementHandle, Subscription> watched = new ConcurrentHashMap<>();

  LocalParticipant(Exchange exchange, StatementBoard board) {
    this.exchange = exchange;
    this.board = board;
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
  public void commit(StatementHandle statement, List<AttemptRecord> records) {
    exchange.commit(statement, records);
  }

  private void decide(StatementHandle statement, Outcome outcome) {
    exchange.decide(statement, outcome);
    Subscription subscription = watched.remove(statement);
    if (subscription != null) {
      subscription.close();
    }
  }
}
