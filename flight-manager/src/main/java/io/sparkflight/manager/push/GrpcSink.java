package io.sparkflight.manager.push;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.sparkflight.arrow.BatchFrame;
import io.sparkflight.error.ErrorKind;
import io.sparkflight.error.FlightErrors;
import io.sparkflight.error.FlightFailure;
import io.sparkflight.manager.exchange.PushMessage;
import io.sparkflight.manager.exchange.PushRight;
import io.sparkflight.manager.statement.AttemptTotals;
import io.sparkflight.manager.statement.PartitionAttempt;
import io.sparkflight.manager.wire.FrameStream;
import io.sparkflight.manager.wire.RawFlight;
import io.sparkflight.manager.wire.RawMessages;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.arrow.flight.grpc.StatusUtils;
import org.jspecify.annotations.Nullable;

/**
 * Pushes one attempt over one DoPut call.
 *
 * <p>Concurrency: the task's thread sends and waits; gRPC's threads report readiness, the answer
 * and the end under this object's lock.
 *
 * <p>Failure: a server that takes nothing for {@link #STALL_SECONDS} counts as lost, so that a task
 * never waits for ever.
 */
final class GrpcSink implements PushSink {
  private static final long STALL_SECONDS = 60;
  private static final byte[] NO_FRAME = new byte[0];

  private final PushTarget target;
  private final ClientCall<InputStream, InputStream> call;
  private @Nullable AttemptTotals confirmed;
  private @Nullable Status ended;

  private GrpcSink(PushTarget target, ClientCall<InputStream, InputStream> call) {
    this.target = target;
    this.call = call;
  }

  static GrpcSink open(
      ManagedChannel channel, PushTarget target, PushPlan plan, PartitionAttempt attempt) {
    ClientCall<InputStream, InputStream> call =
        channel.newCall(RawFlight.DO_PUT, CallOptions.DEFAULT.withOnReadyThreshold(4 << 20));
    GrpcSink sink = new GrpcSink(target, call);
    Metadata headers = new Metadata();
    headers.put(PushRight.HEADER, plan.right());
    headers.put(PushRight.STATEMENT, plan.statement().toString());
    call.start(sink.new Answers(), headers);
    call.request(2);
    sink.send(new PushMessage.Open(plan.statement(), attempt), NO_FRAME);
    return sink;
  }

  @Override
  public void push(int sequence, BatchFrame batch) {
    await(call::isReady);
    send(new PushMessage.Batch(sequence, batch.rows()), batch.bytes());
  }

  @Override
  public AttemptTotals seal(AttemptTotals sent) {
    send(new PushMessage.Seal(sent), NO_FRAME);
    call.halfClose();
    await(() -> confirmed != null);
    AttemptTotals own = confirmed;
    if (own == null) {
      throw lost("it ended the push without a count");
    }
    return own;
  }

  @Override
  public void close() {
    if (confirmed == null) {
      call.cancel("the attempt has ended before its seal", null);
    }
  }

  private void send(PushMessage message, byte[] frame) {
    call.sendMessage(FrameStream.of(message.encode(), frame));
  }

  private synchronized void await(BooleanSupplier condition) {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(STALL_SECONDS);
    while (!condition.getAsBoolean()) {
      long left = deadline - System.nanoTime();
      if (ended != null) {
        throw failure(ended);
      }
      if (left <= 0) {
        throw lost("it took nothing for %d s".formatted(STALL_SECONDS));
      }
      try {
        TimeUnit.NANOSECONDS.timedWait(this, left);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new FlightFailure(ErrorKind.CANCELLED, "The push was interrupted.", e);
      }
    }
  }

  private FlightFailure failure(Status status) {
    return FlightErrors.ofServer(
        "push rows to server " + target, StatusUtils.fromGrpcStatus(status));
  }

  private FlightFailure lost(String why) {
    return new FlightFailure(
        ErrorKind.UNAVAILABLE,
        "Cannot push rows to server %s: %s. Execute the statement again.".formatted(target, why));
  }

  /** What the server says. */
  private final class Answers extends ClientCall.Listener<InputStream> {
    @Override
    public void onMessage(InputStream message) {
      try {
        if (PushMessage.decode(RawMessages.readPutResult(message))
            instanceof PushMessage.Sealed sealed) {
          settle(() -> confirmed = sealed.totals());
        }
      } catch (IOException | IllegalArgumentException e) {
        call.cancel("the server's answer cannot be read", e);
      }
    }

    @Override
    public void onReady() {
      settle(() -> {});
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      settle(() -> ended = status);
    }

    private void settle(Runnable change) {
      synchronized (GrpcSink.this) {
        change.run();
        GrpcSink.this.notifyAll();
      }
    }
  }
}
