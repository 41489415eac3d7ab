package io.sparkflight.manager.exchange;

import java.io.IOException;
import java.util.Arrays;
import net.jpountz.lz4.LZ4Compressor;
import net.jpountz.lz4.LZ4Exception;
import net.jpountz.lz4.LZ4Factory;

/**
 * How frames on disk are packed. The library is Spark's own; what unpacks is the checked kind of
 * LZ4's decompressors.
 */
public enum FramePacking {
  /** Not at all. */
  NONE,
  /**
   * Takes about the time that it saves: what is not written is not encrypted and not read again
   * either, and the disk lasts longer.
   */
  LZ4;

  private static final LZ4Factory LIBRARY = LZ4Factory.fastestInstance();

  /** Longer frames are of giant rows, and packing needs their room a second time. */
  private static final int LONGEST = 16 << 20;

  /** The frame packed; or itself, if that would not shrink it. */
  byte[] pack(byte[] frame) {
    if (this == NONE || frame.length > LONGEST) {
      return frame;
    }
    LZ4Compressor compressor = LIBRARY.fastCompressor();
    byte[] packed = new byte[compressor.maxCompressedLength(frame.length)];
    int length = compressor.compress(frame, 0, frame.length, packed, 0);
    return length < frame.length ? Arrays.copyOf(packed, length) : frame;
  }

  /**
   * A frame as it was.
   *
   * @param size the bytes that it had; as many as there are if it was not packed
   * @throws IOException if it was changed
   */
  static byte[] unpack(byte[] packed, int size) throws IOException {
    if (packed.length == size) {
      return packed;
    }
    byte[] frame = new byte[size];
    try {
      int length = LIBRARY.safeDecompressor().decompress(packed, 0, packed.length, frame, 0);
      if (length != size) {
        throw new IOException("it has %d bytes instead of %d".formatted(length, size));
      }
    } catch (LZ4Exception e) {
      throw new IOException("it cannot be unpacked: " + e.getMessage(), e);
    }
    return frame;
  }
}
