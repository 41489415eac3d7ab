package io.sparkflight.manager.exchange;

import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import io.sparkflight.error.FlightErrors;
import io.sparkflight.manager.ResultStream;
import io.sparkflight.manager.wire.RawFlight;
import io.sparkflight.manager.wire.RawMessages;
import java.io.IOException;
import java.io.InputStream;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.arrow.flight.grpc.StatusUtils;
import org.jspecify.annotations.Nullable;

/**
 * A stream that another server keeps, as it comes from there: the frames are not opened, and it
 * ends well only if it ended well there.
 *
 * <p>Memory: at most {@link #AHEAD} frames wait here; more are not asked for.
 */
final class ForwardedStream extends ClientCall.Listener<InputStream> implements ResultStream {
  private static final int AHEAD = 2;

  private final String server;
  private final ClientCall<InputStream, InputStream> call;
  private final Queue<byte[]> frames = new ConcurrentLinkedQueue<>();
  private volatile @Nullable Status ended;
  private volatile Runnable wake = () -> {};

  private ForwardedStream(String server, ClientCall<InputStream, InputStream> call) {
    this.server = server;
    this.call = call;
  }

  /**
   * Begins to read; what is wrong with the ticket is told by the stream.
   *
   * @param server what errors call the other server
   */
  static ForwardedStream open(Channel channel, String server, byte[] ticket) {
    ClientCall<InputStream, InputStream> call =
        channel.newCall(RawFlight.DO_GET, CallOptions.DEFAULT);
    ForwardedStream stream = new ForwardedStream(server, call);
    call.start(stream, new Metadata());
    call.sendMessage(RawMessages.ticket(ticket));
    call.halfClose();
    call.request(AHEAD);
    return stream;
  }

  @Override
  public byte @Nullable [] poll() {
    byte[] frame = frames.poll();
    if (frame != null) {
      call.request(1);
      return frame;
    }
    check();
    return null;
  }

  @Override
  public void check() {
    Status status = ended;
    if (status != null && !status.isOk()) {
      throw FlightErrors.ofServer(
          "read the part of the result on server " + server, StatusUtils.fromGrpcStatus(status));
    }
  }

  @Override
  public boolean finished() {
    Status status = ended; // first: whatever came before it is in the queue by now
    return status != null && status.isOk() && frames.isEmpty();
  }

  @Override
  public void onAvailable(Runnable action) {
    wake = action;
  }

  @Override
  public void close() {
    if (ended == null) {
      call.cancel("the reader has left", null);
    }
    frames.clear();
  }

  @Override
  public void onMessage(InputStream message) {
    try {
      frames.add(RawMessages.readAll(message));
    } catch (IOException e) {
      call.cancel("a frame cannot be read", e);
    }
    wake.run();
  }

  @Override
  public void onClose(Status status, Metadata trailers) {
    ended = status;
    wake.run();
  }
}
