package io.sparkflight.manager.exchange;

import java.io.EOFException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Frames of one statement that did not fit its memory. Each is packed, then encrypted and
 * authenticated by {@link FrameCipher}, so that a damaged file fails the read instead of changing a
 * row. The file has no name after it was opened: it is gone with the process, however that ends;
 * and its disk is free again as soon as nobody will append to it and no frame of it is unread.
 *
 * <p>Concurrency: one appender at a time, any number of readers. Spark interrupts the threads of
 * tasks that it ends, so the file is not a channel: the first interrupt would close that for all.
 */
final class SpillFile implements AutoCloseable {
  private static final String PREFIX = "sparkflight-";
  private static final String SUFFIX = ".spill";

  /** The names that the files have for a moment. */
  static final String PATTERN = PREFIX + "*" + SUFFIX;

  private final Path directory;
  private final RandomAccessFile file; // guarded by itself, as it has one position
  private final FrameCipher cipher = new FrameCipher();
  private final Budget disk;
  private final FramePacking packing;
  private final AtomicInteger unread = new AtomicInteger();
  private final AtomicLong reserved = new AtomicLong();
  private final AtomicBoolean closed = new AtomicBoolean();
  private volatile boolean sealed;
  private long end;
  private long frames;

  /**
   * Where a frame lies.
   *
   * @param length the bytes there
   * @param number makes its nonce, which must never be used twice
   * @param size the bytes of the frame before it was packed
   */
  record Place(long offset, int length, long number, int size) {}

  private SpillFile(Path directory, RandomAccessFile file, Budget disk, FramePacking packing) {
    this.directory = directory;
    this.file = file;
    this.disk = disk;
    this.packing = packing;
  }

  /**
   * Opens a file without a name.
   *
   * @param disk what all files may take together
   */
  static SpillFile open(Path directory, Budget disk, FramePacking packing) throws IOException {
    Path name =
        Files.createTempFile(
            directory,
            PREFIX,
            SUFFIX,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    try {
      RandomAccessFile file = new RandomAccessFile(name.toFile(), "rw");
      return new SpillFile(directory, file, disk, packing);
    } finally {
      Files.delete(name);
    }
  }

  /**
   * Writes a frame.
   *
   * @throws IOException if the disk is full, or what this server may take of it
   */
  Place append(byte[] frame) throws IOException {
    long number = frames++; // never again, even if this frame cannot be written
    byte[] encrypted = encrypt(packing.pack(frame), number);
    if (!disk.reserve(encrypted.length)) {
      throw new IOException(
          "the unread results of this server fill its %d bytes of disk (%s)"
              .formatted(disk.limit(), ExchangeConfig.SPILL_LIMIT.name()));
    }
    reserved.addAndGet(encrypted.length);
    write(encrypted);
    Place place = new Place(end, encrypted.length, number, frame.length);
    end += encrypted.length;
    unread.incrementAndGet();
    return place;
  }

  private void write(byte[] encrypted) throws IOException {
    try {
      synchronized (file) {
        file.seek(end);
        file.write(encrypted);
      }
    } catch (IOException e) { // which names neither the file nor its folder
      throw new IOException("cannot write to %s: %s".formatted(directory, e.getMessage()), e);
    }
  }

  /** Reads a frame. */
  byte[] read(Place place) throws IOException {
    byte[] encrypted = new byte[place.length()];
    try {
      synchronized (file) {
        file.seek(place.offset());
        file.readFully(encrypted);
      }
    } catch (EOFException e) {
      throw new IOException("the spill file ends before its frame " + place.number(), e);
    }
    try {
      return FramePacking.unpack(cipher.decrypt(encrypted, place.number()), place.size());
    } catch (GeneralSecurityException e) {
      throw new IOException("the spill file is damaged at frame " + place.number(), e);
    }
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
      synchronized (file) { // a read on its way must not use the descriptor that the next file gets
        file.close();
      }
    }
  }

  private byte[] encrypt(byte[] frame, long number) throws IOException {
    try {
      return cipher.encrypt(frame, number);
    } catch (GeneralSecurityException e) {
      throw new IOException("a frame cannot be encrypted: " + e.getMessage(), e);
    }
  }
}
