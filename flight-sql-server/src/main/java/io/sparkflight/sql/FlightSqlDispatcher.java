package io.sparkflight.sql;

import com.google.protobuf.Any;
import com.google.protobuf.Message;
import com.google.protobuf.MessageLite;
import io.sparkflight.manager.Signer;
import io.sparkflight.manager.SparkFlightManager;
import io.sparkflight.sql.auth.IdentityMiddleware;
import io.sparkflight.sql.command.Caller;
import io.sparkflight.sql.command.IngestCommand;
import io.sparkflight.sql.command.PollCommand;
import io.sparkflight.sql.command.PrepareCommand;
import io.sparkflight.sql.command.PreparedCommand;
import io.sparkflight.sql.command.QueryCommand;
import io.sparkflight.sql.command.ResultCommand;
import io.sparkflight.sql.command.Statements;
import io.sparkflight.sql.command.SubstraitCommand;
import io.sparkflight.sql.command.UpdateCommand;
import io.sparkflight.sql.parameter.ParameterReader;
import io.sparkflight.sql.session.SessionOptions;
import io.sparkflight.sql.session.Sessions;
import java.util.OptionalLong;
import org.apache.arrow.flight.Action;
import org.apache.arrow.flight.ActionType;
import org.apache.arrow.flight.CancelFlightInfoRequest;
import org.apache.arrow.flight.CancelStatus;
import org.apache.arrow.flight.CloseSessionRequest;
import org.apache.arrow.flight.CloseSessionResult;
import org.apache.arrow.flight.FlightDescriptor;
import org.apache.arrow.flight.FlightEndpoint;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.GetSessionOptionsRequest;
import org.apache.arrow.flight.GetSessionOptionsResult;
import org.apache.arrow.flight.PollInfo;
import org.apache.arrow.flight.PutResult;
import org.apache.arrow.flight.RenewFlightEndpointRequest;
import org.apache.arrow.flight.Result;
import org.apache.arrow.flight.SchemaResult;
import org.apache.arrow.flight.SetSessionOptionsRequest;
import org.apache.arrow.flight.SetSessionOptionsResult;
import org.apache.arrow.flight.sql.impl.FlightSql.ActionClosePreparedStatementRequest;
import org.apache.arrow.flight.sql.impl.FlightSql.ActionCreatePreparedStatementRequest;
import org.apache.arrow.flight.sql.impl.FlightSql.ActionCreatePreparedStatementResult;
import org.apache.arrow.flight.sql.impl.FlightSql.ActionCreatePreparedSubstraitPlanRequest;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandPreparedStatementQuery;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandPreparedStatementUpdate;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementIngest;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementQuery;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementSubstraitPlan;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementUpdate;
import org.apache.arrow.flight.sql.impl.FlightSql.DoPutUpdateResult;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;

/** Hands each Flight SQL command to the class that executes it; those without one are refused. */
final class FlightSqlDispatcher extends MetadataDispatcher {
  private final BufferAllocator allocator;
  private final Sessions sessions;
  private final QueryCommand query;
  private final SubstraitCommand substrait;
  private final PrepareCommand prepare;
  private final PreparedCommand prepared;
  private final UpdateCommand update;
  private final IngestCommand ingest;
  private final IngestActions ingestActions;
  private final ResultCommand results;
  private final PollCommand poll;

  FlightSqlDispatcher(
      BufferAllocator allocator,
      Sessions sessions,
      Statements statements,
      SparkFlightManager manager,
      Signer signer) {
    super(allocator, sessions, statements.longest());
    this.allocator = allocator;
    this.sessions = sessions;
    this.query = new QueryCommand(statements);
    this.substrait = new SubstraitCommand(statements);
    this.prepare = new PrepareCommand(statements);
    this.prepared = new PreparedCommand(statements);
    this.update = new UpdateCommand(statements);
    this.ingest = new IngestCommand(manager, statements);
    this.ingestActions = new IngestActions(ingest);
    this.results = new ResultCommand(manager);
    this.poll = new PollCommand(manager, signer);
  }

  @Override
  public FlightInfo getFlightInfoStatement(
      CommandStatementQuery command, CallContext context, FlightDescriptor descriptor) {
    return query.execute(command, caller(context), descriptor);
  }

  @Override
  public PollInfo pollFlightInfo(CallContext context, FlightDescriptor descriptor) {
    return poll.poll(descriptor, user(context), () -> getFlightInfo(context, descriptor));
  }

  @Override
  public SchemaResult getSchemaStatement(
      CommandStatementQuery command, CallContext context, FlightDescriptor descriptor) {
    return query.schema(command, session(context));
  }

  @Override
  public FlightInfo getFlightInfoSubstraitPlan(
      CommandStatementSubstraitPlan command, CallContext context, FlightDescriptor descriptor) {
    return substrait.execute(command, caller(context), descriptor);
  }

  @Override
  public SchemaResult getSchemaSubstraitPlan(
      CommandStatementSubstraitPlan command, CallContext context, FlightDescriptor descriptor) {
    return substrait.schema(command, session(context));
  }

  @Override
  public Runnable acceptPutSubstraitPlan(
      CommandStatementSubstraitPlan command,
      CallContext context,
      FlightStream stream,
      StreamListener<PutResult> acks) {
    return () -> count(acks, substrait.update(command, caller(context)));
  }

  @Override
  public void createPreparedSubstraitPlan(
      ActionCreatePreparedSubstraitPlanRequest request,
      CallContext context,
      StreamListener<ActionCreatePreparedStatementResult> listener) {
    listener.onNext(prepare.prepare(request, session(context)));
    listener.onCompleted();
  }

