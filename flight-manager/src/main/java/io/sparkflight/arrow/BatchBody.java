package io.sparkflight.arrow;

import com.google.flatbuffers.FlatBufferBuilder;
import io.sparkflight.error.ErrorKind;
import io.sparkflight.error.FlightFailure;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.arrow.flatbuf.BodyCompression;
import org.apache.arrow.flatbuf.BodyCompressionMethod;
import org.apache.arrow.flatbuf.Buffer;
import org.apache.arrow.flatbuf.FieldNode;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.MetadataVersion;
import org.apache.arrow.flatbuf.RecordBatch;

/**
 * The nodes and buffers of one record batch, gathered from its columns and then written at once.
 * The layout is that of Arrow's columnar format, section "RecordBatch message": nodes and buffers
 * in pre-order, each buffer at a multiple of eight bytes.
 */
final class BatchBody {
  private final int rows;
  private final Compression compression;
  private final List<int[]> nodes = new ArrayList<>();
  private final List<Piece> buffers = new ArrayList<>();
  private long bodyLength;

  /**
   * One buffer.
   *
   * @param marked whether {@link Compression#AS_IT_IS} stands before it
   */
  @SuppressWarnings("ArrayRecordComponent") // nobody compares it
  private record Piece(byte[] bytes, int length, boolean marked) {
    int size() {
      return marked ? Compression.PREFIX + length : length;
    }

    void put(ByteBuffer frame) {
      if (marked) {
        frame.order(ByteOrder.LITTLE_ENDIAN).putLong(Compression.AS_IT_IS);
      }
      frame.put(bytes, 0, length);
      frame.position(frame.position() + padded(size()) - size());
    }
  }

  BatchBody(int rows, Compression compression) {
    this.rows = rows;
    this.compression = compression;
  }

  void node(int length, int nulls) {
    nodes.add(new int[] {length, nulls});
  }

  /** Adds the first {@code length} bytes; they must not change before {@link #frame}. */
  void buffer(byte[] bytes, int length) {
    if (compression == Compression.NONE || length == 0) {
      add(new Piece(bytes, length, false));
    } else {
      add(
          pack(bytes, length)
              .map(packed -> new Piece(packed, packed.length, false))
              .orElseGet(() -> new Piece(bytes, length, true)));
    }
  }

  private Optional<byte[]> pack(byte[] bytes, int length) {
    try {
      return compression.pack(bytes, length);
    } catch (OutOfMemoryError e) { // as in allocate
      throw noRoom(length);
    }
  }

  private void add(Piece piece) {
    buffers.add(piece);
    bodyLength += padded(piece.size());
  }

  /** The whole as one message. */
  BatchFrame frame() {
    if (bodyLength > Integer.MAX_VALUE - (1 << 20)) {
      throw new FlightFailure(
          ErrorKind.RESOURCES,
          "Cannot return a row of %d bytes: a batch has at most 2 GiB. Select fewer columns."
              .formatted(bodyLength));
    }
    ByteBuffer header = header();
    byte[] bytes = allocate(Frames.size(header, (int) bodyLength));
    ByteBuffer frame = ByteBuffer.wrap(bytes);
    Frames.putUpToBody(frame, header, (int) bodyLength);
    buffers.forEach(piece -> piece.put(frame));
    return new BatchFrame(bytes, rows);
  }

  private static byte[] allocate(int bytes) {
    try {
      return new byte[bytes];
    } catch (OutOfMemoryError e) { // one array that does not fit harms nobody else
      throw noRoom(bytes);
    }
  }

  private static FlightFailure noRoom(int bytes) {
    return new FlightFailure(
        ErrorKind.RESOURCES,
        "Cannot return a batch of %d bytes: this process has no room for it. Select fewer columns or a"
                .formatted(bytes)
            + " part of the values, or give the process more memory.");
  }

  private ByteBuffer header() {
    FlatBufferBuilder builder = new FlatBufferBuilder(64 + 16 * (nodes.size() + buffers.size()));
    int batch = recordBatch(builder);
    Message.startMessage(builder);
    Message.addVersion(builder, MetadataVersion.V5);
    Message.addHeaderType(builder, MessageHeader.RecordBatch);
    Message.addHeader(builder, batch);
    Message.addBodyLength(builder, bodyLength);
    builder.finish(Message.endMessage(builder));
    return builder.dataBuffer();
  }

  private int recordBatch(FlatBufferBuilder builder) {
    RecordBatch.startNodesVector(builder, nodes.size());
    for (int i = nodes.size() - 1; i >= 0; i--) {
      FieldNode.createFieldNode(builder, nodes.get(i)[0], nodes.get(i)[1]);
    }
    int nodesOffset = builder.endVector();
    RecordBatch.startBuffersVector(builder, buffers.size());
    long end = bodyLength;
    for (int i = buffers.size() - 1; i >= 0; i--) {
      int size = buffers.get(i).size();
      end -= padded(size);
      Buffer.createBuffer(builder, end, size);
    }
    int buffersOffset = builder.endVector();
    boolean packed = compression != Compression.NONE;
    int packing =
        packed
            ? BodyCompression.createBodyCompression(
                builder, compression.type(), BodyCompressionMethod.BUFFER)
            : 0;
    RecordBatch.startRecordBatch(builder);
    RecordBatch.addLength(builder, rows);
    RecordBatch.addNodes(builder, nodesOffset);
    RecordBatch.addBuffers(builder, buffersOffset);
    if (packed) {
      RecordBatch.addCompression(builder, packing);
    }
    return RecordBatch.endRecordBatch(builder);
  }

  private static int padded(int length) {
    return (length + 7) & ~7;
  }
}
