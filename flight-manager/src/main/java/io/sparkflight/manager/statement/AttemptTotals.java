package io.sparkflight.manager.statement;

import io.sparkflight.checksum.FrameChecksums;
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
  public static final AttemptTotals NONE = new AttemptTotals(0, 0, 0, FrameChecksums.NONE);

  /** The totals after one more frame with the given CRC32C. */
  public AttemptTotals plus(int frameRows, int frameBytes, int frameCrc) {
    return new AttemptTotals(
        batches + 1, rows + frameRows, bytes + frameBytes, FrameChecksums.chain(hash, frameCrc));
  }

  /** What a partition with these totals adds to its server's digest. */
  public Digest asPartition(int partition) {
    return batches == 0
        ? Digest.EMPTY
        : new Digest(1, rows, bytes, FrameChecksums.mix(hash ^ FrameChecksums.mix(partition + 1L)));
  }
}
