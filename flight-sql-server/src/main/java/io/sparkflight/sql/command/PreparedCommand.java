package io.sparkflight.sql.command;

import com.google.protobuf.ByteString;
import io.sparkflight.error.ErrorKind;
import io.sparkflight.error.FlightFailure;
import io.sparkflight.sql.parameter.ParameterRows;
import io.sparkflight.sql.session.PreparedStatement;
import io.sparkflight.sql.session.Session;
import java.util.List;
import java.util.OptionalLong;
import org.apache.arrow.flight.FlightDescriptor;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.SchemaResult;
import org.apache.arrow.flight.sql.impl.FlightSql.DoPutPreparedStatementResult;
import org.apache.spark.sql.sparkflight.AnalysedStatement;
import org.apache.spark.sql.sparkflight.ParameterValue;

/**
 * {@code CommandPreparedStatementQuery} and {@code …Update}: binds values to what was prepared, and
 * executes it.
 */
public final class PreparedCommand {
  private final Statements statements;

  public PreparedCommand(Statements statements) {
    this.statements = statements;
  }

  /** Binds the values of one row for the executions that follow; the handle stays the same. */
  public DoPutPreparedStatementResult bind(ByteString handle, Session session, ParameterRows rows) {
    PreparedStatement prepared = find(handle, session);
    if (rows.rows().size() > 1) {
      throw new FlightFailure(
          ErrorKind.INVALID,
          "Cannot bind %d rows of values to an execution that has one result. Execute once for each row, or, if"
                  .formatted(rows.rows().size())
              + " the statement has no rows, execute it as an update.");
    }
    if (!rows.types().isEmpty()) {
      PreparedPlans.values(PreparedPlans.current(session, prepared), rows);
    }
    prepared.bind(rows);
    return DoPutPreparedStatementResult.newBuilder().setPreparedStatementHandle(handle).build();
  }

  /** Executes the statement with the values that are bound. */
  public FlightInfo execute(ByteString handle, Caller caller, FlightDescriptor descriptor) {
    PreparedStatement prepared = find(handle, caller.session());
    AnalysedStatement analysed = PreparedPlans.current(caller.session(), prepared);
    List<ParameterValue> row = one(analysed, prepared.bound());
    return statements.execute(
        caller,
        prepared.source().text(),
        Statements.spark("analyse the statement", () -> analysed.with(row)),
        descriptor);
  }

  /**
   * Executes the statement and counts the rows it wrote.
   *
   * @param rows of values, each of which is an execution; without columns, what is bound
   */
  public OptionalLong update(ByteString handle, Caller caller, ParameterRows rows) {
    PreparedStatement prepared = find(handle, caller.session());
    AnalysedStatement analysed = PreparedPlans.current(caller.session(), prepared);
    ParameterRows bound = rows.types().isEmpty() ? prepared.bound() : rows;
    return new PreparedUpdate(statements, caller, prepared.source().text(), analysed)
        .run(PreparedPlans.values(analysed, bound));
  }

  /** The schema its rows would have; runs nothing. */
  public SchemaResult schema(ByteString handle, Session session) {
    PreparedStatement prepared = find(handle, session);
    return new SchemaResult(Statements.schema(PreparedPlans.current(session, prepared)));
  }

  /** {@code ActionClosePreparedStatement}: forgets the statement. Idempotent. */
  public void close(ByteString handle, Session session) {
    session.forget(handle.toStringUtf8());
  }

  private static List<ParameterValue> one(AnalysedStatement analysed, ParameterRows bound) {
    List<List<ParameterValue>> rows = PreparedPlans.values(analysed, bound);
    if (rows.isEmpty()) {
      PreparedPlans.check(analysed.parameters().size(), ParameterRows.NONE);
    }
    return rows.get(0);
  }

  /** One sentence for every reason, so that nobody learns which handles others have. */
  private static PreparedStatement find(ByteString handle, Session session) {
    return session
        .prepared(handle.toStringUtf8())
        .orElseThrow(
            () ->
                new FlightFailure(
                    ErrorKind.NOT_FOUND,
                    "Cannot execute the prepared statement: this session has none with this handle; it was"
                        + " closed, expired, or belongs to another session or server. Prepare it again, on this server."));
  }
}
