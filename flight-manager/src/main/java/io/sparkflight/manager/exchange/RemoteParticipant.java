package io.sparkflight.manager.exchange;

import io.sparkflight.error.ErrorKind;
import io.sparkflight.error.FlightFailure;
import io.sparkflight.lifecycle.Closer;
import io.sparkflight.manager.Member;
import io.sparkflight.manager.Signer;
import io.sparkflight.manager.StatementHandle;
import io.sparkflight.manager.statement.AttemptRecord;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.flight.Action;
import org.apache.arrow.flight.CallOptions;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.Location;
import org.apache.arrow.memory.BufferAllocator;

/** Another server, reached through its internal port. Thread-safe; owns its connection. */
public final class RemoteParticipant implements Participant, AutoCloseable {
  private static final int DEADLINE_SECONDS = 8;

  private final Member member;
  private final Signer signer;
  private final FlightClient client;
  private final Closer closer = new Closer();

  public RemoteParticipant(Member member, Signer signer, BufferAllocator parent) {
    this.member = member;
    this.signer = signer;
    BufferAllocator allocator =
        closer.register(
            "control allocator",
            parent.newChildAllocator("control-" + member.incarnation(), 0, 16L << 20));
    this.client =
        closer.register(
            "control connection",
            FlightClient.builder(
                    allocator,
                    Location.forGrpcInsecure(member.internalHost(), member.internalPort()))
                .build());
  }

  @Override
  public void open(OpenStatement statement) {
    send(new ControlMessage.Open(statement));
  }

  @Override
  public void commit(StatementHandle statement, List<AttemptRecord> records) {
    send(new ControlMessage.Commit(statement, records));
  }

  @Override
  public void close() {
    closer.close();
  }

  private void send(ControlMessage message) {
    try {
      client
          .doAction(
              new Action(ControlMessage.ACTION, message.encode(signer)),
              CallOptions.timeout(DEADLINE_SECONDS, TimeUnit.SECONDS))
          .forEachRemaining(result -> {});
    } catch (FlightRuntimeException e) {
      boolean gone =
          e.status().code() == FlightStatusCode.UNAVAILABLE
              || e.status().code() == FlightStatusCode.TIMED_OUT;
      throw new FlightFailure(
          gone ? ErrorKind.UNAVAILABLE : ErrorKind.INTERNAL,
          "Cannot go on with server %s: %s. Execute the statement again."
              .formatted(member.location(), e.status().description()),
          e);
    }
  }
}
