package io.sparkflight.manager.upload;

import io.sparkflight.manager.exchange.ReadRight;
import io.sparkflight.manager.push.PushTarget;
import java.io.Serializable;
import org.apache.spark.Partition;

/**
 * One part of an upload, as a task sees it.
 *
 * @param index its number, from 0
 * @param server where it lies
 * @param right to read it
 * @param rows how many it has
 */
record UploadPart(int index, PushTarget server, ReadRight right, long rows)
    implements Partition, Serializable {
  /** Spark compares partitions by their numbers. */
  @Override
  public boolean equals(Object other) {
    return other instanceof UploadPart part && part.index == index;
  }

  @Override
  public int hashCode() {
    return index;
  }
}
