package io.sparkflight.manager.statement;

import io.sparkflight.manager.Digest;
import java.io.Serializable;

/**
 * What an attempt has produced so far. The executor and the server count it independently and must
 * agree before the attempt counts as sealed.
 *
 * @param batches the number of frames
 * @param rows the number of rows in them
 * @param bytes the number of bytes of the frames
 * @param hash a hash of the sequence of the frames' checksums
 */
public record AttemptTotals(int batches, long rows, long bytes, long hash) implements Serializable {
  /** Nothing yet. */
  public static final AttemptTotals NONE = new AttemptTotals(0, 0, 0, 0);

  /** The totals after one more frame with the given CRC32C. */
  public AttemptTotals plus(int frameRows, int frameBytes, int frameCrc) {
    return new AttemptTotals(
        batches + 1, rows + frameRows, bytes + frameBytes, mix(hash + (frameCrc & 0xffff_ffffL)));
  }

  /** What a partition with these totals adds to its server's digest. */
  public Digest asPartition(int partition) {
    return batches == 0
        ? Digest.EMPTY
        : new Digest(1, rows, bytes, mix(hash ^ mix(partition + 1L)));
  }

  /**
   * The finaliser of SplitMix64 (Steele, Lea, Flood 2014), here after the addition of its gamma.
   */
  private static long mix(long value) {
    long z = value + 0x9e3779b97f4a7c15L;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
