package io.sparkflight.manager.exchange;

import com.fasterxml.jackson.core.type.TypeReference;
import io.grpc.ManagedChannel;
import io.grpc.netty.NettyChannelBuilder;
import io.sparkflight.error.ErrorKind;
import io.sparkflight.error.FlightErrors;
import io.sparkflight.error.FlightFailure;
import io.sparkflight.lifecycle.Closer;
import io.sparkflight.manager.Member;
import io.sparkflight.manager.ResultStream;
import io.sparkflight.manager.Signer;
import io.sparkflight.manager.StatementHandle;
import io.sparkflight.manager.statement.AttemptRecord;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.flight.Action;
import org.apache.arrow.flight.CallOptions;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightGrpcUtils;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.Result;
import org.apache.arrow.memory.BufferAllocator;

/** Another server, reached through its internal port. Thread-safe; owns its connection. */
public final class RemoteParticipant implements Participant, AutoCloseable {
  private static final int DEADLINE_SECONDS = 8;

  private final Member member;
  private final Signer signer;
  private final ManagedChannel channel;
  private final FlightClient client;
  private final Closer closer = new Closer();

  public RemoteParticipant(Member member, Signer signer, BufferAllocator parent) {
    this.member = member;
    this.signer = signer;
    BufferAllocator allocator =
        closer.register(
            "control allocator",
            parent.newChildAllocator("control-" + member.incarnation(), 0, 16L << 20));
    this.channel =
        NettyChannelBuilder.forAddress(member.internalHost(), member.internalPort())
            .usePlaintext()
            .maxInboundMessageSize(Integer.MAX_VALUE) // the rows of this cluster's own servers
            .build();
    closer.register(
        "control connection",
        () -> {
          boolean unused = channel.shutdownNow().awaitTermination(2, TimeUnit.SECONDS);
        });
    this.client =
        closer.register(
            "control client",
            FlightGrpcUtils.createFlightClientWithSharedChannel(allocator, channel));
  }

  @Override
  public void open(OpenStatement statement) {
    tell(new ControlMessage.Open(statement));
  }

  @Override
  public void first(StatementHandle statement, int partition) {
    tell(new ControlMessage.First(statement, partition));
  }

  @Override
  public void commit(StatementHandle statement, List<AttemptRecord> records) {
    tell(new ControlMessage.Commit(statement, records));
  }

  @Override
  public List<Attention> attend(List<Attention> everywhere) {
    return ask(new ControlMessage.Attend(everywhere), new TypeReference<>() {});
  }

  @Override
  public void end(StatementHandle statement, ErrorKind kind, String why) {
    tell(new ControlMessage.End(statement, kind, why));
  }

  @Override
  public void fail(StatementHandle statement, ErrorKind kind, String reason) {
    tell(new ControlMessage.Fail(statement, kind, reason));
  }

  @Override
  public void cancel(StatementHandle statement, String user) {
    tell(new ControlMessage.Cancel(statement, user));
  }

  @Override
  public OptionalDouble progress(StatementHandle statement, String user, Duration patience) {
    double answer =
        ask(
            new ControlMessage.Progress(statement, user, patience.toMillis()),
            new TypeReference<Double>() {});
    return answer == ControlMessage.Progress.ENDED
        ? OptionalDouble.empty()
        : OptionalDouble.of(answer);
  }

  @Override
  public Instant renew(StatementHandle statement, String user) {
    return Instant.ofEpochMilli(
        ask(new ControlMessage.Renew(statement, user), new TypeReference<Long>() {}));
  }

  @Override
  public NamedUpload.Group uploads(StatementHandle group) {
    return ask(new ControlMessage.Uploads(group), new TypeReference<>() {});
  }

  @Override
  public void renewUploads(StatementHandle group) {
    tell(new ControlMessage.RenewUploads(group));
  }

  @Override
  public void freeUploads(StatementHandle group) {
    tell(new ControlMessage.FreeUploads(group));
  }

  /** Reads there what a client wants to read here. */
  public ResultStream read(byte[] ticket, String user) {
    return ForwardedStream.open(
        channel, member.location().toString(), new ForwardedTicket(ticket, user).encode(signer));
  }

  @Override
  public void close() {
    closer.close();
  }

  private void tell(ControlMessage message) {
    ask(message, new TypeReference<Object>() {});
  }

  private <T> T ask(ControlMessage message, TypeReference<T> answer) {
    try {
      Iterator<Result> results =
          client.doAction(
              new Action(ControlMessage.ACTION, message.encode(member.incarnation(), signer)),
              CallOptions.timeout(DEADLINE_SECONDS, TimeUnit.SECONDS));
      T value = ControlMessage.JSON.readValue(results.next().getBody(), answer);
      results.forEachRemaining(more -> {});
      return value;
    } catch (FlightRuntimeException e) {
      throw channel.isShutdown()
          ? lost(e)
          : FlightErrors.ofServer("go on with server " + member.location(), e.status());
    } catch (IllegalStateException e) { // what a closed client throws before it calls
      throw lost(e);
    } catch (IOException e) {
      throw new FlightFailure(
          ErrorKind.INTERNAL,
          "Cannot understand server %s. Run one version on all servers."
              .formatted(member.location()),
          e);
    }
  }

  /** This side has closed the connection, because the server was lost just now. */
  private FlightFailure lost(RuntimeException closed) {
    return new FlightFailure(
        ErrorKind.UNAVAILABLE,
        "Cannot go on with server %s: it was lost. Execute the statement again."
            .formatted(member.location()),
        closed);
  }
}
