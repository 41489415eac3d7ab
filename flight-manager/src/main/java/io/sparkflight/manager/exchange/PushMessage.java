package io.sparkflight.manager.exchange;

import io.sparkflight.manager.StatementHandle;
import io.sparkflight.manager.statement.AttemptTotals;
import io.sparkflight.manager.statement.PartitionAttempt;
import java.nio.ByteBuffer;

/**
 * What the app_metadata of a push says; both directions of an internal DoPut. One stream is one
 * attempt: {@link Open}, then a {@link Batch} for every frame, then {@link Seal}; the server
 * answers the seal with {@link Sealed} and nothing else.
 */
public sealed interface PushMessage {

  /** Which attempt the stream brings. */
  record Open(StatementHandle statement, PartitionAttempt attempt) implements PushMessage {}

  /** The frame beside this metadata is a batch. */
  record Batch(int sequence, int rows) implements PushMessage {}

  /** The attempt is whole; this is what was sent. */
  record Seal(AttemptTotals totals) implements PushMessage {}

  /** The server has it; this is what arrived. */
  record Sealed(AttemptTotals totals) implements PushMessage {}

  /** The most bytes of an encoded message. */
  int MAX_BYTES = 1 + StatementHandle.BYTES + 2 * Integer.BYTES + Long.BYTES;

  default byte[] encode() {
    ByteBuffer buffer = ByteBuffer.allocate(MAX_BYTES);
    if (this instanceof Open open) {
      open.statement().writeTo(buffer.put((byte) 1));
      buffer
          .putInt(open.attempt().epoch())
          .putInt(open.attempt().partition())
          .putLong(open.attempt().taskAttemptId());
    } else if (this instanceof Batch batch) {
      buffer.put((byte) 2).putInt(batch.sequence()).putInt(batch.rows());
    } else if (this instanceof Seal seal) {
      putTotals(buffer.put((byte) 3), seal.totals());
    } else if (this instanceof Sealed sealed) {
      putTotals(buffer.put((byte) 4), sealed.totals());
    }
    byte[] bytes = new byte[buffer.position()];
    buffer.flip().get(bytes);
    return bytes;
  }

  /**
   * Reads what {@link #encode} wrote.
   *
   * @throws IllegalArgumentException if the bytes are anything else
   */
  static PushMessage decode(byte[] bytes) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    try {
      PushMessage message =
          switch (buffer.get()) {
            case 1 ->
                new Open(
                    StatementHandle.readFrom(buffer),
                    new PartitionAttempt(buffer.getInt(), buffer.getInt(), buffer.getLong()));
            case 2 -> new Batch(buffer.getInt(), buffer.getInt());
            case 3 -> new Seal(totals(buffer));
            case 4 -> new Sealed(totals(buffer));
            default -> throw new IllegalArgumentException("not a push message");
          };
      if (buffer.hasRemaining()) {
        throw new IllegalArgumentException("a push message with more behind it");
      }
      return message;
    } catch (java.nio.BufferUnderflowException e) {
      throw new IllegalArgumentException("a push message that ends too soon", e);
    }
  }

  private static void putTotals(ByteBuffer buffer, AttemptTotals totals) {
    buffer
        .putInt(totals.batches())
        .putLong(totals.rows())
        .putLong(totals.bytes())
        .putLong(totals.hash());
  }

  private static AttemptTotals totals(ByteBuffer buffer) {
    return new AttemptTotals(buffer.getInt(), buffer.getLong(), buffer.getLong(), buffer.getLong());
  }
}
