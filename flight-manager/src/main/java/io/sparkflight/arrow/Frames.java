package io.sparkflight.arrow;

import java.nio.ByteBuffer;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.ipc.message.ArrowBuffer;
import org.apache.arrow.vector.ipc.message.IpcOption;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Writes {@code FlightData} messages as bytes. Their fields, from Arrow's {@code Flight.proto}:
 * data_header = 2, app_metadata = 3, data_body = 1000, all of them bytes.
 */
public final class Frames {
  private static final int HEADER = 2;
  private static final int APP_METADATA = 3;
  private static final int BODY = 1000;
  private static final int LENGTH_DELIMITED = 2;

  private Frames() {}

  /** The message that carries a schema. */
  public static byte[] schema(Schema schema) {
    ByteBuffer header = MessageSerializer.serializeMetadata(schema, IpcOption.DEFAULT);
    ByteBuffer frame =
        ByteBuffer.allocate(prefixSize(HEADER, header.remaining()) + header.remaining());
    putPrefix(frame, HEADER, header.remaining());
    return frame.put(header).array();
  }

  /** The message with this header and the content of these buffers, where the layout puts them. */
  static byte[] of(
      ByteBuffer header, List<ArrowBuf> buffers, List<ArrowBuffer> layout, long bodyLength) {
    int length = Math.toIntExact(bodyLength);
    ByteBuffer frame = ByteBuffer.allocate(size(header, length));
    putUpToBody(frame, header, length);
    int body = frame.position();
    for (int i = 0; i < layout.size(); i++) {
      ArrowBuf buffer = buffers.get(i);
      buffer.getBytes(
          0,
          frame.array(),
          body + Math.toIntExact(layout.get(i).getOffset()),
          Math.toIntExact(buffer.readableBytes()));
    }
    return frame.array();
  }

  /** The header of a message that was written here: an IPC message of Arrow's. */
  static ByteBuffer header(byte[] frame) {
    return field(frame, HEADER);
  }

  /** The body of a message that was written here. */
  static ByteBuffer body(byte[] frame) {
    return field(frame, BODY);
  }

  private static ByteBuffer field(byte[] frame, int number) {
    ByteBuffer all = ByteBuffer.wrap(frame);
    while (all.hasRemaining()) {
      int field = varint(all) >>> 3;
      int length = varint(all);
      if (field == number) {
        return all.slice(all.position(), length);
      }
      all.position(all.position() + length);
    }
    return ByteBuffer.allocate(0);
  }

  private static int varint(ByteBuffer from) {
    int value = 0;
    int shift = 0;
    byte next;
    do {
      next = from.get();
      value |= (next & 0x7f) << shift;
      shift += 7;
    } while (next < 0);
    return value;
  }

  /** The same message with app_metadata before its other fields. */
  public static byte[] withMetadata(byte[] frame, byte[] metadata) {
    ByteBuffer all =
        ByteBuffer.allocate(
            prefixSize(APP_METADATA, metadata.length) + metadata.length + frame.length);
    putPrefix(all, APP_METADATA, metadata.length);
    return all.put(metadata).put(frame).array();
  }

  /** The size of a message with this header and a body of the given length. */
  static int size(ByteBuffer header, int bodyLength) {
    int headerLength = header.remaining();
    return Math.addExact(
        prefixSize(HEADER, headerLength) + headerLength + prefixSize(BODY, bodyLength), bodyLength);
  }

  /** Writes all of that message but the body itself. */
  static void putUpToBody(ByteBuffer target, ByteBuffer header, int bodyLength) {
    putPrefix(target, HEADER, header.remaining());
    target.put(header);
    putPrefix(target, BODY, bodyLength);
  }

  private static int prefixSize(int field, int length) {
    return varintSize((field << 3) | LENGTH_DELIMITED) + varintSize(length);
  }

  private static void putPrefix(ByteBuffer target, int field, int length) {
    putVarint(target, (field << 3) | LENGTH_DELIMITED);
    putVarint(target, length);
  }

  private static int varintSize(int value) {
    return Math.max(1, (38 - Integer.numberOfLeadingZeros(value)) / 7);
  }

  private static void putVarint(ByteBuffer target, int value) {
    int rest = value;
    while ((rest & ~0x7f) != 0) {
      target.put((byte) ((rest & 0x7f) | 0x80));
      rest >>>= 7;
    }
    target.put((byte) rest);
  }
}
