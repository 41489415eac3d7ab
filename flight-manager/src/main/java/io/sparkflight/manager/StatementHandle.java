package io.sparkflight.manager;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;

/** The opaque id of one statement: 128 random bits, the same on every server. */
public record StatementHandle(long high, long low) {
  private static final SecureRandom RANDOM = new SecureRandom();

  /** The number of bytes of the binary form. */
  public static final int BYTES = 16;

  /** A new handle that nobody can guess. */
  public static StatementHandle random() {
    return new StatementHandle(RANDOM.nextLong(), RANDOM.nextLong());
  }

  /** The handle of something with a name: the same for the same name, and for no other one. */
  public static StatementHandle of(String name) {
    try {
      return readFrom(
          ByteBuffer.wrap(
              MessageDigest.getInstance("SHA-256").digest(name.getBytes(StandardCharsets.UTF_8))));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java has it
    }
  }

  /** Reads the form that {@link #toString} writes: 32 hexadecimal digits. */
  public static StatementHandle parse(String text) {
    if (text.length() != 2 * BYTES) {
      throw new IllegalArgumentException("not a statement handle: " + text);
    }
    return new StatementHandle(
        Long.parseUnsignedLong(text.substring(0, 16), 16),
        Long.parseUnsignedLong(text.substring(16), 16));
  }

  /** Reads the binary form from a buffer. */
  public static StatementHandle readFrom(ByteBuffer buffer) {
    return new StatementHandle(buffer.getLong(), buffer.getLong());
  }

  /** Writes the binary form into a buffer. */
  public void writeTo(ByteBuffer buffer) {
    buffer.putLong(high).putLong(low);
  }

  @Override
  public String toString() {
    return "%016x%016x".formatted(high, low);
  }
}
