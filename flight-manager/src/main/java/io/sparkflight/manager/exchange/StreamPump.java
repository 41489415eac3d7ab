package io.sparkflight.manager.exchange;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.sparkflight.error.FlightErrors;
import io.sparkflight.manager.ResultSource;
import io.sparkflight.manager.ResultStream;
import io.sparkflight.manager.wire.FrameStream;
import java.io.InputStream;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.arrow.flight.grpc.StatusUtils;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves frames from a result stream to a gRPC call whenever both are ready. No thread waits: a slow
 * client costs the frames that gRPC holds for it, at most {@link #READY_BYTES} and one frame.
 *
 * <p>Concurrency: {@link #wake} may be called by anyone; one drain runs at a time, on the executor.
 */
final class StreamPump {
  private static final Logger LOG = LoggerFactory.getLogger(StreamPump.class);
  private static final int READY_BYTES = 4 << 20;

  private final ServerCall<InputStream, InputStream> call;

  /** Null when the call has ended, because gRPC may keep an ended call for a long time. */
  private @Nullable ResultStream stream;

  private final Executor executor;
  private final AtomicInteger signals = new AtomicInteger();
  private volatile boolean cancelled;

  private StreamPump(
      ServerCall<InputStream, InputStream> call, ResultStream stream, Executor executor) {
    this.call = call;
    this.stream = stream;
    this.executor = executor;
  }

  /** Opens the ticket's stream and begins to send, or ends the call with what is wrong. */
  static @Nullable StreamPump start(
      ServerCall<InputStream, InputStream> call,
      Executor executor,
      ResultSource results,
      byte[] ticket,
      String user) {
    ResultStream stream;
    try {
      stream = results.open(ticket, user);
    } catch (Throwable e) { // an error too: nobody else would ever end this call
      close(call, e);
      return null;
    }
    StreamPump pump = new StreamPump(call, stream, executor);
    try {
      call.setOnReadyThreshold(READY_BYTES);
      call.sendHeaders(new Metadata());
      stream.onAvailable(pump::wake);
      pump.wake();
    } catch (Throwable e) {
      pump.end(stream, e);
    }
    return pump;
  }

  /** Something may have become possible. */
  void wake() {
    if (signals.getAndIncrement() == 0) {
      try {
        executor.execute(this::drain);
      } catch (Throwable e) { // no thread left: then the call ends here, or it would never end
        endUndrained(e);
      }
    }
  }

  private void endUndrained(Throwable failure) {
    ResultStream open = stream;
    try {
      if (open != null) {
        end(open, failure);
      }
    } finally {
      signals.set(0);
    }
  }

  /** The client has left, or the call has ended. */
  void cancel() {
    cancelled = true;
    wake();
  }

  private void drain() {
    int seen;
    do {
      seen = signals.get();
      ResultStream open = stream;
      if (open != null) {
        pump(open);
      }
    } while (signals.addAndGet(-seen) != 0);
  }

  private void pump(ResultStream open) {
    try {
      while (!cancelled && call.isReady()) {
        byte[] frame = open.poll();
        if (frame != null) {
          call.sendMessage(FrameStream.of(frame));
        } else if (open.finished()) {
          end(open, null);
          return;
        } else {
          break;
        }
      }
      if (cancelled) {
        stream = null;
        open.close();
      } else {
        open.check(); // a client that takes nothing is told of a failure as well
      }
    } catch (Throwable e) { // an error too: nobody else would ever end this call
      end(open, e);
    }
  }

  private void end(ResultStream open, @Nullable Throwable failure) {
    stream = null;
    try {
      open.close();
    } finally {
      if (failure == null) {
        call.close(Status.OK, new Metadata());
      } else {
        close(call, failure);
      }
    }
  }

  private static void close(ServerCall<InputStream, InputStream> call, Throwable failure) {
    Status status = StatusUtils.toGrpcStatus(FlightErrors.toFlight(failure).status());
    try {
      call.close(status, new Metadata());
    } catch (IllegalStateException alreadyClosed) {
      LOG.debug("The call ended before its failure could be told", alreadyClosed);
    }
  }
}
