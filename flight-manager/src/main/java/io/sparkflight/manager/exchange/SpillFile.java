package io.sparkflight.manager.exchange;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * The frames of one statement that did not fit its memory. Each is encrypted with a key that lives
 * only in this object, and authenticated (AES-GCM, NIST SP 800-38D), so that a damaged file fails
 * the read instead of changing a row. The file has no name after it was opened: it is gone with the
 * process, however that ends.
 *
 * <p>Concurrency: one appender at a time, any number of readers.
 */
final class SpillFile implements AutoCloseable {
  private static final String TRANSFORMATION = "AES/GCM/NoPadding";
  private static final int KEY_BYTES = 16;
  private static final int TAG_BITS = 128;
  private static final int NONCE_BYTES = 12;

  private final FileChannel channel;
  private final SecretKeySpec key;
  private long end;
  private long frames;

  /** Where a frame lies; {@code number} makes its nonce, which must never be used twice. */
  record Place(long offset, int length, long number) {}

  private SpillFile(FileChannel channel, SecretKeySpec key) {
    this.channel = channel;
    this.key = key;
  }

  static SpillFile open(Path directory) throws IOException {
    Path file =
        Files.createTempFile(
            directory,
            "sparkflight-",
            ".spill",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    try {
      FileChannel channel =
          FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
      byte[] key = new byte[KEY_BYTES];
      new SecureRandom().nextBytes(key);
      return new SpillFile(channel, new SecretKeySpec(key, "AES"));
    } finally {
      Files.delete(file);
    }
  }

  Place append(byte[] frame) throws IOException {
    byte[] sealed = crypt(Cipher.ENCRYPT_MODE, frame, frames);
    ByteBuffer source = ByteBuffer.wrap(sealed);
    while (source.hasRemaining()) {
      channel.write(source, end + source.position());
    }
    Place place = new Place(end, sealed.length, frames);
    end += sealed.length;
    frames++;
    return place;
  }

  byte[] read(Place place) throws IOException {
    ByteBuffer target = ByteBuffer.allocate(place.length());
    while (target.hasRemaining()) {
      if (channel.read(target, place.offset() + target.position()) < 0) {
        throw new IOException("the spill file ends before its frame " + place.number());
      }
    }
    return crypt(Cipher.DECRYPT_MODE, target.array(), place.number());
  }

  /**
   * Forgets what was written, so that the disk is used again. No place given out is valid after.
   */
  void rewind() throws IOException {
    channel.truncate(0);
    end = 0;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }

  private byte[] crypt(int mode, byte[] input, long number) throws IOException {
    try {
      Cipher cipher = Cipher.getInstance(TRANSFORMATION);
      byte[] nonce = ByteBuffer.allocate(NONCE_BYTES).putLong(number).array();
      cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
      return cipher.doFinal(input);
    } catch (GeneralSecurityException e) {
      throw new IOException("the spill file is damaged at frame " + number, e);
    }
  }
}
