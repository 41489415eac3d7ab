package io.sparkflight.arrow;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.Supplier;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.RecordBatch;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Fills vectors from frames: the schema's, then those of {@link VectorFrames} or of an encoder.
 * Closing it frees the vectors; the frames are their source's.
 */
public final class FrameVectors extends ArrowReader {
  private final BufferAllocator memory;
  private final Supplier<byte @Nullable []> frames;
  private long read;

  /**
   * @param memory for the vectors; stays the caller's
   * @param frames the next one, null after the last
   */
  public FrameVectors(BufferAllocator memory, Supplier<byte @Nullable []> frames) {
    super(memory);
    this.memory = memory;
    this.frames = frames;
  }

  @Override
  protected Schema readSchema() throws IOException {
    byte[] frame = frames.get();
    if (frame == null) {
      throw new IOException("there is no schema");
    }
    return MessageSerializer.deserializeSchema(message(frame));
  }

  @Override
  public boolean loadNextBatch() throws IOException {
    prepareLoadNextBatch();
    for (byte[] frame = frames.get(); frame != null; frame = frames.get()) {
      read += frame.length;
      Message message = message(frame);
      ArrowBuf body = body(frame);
      if (message.headerType() == MessageHeader.RecordBatch) {
        RecordBatch batch = (RecordBatch) message.header(new RecordBatch());
        loadRecordBatch(MessageSerializer.deserializeRecordBatch(batch, body));
        return true;
      }
      loadDictionary(MessageSerializer.deserializeDictionaryBatch(message, body));
    }
    return false;
  }

  @Override
  public long bytesRead() {
    return read;
  }

  @Override
  protected void closeReadSource() {}

  private static Message message(byte[] frame) {
    return Message.getRootAsMessage(Frames.header(frame));
  }

  private ArrowBuf body(byte[] frame) {
    ByteBuffer content = Frames.body(frame);
    ArrowBuf body = memory.buffer(content.remaining());
    body.setBytes(0, content);
    body.writerIndex(content.capacity());
    return body;
  }
}
