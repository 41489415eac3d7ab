package io.sparkflight.manager.wire;

import io.grpc.Drainable;
import io.grpc.KnownLength;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.SequenceInputStream;

/**
 * One outgoing message: a prefix and a frame, back to back. gRPC drains it straight into its own
 * buffers, so that the frame is copied once.
 */
public final class FrameStream extends InputStream implements Drainable, KnownLength {
  private final byte[] prefix;
  private final byte[] frame;
  private final InputStream joined;
  private int left;

  private FrameStream(byte[] prefix, byte[] frame) {
    this.prefix = prefix;
    this.frame = frame;
    this.joined =
        new SequenceInputStream(new ByteArrayInputStream(prefix), new ByteArrayInputStream(frame));
    this.left = prefix.length + frame.length;
  }

  /** A serialised FlightData as it is. */
  public static FrameStream of(byte[] frame) {
    return new FrameStream(new byte[0], frame);
  }

  /** A FlightData with app_metadata in front; the frame may be empty. */
  public static FrameStream of(byte[] appMetadata, byte[] frame) {
    return new FrameStream(RawMessages.metadataField(appMetadata), frame);
  }

  @Override
  public int drainTo(OutputStream target) throws IOException {
    int drained = left;
    if (left == prefix.length + frame.length) {
      target.write(prefix);
      target.write(frame);
    } else {
      joined.transferTo(target);
    }
    left = 0;
    return drained;
  }

  @Override
  public int available() {
    return left;
  }

  @Override
  public int read() throws IOException {
    int value = left == 0 ? -1 : joined.read();
    left -= value < 0 ? 0 : 1;
    return value;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    if (left == 0) {
      return length == 0 ? 0 : -1;
    }
    int count = joined.read(target, offset, length);
    left -= Math.max(count, 0);
    return count;
  }
}
