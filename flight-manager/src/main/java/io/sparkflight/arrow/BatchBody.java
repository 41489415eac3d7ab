package io.sparkflight.arrow;

import com.google.flatbuffers.FlatBufferBuilder;
import io.sparkflight.error.ErrorKind;
import io.sparkflight.error.FlightFailure;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
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
  private final List<byte[]> buffers = new ArrayList<>();
  private final List<Integer> lengths = new ArrayList<>();
  private long bodyLength;

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
      add(bytes, length);
    } else {
      byte[] packed = compression.pack(bytes, length);
      add(packed, packed.length);
    }
  }

  private void add(byte[] bytes, int length) {
    buffers.add(bytes);
    lengths.add(length);
    bodyLength += padded(length);
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
    for (int i = 0; i < buffers.size(); i++) {
      int length = lengths.get(i);
      frame.put(buffers.get(i), 0, length);
      frame.position(frame.position() + padded(length) - length);
    }
    return new BatchFrame(bytes, rows);
  }

  private static byte[] allocate(int bytes) {
    try {
      return new byte[bytes];
    } catch (OutOfMemoryError e) { // one array that does not fit harms nobody else
      throw new FlightFailure(
          ErrorKind.RESOURCES,
          "Cannot return a batch of %d bytes: this process has no room for it. Select fewer columns or a"
                  .formatted(bytes)
              + " part of the values, or give the process more memory.");
    }
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
      end -= padded(lengths.get(i));
      Buffer.createBuffer(builder, end, lengths.get(i));
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
