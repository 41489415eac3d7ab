package io.sparkflight.manager.wire;

import com.google.protobuf.ByteString;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.Status;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.flight.impl.Flight;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.OutOfMemoryException;
import org.apache.arrow.vector.ipc.message.IpcOption;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stands before a stock method that takes Arrow from clients, and lets only messages through that
 * {@link UploadCheck} has passed. Arrow's own reader believes the lengths that it reads: it
 * allocates what a message of 300 bytes claims to hold, never frees it, and lets a thread wait for
 * ever for what does not come.
 */
final class CheckedUpload implements ServerCallHandler<InputStream, InputStream> {
  private static final Logger LOG = LoggerFactory.getLogger(CheckedUpload.class);

  /**
   * What is said for a client that sends a command alone, as some do where no rows belong to it:
   * for a schema, Arrow's reader waits for ever.
   */
  private static final byte[] NO_COLUMNS =
      Flight.FlightData.newBuilder()
          .setDataHeader(
              ByteString.copyFrom(
                  MessageSerializer.serializeMetadata(new Schema(List.of()), IpcOption.DEFAULT)))
          .build()
          .toByteArray();

  private final String name;
  private final UploadLimits limits;
  private final BufferAllocator allocator;
  private final ServerCallHandler<InputStream, InputStream> stock;

  /**
   * @param name what clients call the method
   * @param limits of each upload
   * @param allocator for the check; stays the caller's
   */
  CheckedUpload(
      String name,
      UploadLimits limits,
      BufferAllocator allocator,
      ServerCallHandler<InputStream, InputStream> stock) {
    this.name = name;
    this.limits = limits;
    this.allocator = allocator;
    this.stock = stock;
  }

  @Override
  public ServerCall.Listener<InputStream> startCall(
      ServerCall<InputStream, InputStream> call, Metadata headers) {
    Listener listener = new Listener(new ClosedOnce(call), headers);
    listener.watch();
    listener.call.request(1);
    return listener;
  }

  /** The stock listener behind the check; it exists from the first good message on. */
  private final class Listener extends ServerCall.Listener<InputStream> {
    private final ClosedOnce call;
    private final Metadata headers;
    private final UploadCheck check = new UploadCheck(allocator);
    private ServerCall.@Nullable Listener<InputStream> delegate;
    private @Nullable Future<?> watching;
    private boolean refused;

    Listener(ClosedOnce call, Metadata headers) {
      this.call = call;
      this.headers = headers;
    }

    /** Lets the upload end if the client says nothing for too long. */
    void watch() {
      ScheduledExecutorService timer = limits.timer();
      if (timer != null) {
        long period = Math.max(1, limits.silence().toMillis() / 4);
        watching =
            timer.scheduleWithFixedDelay(
                () -> {
                  if (call.silentFor(limits.silence())) {
                    call.close(
                        Status.DEADLINE_EXCEEDED.withDescription(
                            "Cannot go on with this %s: the client has sent nothing for %d s. Send it again."
                                .formatted(name, limits.silence().toSeconds())),
                        new Metadata());
                  }
                },
                period,
                period,
                TimeUnit.MILLISECONDS);
      }
    }

    private void unwatch() {
      Future<?> timed = watching;
      if (timed != null) {
        timed.cancel(false);
      }
    }

    @Override
    public void onMessage(InputStream message) {
      call.heard();
      if (refused) {
        return;
      }
      try {
        take(message);
      } catch (IOException | UploadException e) {
        refuse(String.valueOf(e.getMessage()));
      } catch (OutOfMemoryError e) { // Java's, or netty's for what it has outside of the heap
        refuseForMemory(e);
      } catch (RuntimeException e) { // what Arrow's reader finds wrong after all
        if (isOfMemory(e)) {
          refuseForMemory(e);
        } else {
          LOG.warn("Arrow cannot read a {} that passed its check", name, e);
          refuse("a message of it is not what Arrow expects there");
        }
      }
    }

