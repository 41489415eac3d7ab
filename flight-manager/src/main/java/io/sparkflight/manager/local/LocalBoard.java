package io.sparkflight.manager.local;

import io.sparkflight.manager.Outcome;
import io.sparkflight.manager.StatementBoard;
import io.sparkflight.manager.StatementHandle;
import io.sparkflight.manager.Subscription;
import java.util.function.Consumer;

/** The statements of a local cluster as one of its members sees them. */
final class LocalBoard implements StatementBoard, AutoCloseable {
  private final LocalStatements statements;

  LocalBoard(LocalStatements statements) {
    this.statements = statements;
  }

  @Override
  public void own(StatementHandle statement) {
    statements.own(statement, this);
  }

  @Override
  public void announce(StatementHandle statement, Outcome outcome) {
    statements.announce(statement, this, outcome);
  }

  @Override
  public Subscription watch(StatementHandle statement, Consumer<Outcome> listener) {
    return statements.watch(statement, listener);
  }

  @Override
  public void forget(StatementHandle statement) {
    statements.forget(statement, this);
  }

  @Override
  public void close() {
    statements.ownedBy(this).forEach(this::forget);
  }
}
