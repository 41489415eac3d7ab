package io.sparkflight.manager.exchange;

import io.sparkflight.arrow.Frames;
import io.sparkflight.manager.statement.AttemptTotals;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * One kept batch, in memory or on disk.
 *
 * @param sequence its place in its attempt
 * @param rows its rows
 * @param size its bytes
 * @param crc the CRC32C of its bytes
 * @param content where the bytes are
 */
record Frame(int sequence, int rows, int size, int crc, Content content) {

  /** Where the bytes of a frame are. */
  interface Content {
    /** The bytes. */
    byte[] load() throws IOException;

    /** The bytes will not be read (again). */
    void drop() throws IOException;

    /** Whether they are in a file. */
    boolean spilled();
  }

  byte[] load() throws IOException {
    return content.load();
  }

  void drop() throws IOException {
    content.drop();
  }

  /** The same frame with the totals of the whole stream, for clients that check end to end. */
  Frame withTrailer(AttemptTotals stream) {
    byte[] trailer = trailer(stream);
    Content plain = content;
    return new Frame(
        sequence,
        rows,
        size,
        crc,
        new Content() {
          @Override
          public byte[] load() throws IOException {
            return Frames.withMetadata(plain.load(), trailer);
          }

          @Override
          public void drop() throws IOException {
            plain.drop();
          }

          @Override
          public boolean spilled() {
            return plain.spilled();
          }
        });
  }

  private static byte[] trailer(AttemptTotals stream) {
    return String.format(
            Locale.ROOT, // the digits of JSON
            "{\"rows\":%d,\"batches\":%d,\"crc\":%d}",
            stream.rows(),
            stream.batches(),
            stream.hash())
        .getBytes(StandardCharsets.UTF_8);
  }
}
