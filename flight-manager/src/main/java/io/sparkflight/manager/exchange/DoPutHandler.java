package io.sparkflight.manager.exchange;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.Status;
import io.sparkflight.error.ErrorKind;
import io.sparkflight.error.FlightErrors;
import io.sparkflight.error.FlightFailure;
import io.sparkflight.manager.Signer;
import io.sparkflight.manager.StatementHandle;
import io.sparkflight.manager.statement.PartitionAttempt;
import io.sparkflight.manager.wire.RawMessages;
import java.io.IOException;
import java.io.InputStream;
import org.apache.arrow.flight.grpc.StatusUtils;
import org.jspecify.annotations.Nullable;

/**
 * Receives the pushes of executors: one call is one attempt. A call that ends before its seal,
 * however it ends, discards the attempt.
 */
final class DoPutHandler implements ServerCallHandler<InputStream, InputStream> {
  private final Exchange exchange;
  private final Signer signer;

  DoPutHandler(Exchange exchange, Signer signer) {
    this.exchange = exchange;
    this.signer = signer;
  }

  @Override
  public ServerCall.Listener<InputStream> startCall(
      ServerCall<InputStream, InputStream> call, Metadata headers) {
    StatementHandle statement;
    try {
      statement = PushRight.check(headers, signer);
    } catch (RuntimeException e) {
      close(call, e);
      return new ServerCall.Listener<>() {};
    }
    call.request(1);
    return new Receiver(call, statement);
  }

  private static void close(ServerCall<InputStream, InputStream> call, Throwable failure) {
    Status status = StatusUtils.toGrpcStatus(FlightErrors.toFlight(failure).status());
    call.close(status, new Metadata());
  }

  /** Takes one attempt's messages. gRPC calls it from one thread at a time. */
  private final class Receiver extends ServerCall.Listener<InputStream> {
    private final ServerCall<InputStream, InputStream> call;
    private final StatementHandle statement;
    private @Nullable AttemptInlet inlet;
    private @Nullable PartitionAttempt attempt;
    private boolean sealed;
    private boolean closed;

    Receiver(ServerCall<InputStream, InputStream> call, StatementHandle statement) {
      this.call = call;
      this.statement = statement;
    }

    @Override
    public void onMessage(InputStream message) {
      if (closed) {
        return;
      }
      try {
        RawMessages.Tagged tagged = RawMessages.readTagged(message);
        take(PushMessage.decode(tagged.metadata()), tagged.frame());
        call.request(1);
      } catch (IOException | IllegalArgumentException e) {
        refuse(
            new FlightFailure(
                ErrorKind.INVALID,
                "Cannot take this push: %s. Only executors of this server's cluster push here."
                    .formatted(e.getMessage()),
                e));
      } catch (Throwable e) { // an error too: a frame that finds no memory frees what came before
        refuse(e);
      }
    }

    private void take(PushMessage message, byte[] frame) {
      PartitionAttempt id = attempt;
      AttemptInlet target = inlet;
      if (id == null || target == null) {
        if (!(message instanceof PushMessage.Open open)) {
          throw new IllegalArgumentException("it does not begin with its attempt");
        }
        if (!open.statement().equals(statement)) {
          throw new IllegalArgumentException("it is for a statement other than the caller's");
        }
        inlet = exchange.inlet(open.statement());
        attempt = open.attempt();
      } else if (message instanceof PushMessage.Batch batch) {
        target.append(id, batch.sequence(), batch.rows(), frame);
      } else if (message instanceof PushMessage.Seal seal) {
        byte[] answer = new PushMessage.Sealed(target.seal(id, seal.totals())).encode();
        sealed = true;
        call.sendHeaders(new Metadata());
        call.sendMessage(RawMessages.putResult(answer));
      } else {
        throw new IllegalArgumentException("a message out of place");
      }
    }

    @Override
    public void onHalfClose() {
      if (!closed) {
        closed = true;
        abandonUnlessSealed();
        call.close(Status.OK, new Metadata());
      }
    }

    @Override
    public void onCancel() {
      closed = true;
      abandonUnlessSealed();
    }

    @Override
    public void onComplete() { // whatever ended it
      onCancel();
    }

    private void refuse(Throwable failure) {
      closed = true;
      abandonUnlessSealed();
      close(call, failure);
    }

    /** What the statement has here is let go: gRPC may keep an ended call for a long time. */
    private void abandonUnlessSealed() {
      if (!sealed && inlet != null && attempt != null) {
        inlet.discard(attempt);
      }
      inlet = null;
    }
  }
}