    private static boolean isOfMemory(Throwable failure) {
      Throwable each = failure;
      while (each != null
          && !(each instanceof OutOfMemoryException || each instanceof OutOfMemoryError)) {
        each = each.getCause();
      }
      return each != null;
    }

    /** One batch that does not fit harms nobody else. */
    private void refuseForMemory(Throwable failure) {
      LOG.warn("There is no memory for a batch of a {}", name, failure);
      refuse(
          Status.RESOURCE_EXHAUSTED,
          "this server has no memory for its next batch. Send smaller batches, or fewer uploads at once.");
    }

    private void take(InputStream message) throws IOException, UploadException {
      int size = message.available(); // all of it: gRPC hands over whole messages
      if (size > limits.largest()) {
        refuse(
            Status.RESOURCE_EXHAUSTED,
            "a message of it has %d bytes, and this server takes %d. Send smaller batches."
                .formatted(size, limits.largest()));
        return;
      }
      byte[] bytes = message.readAllBytes();
      check.message(bytes);
      delegate().onMessage(new ByteArrayInputStream(bytes));
    }

    @Override
    public void onHalfClose() {
      unwatch();
      if (refused) {
        return;
      }
      if (delegate == null) {
        refuse("it ends before its descriptor");
        return;
      }
      if (!check.hasSchema()) {
        delegate.onMessage(new ByteArrayInputStream(NO_COLUMNS));
      }
      delegate.onHalfClose();
    }

    @Override
    public void onReady() {
      if (delegate != null) {
        delegate.onReady();
      }
    }

    @Override
    public void onCancel() {
      unwatch();
      if (delegate != null) {
        delegate.onCancel();
      }
    }

    @Override
    public void onComplete() {
      unwatch();
      if (delegate == null) {
        return;
      }
      if (refused || call.closedForSilence()) {
        delegate.onCancel(); // it would wait for the rest, and keep what it has
      } else {
        delegate.onComplete();
      }
    }

    private ServerCall.Listener<InputStream> delegate() {
      ServerCall.Listener<InputStream> known = delegate;
      if (known == null) {
        known = stock.startCall(call, headers);
        delegate = known;
      }
      return known;
    }

    private void refuse(String why) {
      refuse(Status.INVALID_ARGUMENT, why + ". Send what an Arrow library sends.");
    }

    private void refuse(Status status, String why) {
      refused = true;
      call.close(
          status.withDescription("Cannot read this %s: %s".formatted(name, why)), new Metadata());
    }
  }

  /** A call that the check or the stock method ends, whichever is first. */
  private static final class ClosedOnce
      extends SimpleForwardingServerCall<InputStream, InputStream> {
    private boolean closed;
    private boolean silent;
    private long wantsSince;
    private boolean wants;

    ClosedOnce(ServerCall<InputStream, InputStream> call) {
      super(call);
    }

    @Override
    public void request(int messages) {
      synchronized (this) {
        wants = true;
        wantsSince = System.nanoTime();
      }
      super.request(messages);
    }

    /** A message has come. */
    synchronized void heard() {
      wants = false;
    }

    /** Whether the server has waited so long for a message; it is, from then on. */
    synchronized boolean silentFor(Duration limit) {
      silent |= wants && !closed && System.nanoTime() - wantsSince > limit.toNanos();
      return silent;
    }

    synchronized boolean closedForSilence() {
      return silent;
    }

    @Override
    public synchronized void sendHeaders(Metadata headers) {
      if (!closed) {
        super.sendHeaders(headers);
      }
    }

    @Override
    public synchronized void sendMessage(InputStream message) {
      if (!closed) {
        super.sendMessage(message);
      }
    }

    @Override
    public synchronized void close(Status status, Metadata trailers) {
      if (!closed) {
        closed = true;
        super.close(status, trailers);
      }
    }
  }
}
