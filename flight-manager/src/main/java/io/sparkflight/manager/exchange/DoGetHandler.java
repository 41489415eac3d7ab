package io.sparkflight.manager.exchange;

import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.Status;
import io.sparkflight.manager.ResultSource;
import io.sparkflight.manager.wire.RawMessages;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Serves the tickets of a source as raw frames, and leaves every other ticket to the stock handler.
 */
final class DoGetHandler implements ServerCallHandler<InputStream, InputStream> {
  private final ResultSource results;
  private final Supplier<String> caller;
  private final Executor executor;
  private final ServerCallHandler<InputStream, InputStream> stock;

  DoGetHandler(
      ResultSource results,
      Supplier<String> caller,
      Executor executor,
      ServerCallHandler<InputStream, InputStream> stock) {
    this.results = results;
    this.caller = caller;
    this.executor = executor;
    this.stock = stock;
  }

  @Override
  public ServerCall.Listener<InputStream> startCall(
      ServerCall<InputStream, InputStream> call, Metadata headers) {
    call.request(2); // as gRPC's own unary handlers do: the second one would be a protocol error
    return new Listener(call, headers);
  }

  /** Waits for the ticket, then becomes a pump or the stock listener. */
  private final class Listener extends ServerCall.Listener<InputStream> {
    private final ServerCall<InputStream, InputStream> call;
    private final Metadata headers;
    private byte @Nullable [] ticket;
    private boolean refused;
    private @Nullable StreamPump pump;
    private ServerCall.@Nullable Listener<InputStream> delegate;

    Listener(ServerCall<InputStream, InputStream> call, Metadata headers) {
      this.call = call;
      this.headers = headers;
    }

    @Override
    public void onMessage(InputStream message) {
      try {
        byte[] request = RawMessages.readAll(message);
        byte[] candidate = RawMessages.readTicket(new ByteArrayInputStream(request));
        if (results.recognises(candidate)) {
          ticket = candidate;
        } else {
          delegate = stock.startCall(call, headers);
          delegate.onMessage(new ByteArrayInputStream(request));
        }
      } catch (IOException e) {
        refuse();
      }
    }

    private void refuse() {
      refused = true;
      call.close(
          Status.INVALID_ARGUMENT.withDescription(
              "Cannot read the DoGet request: it is not a Ticket. Send the ticket of a FlightInfo."),
          new Metadata());
    }

    @Override
    public void onHalfClose() {
      if (delegate != null) {
        delegate.onHalfClose();
      } else if (ticket != null) {
        pump = StreamPump.start(call, executor, results, ticket, caller.get());
      } else if (!refused) {
        refuse();
      }
    }

    @Override
    public void onReady() {
      if (delegate != null) {
        delegate.onReady();
      } else if (pump != null) {
        pump.wake();
      }
    }

    @Override
    public void onCancel() {
      if (delegate != null) {
        delegate.onCancel();
      } else if (pump != null) {
        pump.cancel();
      }
    }

    @Override
    public void onComplete() {
      if (delegate != null) {
        delegate.onComplete();
      } else if (pump != null) {
        pump.cancel();
      }
    }
  }
}
