package io.sparkflight.sql.command;

import java.util.OptionalLong;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementUpdate;

/** {@code CommandStatementUpdate}: runs DDL or DML from its text. */
public final class UpdateCommand {
  private final Statements statements;

  public UpdateCommand(Statements statements) {
    this.statements = statements;
  }

  /** Runs it once, to its end; the number of rows it wrote, if it was counted. */
  public OptionalLong run(CommandStatementUpdate command, Caller caller) {
    Transactions.refuse(command.getTransactionId());
    String sql = command.getQuery();
    return statements.update(caller, sql, statements.analyse(caller.session(), sql));
  }
}
