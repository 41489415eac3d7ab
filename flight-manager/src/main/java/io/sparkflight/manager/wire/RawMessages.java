package io.sparkflight.manager.wire;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.StreamCorruptedException;
import java.util.Arrays;

/**
 * The little of protobuf's wire format that carrying FlightData, Ticket and PutResult unopened
 * needs: a tag, a length, bytes. Field numbers are those of Arrow's {@code Flight.proto}.
 */
public final class RawMessages {
  private static final int LENGTH_DELIMITED = 2;
  private static final int TICKET_FIELD = 1;
  private static final int PUT_RESULT_METADATA_FIELD = 1;
  private static final int APP_METADATA_FIELD = 3;
  private static final int MAX_METADATA = 1 << 20;

  private RawMessages() {}

  /** An incoming FlightData that has its app_metadata in front: that, and the rest as it came. */
  @SuppressWarnings("ArrayRecordComponent") // both are opaque bytes that nobody compares
  public record Tagged(byte[] metadata, byte[] frame) {}

  /** Reads a whole message. */
  public static byte[] readAll(InputStream message) throws IOException {
    return message.readAllBytes();
  }

  /**
   * Splits an incoming push message.
   *
   * @throws IOException if it does not begin with app_metadata
   */
  public static Tagged readTagged(InputStream message) throws IOException {
    if (varint(message) != tag(APP_METADATA_FIELD)) {
      throw new StreamCorruptedException("a push message must begin with app_metadata");
    }
    int length = varint(message);
    if (length < 0 || length > MAX_METADATA) {
      throw new StreamCorruptedException("app_metadata of " + length + " bytes");
    }
    byte[] metadata = message.readNBytes(length);
    if (metadata.length < length) {
      throw new EOFException("the message ends within its app_metadata");
    }
    byte[] frame = new byte[Math.max(0, message.available())];
    int read = message.readNBytes(frame, 0, frame.length);
    byte[] more = message.readAllBytes();
    if (more.length == 0 && read == frame.length) {
      return new Tagged(metadata, frame);
    }
    byte[] whole = Arrays.copyOf(frame, read + more.length);
    System.arraycopy(more, 0, whole, read, more.length);
    return new Tagged(metadata, whole);
  }

  /** The ticket bytes of a DoGet request; fields that are not the ticket are passed over. */
  public static byte[] readTicket(InputStream message) throws IOException {
    byte[] ticket = new byte[0];
    byte[] all = message.readAllBytes();
    InputStream fields = new java.io.ByteArrayInputStream(all);
    while (fields.available() > 0) {
      int tag = varint(fields);
      int length = varint(fields);
      if ((tag & 7) != LENGTH_DELIMITED || length < 0 || length > fields.available()) {
        throw new StreamCorruptedException("not a Ticket message");
      }
      byte[] value = fields.readNBytes(length);
      ticket = tag >>> 3 == TICKET_FIELD ? value : ticket;
    }
    return ticket;
  }

  /** A PutResult with this app_metadata. */
  public static InputStream putResult(byte[] appMetadata) {
    return FrameStream.of(field(PUT_RESULT_METADATA_FIELD, appMetadata));
  }

  /** The app_metadata of a PutResult. */
  public static byte[] readPutResult(InputStream message) throws IOException {
    return readTicket(message); // both messages are one bytes field with number 1
  }

  /** A Ticket message. */
  public static InputStream ticket(byte[] ticket) {
    return FrameStream.of(field(TICKET_FIELD, ticket));
  }

  static byte[] metadataField(byte[] metadata) {
    return field(APP_METADATA_FIELD, metadata);
  }

  private static byte[] field(int number, byte[] value) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(value.length + 10);
    writeVarint(out, tag(number));
    writeVarint(out, value.length);
    out.writeBytes(value);
    return out.toByteArray();
  }

  private static int tag(int number) {
    return (number << 3) | LENGTH_DELIMITED;
  }

  private static void writeVarint(ByteArrayOutputStream out, int value) {
    int rest = value;
    while ((rest & ~0x7f) != 0) {
      out.write((rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    out.write(rest);
  }

  static int varint(InputStream in) throws IOException {
    int value = 0;
    for (int shift = 0; shift < 35; shift += 7) {
      int next = in.read();
      if (next < 0) {
        throw new EOFException("the message ends within a number");
      }
      value |= (next & 0x7f) << shift;
      if (next < 0x80) {
        return value;
      }
    }
    throw new StreamCorruptedException("a number of more than 32 bits");
  }
}
