package io.sparkflight.datasource.client;

import com.google.protobuf.WireFormat;
import io.grpc.HasByteBuffer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.OptionalInt;
import java.util.zip.CRC32C;
import org.apache.arrow.flight.impl.Flight.FlightData;

/**
 * The CRC32C of one arriving {@code FlightData}: of all its bytes but its app_metadata, which a
 * Spark Flight SQL server puts in after it has counted the frame. Reads each byte once, the long
 * ones where gRPC has them.
 */
final class MessageChecksum {
  private static final int BODY = tag(FlightData.DATA_BODY_FIELD_NUMBER);
  private static final int APP_METADATA = tag(FlightData.APP_METADATA_FIELD_NUMBER);

  /** Of a message that cannot be looked at where it lies, so much is copied at once. */
  private static final int PIECE = 1 << 16;

  private static final int VARINT_BITS = 35;
  private static final int NO_NUMBER = -1;

  private final InputStream message;
  private final boolean viewed;
  private final CRC32C crc = new CRC32C();

  /** The tag and the length of a field as they came. */
  private final byte[] prefix = new byte[2 * VARINT_BITS / 7];

  private int prefixLength;

  private MessageChecksum(InputStream message) {
    this.message = message;
    this.viewed = isViewed(message);
  }

  /** Whether the bytes of a message can be looked at without being copied. */
  static boolean isViewed(InputStream message) {
    return message instanceof HasByteBuffer buffers && buffers.byteBufferSupported();
  }

  /**
   * Reads a message to its end.
   *
   * @return empty if it is no batch: it has no body, as a schema, or is broken, which whoever
   *     parses it will say
   */
  static OptionalInt ofBatch(InputStream message) throws IOException {
    return new MessageChecksum(message).read();
  }

  private OptionalInt read() throws IOException {
    boolean batch = false;
    while (message.available() > 0) {
      prefixLength = 0;
      int tag = varint();
      int length = varint();
      if (WireFormat.getTagWireType(tag) != WireFormat.WIRETYPE_LENGTH_DELIMITED
          || length < 0
          || length > message.available()) {
        return OptionalInt.empty();
      }
      if (tag == APP_METADATA) {
        message.skipNBytes(length);
      } else {
        crc.update(prefix, 0, prefixLength);
        update(length);
        batch |= tag == BODY;
      }
    }
    return batch ? OptionalInt.of((int) crc.getValue()) : OptionalInt.empty();
  }

  private void update(int length) throws IOException {
    int left = length;
    while (left > 0) {
      ByteBuffer view = viewed ? ((HasByteBuffer) message).getByteBuffer() : null;
      if (view == null || !view.hasRemaining()) {
        byte[] copy = message.readNBytes(Math.min(left, PIECE));
        crc.update(copy);
        left -= copy.length;
      } else {
        int size = Math.min(left, view.remaining());
        crc.update(view.limit(view.position() + size));
        message.skipNBytes(size);
        left -= size;
      }
    }
  }

  /** A number of the prefix; {@link #NO_NUMBER} if it is none of 32 bits. */
  private int varint() throws IOException {
    int value = 0;
    for (int shift = 0; shift < VARINT_BITS; shift += 7) {
      int next = message.read();
      if (next < 0) {
        return NO_NUMBER;
      }
      prefix[prefixLength++] = (byte) next;
      value |= (next & 0x7f) << shift;
      if (next < 0x80) {
        return value;
      }
    }
    return NO_NUMBER;
  }

  private static int tag(int field) {
    return field << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED;
  }
}
