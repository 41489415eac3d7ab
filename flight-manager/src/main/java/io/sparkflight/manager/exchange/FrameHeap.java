package io.sparkflight.manager.exchange;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the frames of one statement lie, and what they cost: memory up to the statement's and the
 * server's bound, then an encrypted file up to the server's quota.
 *
 * <p>Concurrency: guarded by the statement's lock, except {@link Frame#load}, which one reader
 * calls outside it.
 */
final class FrameHeap implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(FrameHeap.class);

  /**
   * So much is written before the next file begins: what is read gives its disk back in such steps.
   */
  private static final long FILE_BYTES = 64L << 20;

  private final long limit;
  private final Budget memory;
  private final SpillFolder spill;
  private final Runnable onCrowded;
  private long inMemory;
  private long readInMemory;
  private int unreadOnDisk;
  private final List<SpillFile> files = new ArrayList<>();
  private boolean pressed;
  private boolean closed;

  /**
   * @param limit bytes in memory of this statement
   * @param memory the same of all statements
   * @param onCrowded what to do when the others leave no memory; must not block
   */
  FrameHeap(long limit, Budget memory, SpillFolder spill, Runnable onCrowded) {
    this.limit = limit;
    this.memory = memory;
    this.spill = spill;
    this.onCrowded = onCrowded;
  }

  /** Takes room in memory, if there is some. A single frame larger than the bound never fits. */
  boolean reserve(int bytes) {
    if (closed || inMemory + bytes > limit) {
      return false;
    }
    if (!memory.reserve(bytes)) {
      onCrowded.run();
      return false;
    }
    inMemory += bytes;
    return true;
  }

  /** Whether a frame of this size may find room when others of this statement leave. */
  boolean mayHold(int bytes) {
    return inMemory > 0 && bytes <= Math.min(limit, memory.limit());
  }

  void release(int bytes) {
    if (!closed) {
      inMemory -= bytes;
      memory.release(bytes);
    }
  }

  /**
   * Whether rows should leave early: from the high mark (unread rows take half of the statement's
   * memory, or three quarters of the server's are taken, or unread rows lie on disk) until below
   * the low mark (a quarter of the statement's, and nothing on disk).
   */
  boolean pressed() {
    boolean full = memory.used() > memory.limit() * 3 / 4;
    pressed = full || unreadOnDisk > 0 || unread() > (pressed ? limit / 4 : limit / 2);
    return pressed;
  }

  private long unread() {
    return inMemory - readInMemory;
  }

  /** Wraps bytes for which room was reserved. */
  Frame inMemory(int sequence, int rows, byte[] bytes, int crc) {
    return new Frame(
        sequence,
        rows,
        bytes.length,
        crc,
        new Frame.Content() {
          @Override
          public byte[] load() {
            return bytes;
          }

          @Override
          public void drop() {}

          @Override
          public boolean spilled() {
            return false;
          }
        });
  }

  /** Writes the bytes to the file, and keeps only where they lie. */
  Frame onDisk(int sequence, int rows, byte[] bytes, int crc) throws IOException {
    Frame frame = write(sequence, rows, bytes, crc);
    unreadOnDisk++;
    return frame;
  }

  /** Moves a frame from memory to the file; it was read, and is kept for those who read again. */
  Frame toDisk(Frame frame) throws IOException {
    Frame written = write(frame.sequence(), frame.rows(), frame.load(), frame.crc());
    readInMemory -= frame.size();
    release(frame.size());
    return written;
  }

  private Frame write(int sequence, int rows, byte[] bytes, int crc) throws IOException {
    if (closed) {
      throw new IOException("the statement has ended");
    }
    SpillFile target = file();
    SpillFile.Place place = target.append(bytes);
    return new Frame(
        sequence,
        rows,
        bytes.length,
        crc,
        new Frame.Content() {
          @Override
          public byte[] load() throws IOException {
            return target.read(place);
          }

          @Override
          public void drop() throws IOException {
            target.forget();
          }

          @Override
          public boolean spilled() {
            return true;
          }
        });
  }

  /** A frame goes to the client, and stays for those who read again. */
  void kept(Frame frame) {
    if (frame.content().spilled()) {
      unreadOnDisk--;
    } else {
      readInMemory += frame.size();
    }
  }

  /** A frame goes to the client; its memory is free again. */
  void taken(Frame frame) {
    if (frame.content().spilled()) {
      unreadOnDisk--;
    } else {
      release(frame.size());
    }
  }

  /** Frames that nobody will read. */
  void discard(Collection<Frame> frames) {
    for (Frame frame : frames) {
      taken(frame);
      try {
        frame.content().drop();
      } catch (IOException e) {
        LOG.warn("Cannot close a spill file in {}", spill, e);
      }
    }
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    memory.release(inMemory);
    for (SpillFile file : files) {
      try {
        file.close();
      } catch (IOException e) {
        LOG.warn("Cannot close a spill file in {}", spill, e);
      }
    }
  }

  private SpillFile file() throws IOException {
    if (!files.isEmpty()) {
      SpillFile last = files.get(files.size() - 1);
      if (last.size() < FILE_BYTES) {
        return last;
      }
      last.seal();
    }
    SpillFile next = spill.newFile();
    files.add(next);
    return next;
  }
}
