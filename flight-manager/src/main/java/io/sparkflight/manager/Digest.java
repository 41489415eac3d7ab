package io.sparkflight.manager;

/**
 * What one server has committed of one statement: the sum over its partitions. Sums do not depend
 * on the order of the partitions, so that both ends can keep them as they go.
 *
 * @param partitions the number of partitions with at least one batch
 * @param rows the number of rows
 * @param bytes the number of bytes of all frames
 * @param crc the sum, modulo 2⁶⁴, of a hash of every partition's number and content
 */
public record Digest(int partitions, long rows, long bytes, long crc) {
  /** Nothing committed. */
  public static final Digest EMPTY = new Digest(0, 0, 0, 0);

  /** The digest of both sets of partitions, which must be disjoint. */
  public Digest plus(Digest other) {
    return new Digest(
        partitions + other.partitions, rows + other.rows, bytes + other.bytes, crc + other.crc);
  }
}
