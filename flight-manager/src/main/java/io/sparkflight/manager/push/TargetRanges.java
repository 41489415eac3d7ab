package io.sparkflight.manager.push;

import java.io.Serializable;

/**
 * How consecutive partitions are shared out among servers, so that reading these one after the
 * other gives the partitions in their order.
 *
 * @param targets how many servers
 * @param partitions how many partitions
 */
public record TargetRanges(int targets, int partitions) implements Serializable {

  /** Which server takes a partition. */
  public int targetOf(int partition) {
    return (int) ((long) partition * targets / partitions);
  }

  /** The first partition that a server takes, if it takes any. */
  public int firstOf(int target) {
    return (int) (((long) target * partitions + targets - 1) / targets);
  }
}
