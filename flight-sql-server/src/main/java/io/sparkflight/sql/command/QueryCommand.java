package io.sparkflight.sql.command;

import io.sparkflight.sql.session.Session;
import org.apache.arrow.flight.FlightDescriptor;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.SchemaResult;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementQuery;

/** {@code CommandStatementQuery}: a statement from its text, in one go. */
public final class QueryCommand {
  private final Statements statements;

  public QueryCommand(Statements statements) {
    this.statements = statements;
  }

  /** Executes the statement. */
  public FlightInfo execute(
      CommandStatementQuery command, Caller caller, FlightDescriptor descriptor) {
    Transactions.refuse(command.getTransactionId());
    String sql = command.getQuery();
    return statements.execute(caller, sql, statements.analyse(caller.session(), sql), descriptor);
  }

  /** The schema its rows would have; runs nothing. */
  public SchemaResult schema(CommandStatementQuery command, Session session) {
    return new SchemaResult(statements.schema(statements.analyse(session, command.getQuery())));
  }
}