  @Override
  public void createPreparedStatement(
      ActionCreatePreparedStatementRequest request,
      CallContext context,
      StreamListener<Result> listener) {
    reply(listener, prepare.prepare(request, session(context)));
  }

  @Override
  public FlightInfo getFlightInfoPreparedStatement(
      CommandPreparedStatementQuery command, CallContext context, FlightDescriptor descriptor) {
    return prepared.execute(command.getPreparedStatementHandle(), caller(context), descriptor);
  }

  @Override
  public SchemaResult getSchemaPreparedStatement(
      CommandPreparedStatementQuery command, CallContext context, FlightDescriptor descriptor) {
    return prepared.schema(command.getPreparedStatementHandle(), session(context));
  }

  @Override
  public void closePreparedStatement(
      ActionClosePreparedStatementRequest request,
      CallContext context,
      StreamListener<Result> listener) {
    prepared.close(request.getPreparedStatementHandle(), session(context));
    listener.onCompleted();
  }

  @Override
  public Runnable acceptPutStatement(
      CommandStatementUpdate command,
      CallContext context,
      FlightStream stream,
      StreamListener<PutResult> acks) {
    return () -> count(acks, update.run(command, caller(context)));
  }

  @Override
  public Runnable acceptPutStatementBulkIngest(
      CommandStatementIngest command,
      CallContext context,
      FlightStream stream,
      StreamListener<PutResult> acks) {
    return () -> count(acks, ingest.run(command, caller(context), stream));
  }

  @Override
  public void doAction(CallContext context, Action action, StreamListener<Result> listener) {
    if (IngestActions.recognises(action)) {
      ingestActions.run(action, user(context), listener);
    } else {
      super.doAction(context, action, listener);
    }
  }

  @Override
  public void listActions(CallContext context, StreamListener<ActionType> listener) {
    IngestActions.ALL.forEach(listener::onNext);
    super.listActions(context, listener);
  }

  @Override
  public Runnable acceptPutPreparedStatementUpdate(
      CommandPreparedStatementUpdate command,
      CallContext context,
      FlightStream stream,
      StreamListener<PutResult> acks) {
    return () ->
        count(
            acks,
            prepared.update(
                command.getPreparedStatementHandle(),
                caller(context),
                ParameterReader.read(stream)));
  }

  @Override
  public Runnable acceptPutPreparedStatementQuery(
      CommandPreparedStatementQuery command,
      CallContext context,
      FlightStream stream,
      StreamListener<PutResult> acks) {
    return () ->
        reply(
            acks,
            prepared.bind(
                command.getPreparedStatementHandle(),
                session(context),
                ParameterReader.read(stream)));
  }

  @Override
  public void cancelFlightInfo(
      CancelFlightInfoRequest request, CallContext context, StreamListener<CancelStatus> listener) {
    listener.onNext(results.cancel(request.getInfo(), user(context)));
    listener.onCompleted();
  }

  @Override
  @SuppressWarnings("deprecation") // by Arrow, but it is what older clients send
  public void cancelQuery(
      FlightInfo info,
      CallContext context,
      StreamListener<org.apache.arrow.flight.sql.CancelResult> listener) {
    CancelStatus status = results.cancel(info, user(context));
    listener.onNext(org.apache.arrow.flight.sql.CancelResult.valueOf(status.name()));
    listener.onCompleted();
  }

  @Override
  public void renewFlightEndpoint(
      RenewFlightEndpointRequest request,
      CallContext context,
      StreamListener<FlightEndpoint> listener) {
    listener.onNext(results.renew(request.getFlightEndpoint(), user(context)));
    listener.onCompleted();
  }

  @Override
  public void setSessionOptions(
      SetSessionOptionsRequest request,
      CallContext context,
      StreamListener<SetSessionOptionsResult> listener) {
    listener.onNext(SessionOptions.set(session(context), request.getSessionOptions()));
    listener.onCompleted();
  }

  @Override
  public void getSessionOptions(
      GetSessionOptionsRequest request,
      CallContext context,
      StreamListener<GetSessionOptionsResult> listener) {
    listener.onNext(SessionOptions.get(session(context)));
    listener.onCompleted();
  }

  @Override
  public void closeSession(
      CloseSessionRequest request,
      CallContext context,
      StreamListener<CloseSessionResult> listener) {
    sessions.close(IdentityMiddleware.of(context));
    listener.onNext(new CloseSessionResult(CloseSessionResult.Status.CLOSED));
    listener.onCompleted();
  }

  private Caller caller(CallContext context) {
    return new Caller(session(context), ResultHeaders.of(context), context::isCancelled);
  }

  private static String user(CallContext context) {
    return IdentityMiddleware.of(context).user();
  }

  private static void reply(StreamListener<Result> listener, Message message) {
    listener.onNext(new Result(Any.pack(message).toByteArray()));
    listener.onCompleted();
  }

  private void count(StreamListener<PutResult> acks, OptionalLong rows) {
    reply(acks, DoPutUpdateResult.newBuilder().setRecordCount(rows.orElse(-1)).build());
  }

  private void reply(StreamListener<PutResult> acks, MessageLite message) {
    byte[] result = message.toByteArray();
    try (ArrowBuf buffer = allocator.buffer(result.length)) {
      buffer.writeBytes(result);
      acks.onNext(PutResult.metadata(buffer));
    }
    acks.onCompleted();
  }
}
