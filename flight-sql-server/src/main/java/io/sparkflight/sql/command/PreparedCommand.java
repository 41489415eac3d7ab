package io.sparkflight.sql.command;

import com.google.protobuf.ByteString;
import io.sparkflight.error.ErrorKind;
import io.sparkflight.error.FlightFailure;
import io.sparkflight.sql.session.PreparedStatement;
import io.sparkflight.sql.session.Session;
import java.util.OptionalLong;
import org.apache.arrow.flight.FlightDescriptor;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.SchemaResult;
import org.apache.spark.sql.execution.QueryExecution;

/** {@code CommandPreparedStatementQuery} and {@code …Update}: executes what was prepared. */
public final class PreparedCommand {
  private final Statements statements;

  public PreparedCommand(Statements statements) {
    this.statements = statements;
  }

  /** Executes the statement. */
  public FlightInfo execute(ByteString handle, Caller caller, FlightDescriptor descriptor) {
    PreparedStatement prepared = find(handle, caller.session());
    return statements.execute(caller, prepared.sql(), take(prepared, caller.session()), descriptor);
  }

  /** Executes the statement and counts the rows it wrote. */
  public OptionalLong update(ByteString handle, Caller caller) {
    PreparedStatement prepared = find(handle, caller.session());
    return statements.update(caller, prepared.sql(), take(prepared, caller.session()));
  }

  /** The schema its rows would have; runs nothing. */
  public SchemaResult schema(ByteString handle, Session session) {
    PreparedStatement prepared = find(handle, session);
    return new SchemaResult(
        statements.schema(
            prepared.analysed().orElseGet(() -> statements.analyse(session, prepared.sql()))));
  }

  /** {@code ActionClosePreparedStatement}: forgets the statement. Idempotent. */
  public void close(ByteString handle, Session session) {
    session.forget(handle.toStringUtf8());
  }

  private QueryExecution take(PreparedStatement prepared, Session session) {
    return prepared.takeAnalysed().orElseGet(() -> statements.analyse(session, prepared.sql()));
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
                        + " closed, expired, or belongs to another session. Prepare it again."));
  }
}
