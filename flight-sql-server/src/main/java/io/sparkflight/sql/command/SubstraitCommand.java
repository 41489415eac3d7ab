package io.sparkflight.sql.command;

import io.sparkflight.sql.session.Session;
import io.sparkflight.sql.substrait.SubstraitPlans;
import java.util.OptionalLong;
import org.apache.arrow.flight.FlightDescriptor;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.SchemaResult;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementSubstraitPlan;
import org.apache.spark.sql.sparkflight.StatementSource;

/** {@code CommandStatementSubstraitPlan}: a query as a plan of Substrait, in one go. */
public final class SubstraitCommand {
  private final Statements statements;

  public SubstraitCommand(Statements statements) {
    this.statements = statements;
  }

  /** Executes the plan. */
  public FlightInfo execute(
      CommandStatementSubstraitPlan command, Caller caller, FlightDescriptor descriptor) {
    Transactions.refuse(command.getTransactionId());
    StatementSource plan = read(command);
    return statements.execute(
        caller, plan.text(), statements.analyse(caller.session(), plan), descriptor);
  }

  /** The schema its rows would have; runs nothing. */
  public SchemaResult schema(CommandStatementSubstraitPlan command, Session session) {
    return new SchemaResult(statements.schema(statements.analyse(session, read(command))));
  }

  /** Refuses it: what a plan could write is refused as it is read, and a query is no update. */
  public OptionalLong update(CommandStatementSubstraitPlan command, Caller caller) {
    Transactions.refuse(command.getTransactionId());
    StatementSource plan = read(command);
    return statements.update(caller, plan.text(), statements.analyse(caller.session(), plan));
  }

  private StatementSource read(CommandStatementSubstraitPlan command) {
    return SubstraitPlans.read(command.getPlan(), statements.longest());
  }
}
