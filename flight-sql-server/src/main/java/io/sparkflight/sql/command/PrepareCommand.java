package io.sparkflight.sql.command;

import com.google.protobuf.ByteString;
import io.sparkflight.sql.session.PreparedStatement;
import io.sparkflight.sql.session.Session;
import io.sparkflight.sql.substrait.SubstraitPlans;
import org.apache.arrow.flight.sql.impl.FlightSql.ActionCreatePreparedStatementRequest;
import org.apache.arrow.flight.sql.impl.FlightSql.ActionCreatePreparedStatementResult;
import org.apache.arrow.flight.sql.impl.FlightSql.ActionCreatePreparedSubstraitPlanRequest;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.spark.sql.sparkflight.AnalysedStatement;
import org.apache.spark.sql.sparkflight.StatementSource;

/** {@code ActionCreatePreparedStatement}: analyses a statement and keeps it. */
public final class PrepareCommand {
  private final Statements statements;

  public PrepareCommand(Statements statements) {
    this.statements = statements;
  }

  /**
   * Prepares; an empty dataset schema tells the client that the statement is an update, of which it
   * wants the count.
   */
  public ActionCreatePreparedStatementResult prepare(
      ActionCreatePreparedStatementRequest request, Session session) {
    Transactions.refuse(request.getTransactionId());
    return keep(session, statements.prepare(session, request.getQuery()));
  }

  /** {@code ActionCreatePreparedSubstraitPlan}: the same for a plan of Substrait. */
  public ActionCreatePreparedStatementResult prepare(
      ActionCreatePreparedSubstraitPlanRequest request, Session session) {
    Transactions.refuse(request.getTransactionId());
    StatementSource plan = SubstraitPlans.read(request.getPlan(), statements.longest());
    return keep(session, PreparedPlans.prepare(session, plan));
  }

  private static ActionCreatePreparedStatementResult keep(
      Session session, PreparedStatement prepared) {
    AnalysedStatement analysed = prepared.latest().statement();
    Schema rows = Statements.schema(analysed);
    Schema parameters = ParameterSchema.of(analysed.parameters(), analysed.timeZone());
    String handle = session.keep(prepared);
    return ActionCreatePreparedStatementResult.newBuilder()
        .setPreparedStatementHandle(ByteString.copyFromUtf8(handle))
        .setDatasetSchema(
            rows.getFields().isEmpty() || analysed.tellsOnlyCounts()
                ? ByteString.EMPTY
                : serialise(rows))
        .setParameterSchema(serialise(parameters))
        .build();
  }

  private static ByteString serialise(Schema schema) {
    return ByteString.copyFrom(schema.serializeAsMessage());
  }
}
