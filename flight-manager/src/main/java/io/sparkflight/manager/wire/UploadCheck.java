package io.sparkflight.manager.wire;

import com.google.protobuf.InvalidProtocolBufferException;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.StreamCorruptedException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import org.apache.arrow.flatbuf.DictionaryBatch;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.MetadataVersion;
import org.apache.arrow.flatbuf.RecordBatch;
import org.apache.arrow.flight.impl.Flight;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;

/**
 * Whether the messages of one upload are what Arrow's reader can take: protobuf whose lengths are
 * those of its bytes; first a descriptor; one schema, before any batch, of which vectors can be
 * made; batches whose nodes and buffers are those of the schema, lie inside of their body, and hold
 * what they claim, by {@link BatchCheck}.
 *
 * <p>It does not look at values: whether a text is UTF-8, or a dictionary has the entry that is
 * asked for, is the matter of whoever reads them.
 *
 * <p>Concurrency: belongs to one call, whose messages come one at a time.
 */
final class UploadCheck {
  private static final int DESCRIPTOR = 1;
  private static final int HEADER = 2;
  private static final int APP_METADATA = 3;
  private static final int BODY = 1000;
  private static final int LENGTH_DELIMITED = 2;
  private static final byte[] NOTHING = new byte[0];

  private final BufferAllocator allocator;
  private boolean described;
  private short version;
  private @Nullable UploadSchema schema;

  UploadCheck(BufferAllocator allocator) {
    this.allocator = allocator;
  }

  /** Whether the schema has come. */
  boolean hasSchema() {
    return schema != null;
  }

  /**
   * Checks the next message.
   *
   * @throws IOException if it is not a FlightData
   * @throws UploadException if it does not hold what it should, with the reason for the client
   */
  void message(byte[] bytes) throws IOException {
    Map<Integer, byte[]> fields = fields(bytes);
    if (!described) {
      descriptor(fields);
    }
    byte[] header = fields.get(HEADER);
    byte[] body = fields.getOrDefault(BODY, NOTHING);
    if (header != null) {
      try {
        ipc(Message.getRootAsMessage(ByteBuffer.wrap(header)), header.length, body);
      } catch (UploadException e) {
        throw e;
      } catch (RuntimeException e) { // whatever an offset that leads anywhere comes upon
        throw new UploadException("its header is not an Arrow message", e);
      }
    } else if (body.length > 0) {
      throw new UploadException("it has a body without a header");
    }
  }

  private void descriptor(Map<Integer, byte[]> fields) {
    byte[] descriptor = fields.get(DESCRIPTOR);
    if (descriptor == null) {
      throw new UploadException("its first message has no descriptor");
    }
    try {
      described =
          switch (Flight.FlightDescriptor.parseFrom(descriptor).getType()) {
            case PATH, CMD -> true;
            case UNKNOWN, UNRECOGNIZED ->
                throw new UploadException("its descriptor is neither a command nor a path");
          };
    } catch (InvalidProtocolBufferException e) {
      throw new UploadException("its descriptor is not one", e);
    }
  }

  private void ipc(Message message, int headerLength, byte[] body) {
    if (message.version() < MetadataVersion.V1 || message.version() > MetadataVersion.V5) {
      throw new UploadException("its version of Arrow's format is unknown");
    }
    if (hasSchema() && message.version() != version) {
      throw new UploadException("its messages are of different versions of Arrow's format");
    }
    version = message.version();
    switch (message.headerType()) {
      case MessageHeader.Schema -> {
        if (hasSchema() || body.length > 0) {
          throw new UploadException(hasSchema() ? "it has two schemas" : "its schema has a body");
        }
        schema = UploadSchema.read(message, headerLength, allocator);
      }
      case MessageHeader.RecordBatch ->
          known().checkBatch(header(message, new RecordBatch()), body);
      case MessageHeader.DictionaryBatch ->
          known().checkDictionary(header(message, new DictionaryBatch()), body);
      default -> throw new UploadException("a message of it is neither schema nor batch");
    }
  }

  private UploadSchema known() {
    UploadSchema known = schema;
    if (known == null) {
      throw new UploadException("a batch of it comes before the schema");
    }
    return known;
  }

  private static <T extends com.google.flatbuffers.Table> T header(Message message, T table) {
    if (message.header(table) == null) {
      throw new UploadException("a message of it has no content");
    }
    return table;
  }

  /** The fields of the protobuf message; Arrow's reader takes no others, and each once. */
  private static Map<Integer, byte[]> fields(byte[] bytes) throws IOException {
    Map<Integer, byte[]> fields = new HashMap<>();
    ByteArrayInputStream in = new ByteArrayInputStream(bytes);
    while (in.available() > 0) {
      int tag = RawMessages.varint(in);
      int field = tag >>> 3;
      boolean known =
          field == DESCRIPTOR || field == HEADER || field == APP_METADATA || field == BODY;
      if (!known || (tag & 7) != LENGTH_DELIMITED) {
        throw new StreamCorruptedException("a message of it is not a FlightData");
      }
      int length = RawMessages.varint(in);
      if (length < 0 || length > in.available()) {
        throw new EOFException("a message of it ends within a field");
      }
      if (fields.put(field, in.readNBytes(length)) != null) {
        throw new StreamCorruptedException("a message of it has a field twice");
      }
    }
    return fields;
  }
}
