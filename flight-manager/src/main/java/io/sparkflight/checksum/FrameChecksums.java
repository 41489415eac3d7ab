package io.sparkflight.checksum;

import java.util.zip.CRC32C;

/**
 * The CRC32C of a frame, and the hash of a sequence of them. It finds what changed by accident; it
 * proves nothing against somebody who means harm.
 */
public final class FrameChecksums {
  /** The hash of no frames. */
  public static final long NONE = 0;

  private FrameChecksums() {}

  /** The CRC32C of a frame's bytes. */
  public static int of(byte[] frame) {
    CRC32C crc = new CRC32C();
    crc.update(frame);
    return (int) crc.getValue();
  }

  /**
   * The hash of a sequence after one more frame.
   *
   * @param before the hash of those before it, {@link #NONE} if it is the first
   * @param crc the CRC32C of the frame
   */
  public static long chain(long before, int crc) {
    return mix(before + Integer.toUnsignedLong(crc));
  }

  /**
   * The finaliser of SplitMix64 (Steele, Lea, Flood 2014), here after the addition of its gamma.
   */
  public static long mix(long value) {
    long z = value + 0x9e3779b97f4a7c15L;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
