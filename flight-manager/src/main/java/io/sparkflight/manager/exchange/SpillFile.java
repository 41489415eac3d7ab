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
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Frames of one statement that did not fit its memory. Each is encrypted with a key that lives only
 * in this object, and authenticated (AES-GCM, NIST SP 800-38D), so that a damaged file fails the
 * read instead of changing a row. The file has no name after it was opened: it is gone with the
 * process, however that ends; and its disk is free again as soon as nobody will append to it and no
 * frame of it is unread.
 *
 * <p>Concurrency: one appender at a time, any number of readers.
 */
final class SpillFile implements AutoCloseable {
  private static final String PREFIX = "sparkflight-";
  private static final String SUFFIX = ".spill";

  /** The names that the files have for a moment. */
  static final String PATTERN = PREFIX + "*" + SUFFIX;

  private static final String TRANSFORMATION = "AES/GCM/NoPadding";
  private static final int KEY_BYTES = 16;
  private static final int TAG_BITS = 128;
  private static final int NONCE_BYTES = 12;

  private final FileChannel channel;
  private final SecretKeySpec key;
  private final Budget disk;
  private final AtomicInteger unread = new AtomicInteger();
  private final AtomicLong reserved = new AtomicLong();
  private final AtomicBoolean closed = new AtomicBoolean();
  private volatile boolean sealed;
  private long end;
  private long frames;

  /** Where a frame lies; {@code number} makes its nonce, which must never be used twice. */
  record Place(long offset, int length, long number) {}

  private SpillFile(FileChannel channel, SecretKeySpec key, Budget disk) {
    this.channel = channel;
    this.key = key;
    this.disk = disk;
  }

  /**
   * Opens a file without a name.
   *
   * @param disk what all files may take together
   */
  static SpillFile open(Path directory, Budget disk) throws IOException {
    Path file =
        Files.createTempFile(
            directory,
            PREFIX,
            SUFFIX,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    try {
      FileChannel channel =
          FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
      byte[] key = new byte[KEY_BYTES];
      new SecureRandom().nextBytes(key);
      return new SpillFile(channel, new SecretKeySpec(key, "AES"), disk);
    } finally {
      Files.delete(file);
    }
  }

  /**
   * Writes a frame.
   *
   * @throws IOException if the disk is full, or what this server may take of it
   */
  Place append(byte[] frame) throws IOException {
    long number = frames++; // never again, even if this frame cannot be written
    byte[] encrypted = crypt(Cipher.ENCRYPT_MODE, frame, number);
    if (!disk.reserve(encrypted.length)) {
      throw new IOException(
          "the unread results of this server fill its %d bytes of disk".formatted(disk.limit()));
    }
    reserved.addAndGet(encrypted.length);
    ByteBuffer source = ByteBuffer.wrap(encrypted);
    while (source.hasRemaining()) {
      channel.write(source, end + source.position());
    }
    Place place = new Place(end, encrypted.length, number);
    end += encrypted.length;
    unread.incrementAndGet();
    return place;
  }

  /** Reads a frame. */
  byte[] read(Place place) throws IOException {
    ByteBuffer target = ByteBuffer.allocate(place.length());
    while (target.hasRemaining()) {
      if (channel.read(target, place.offset() + target.position()) < 0) {
        throw new IOException("the spill file ends before its frame " + place.number());
      }
    }
    return crypt(Cipher.DECRYPT_MODE, target.array(), place.number());
  }

  /** A frame will not be read (again); the disk of a file without such frames is free. */
  void forget() throws IOException {
    if (unread.decrementAndGet() == 0 && sealed) {
      close();
    }
  }

  /** The bytes written. */
  long size() {
    return end;
  }

  /** Nothing will be appended any more. */
  void seal() throws IOException {
    sealed = true;
    if (unread.get() == 0) {
      close();
    }
  }

  /** Gives the disk back. Idempotent. */
  @Override
  public void close() throws IOException {
    if (closed.compareAndSet(false, true)) {
      disk.release(reserved.get());
      channel.close();
    }
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
