package io.sparkflight.sql.parameter;

import io.sparkflight.error.ErrorKind;
import io.sparkflight.error.FlightFailure;

/**
 * How much the values of one upload may take as objects: far more than their bytes, if there are
 * many small ones, or one entry of a dictionary is asked for again and again. Belongs to one call.
 */
final class ValueLimit {
  private static final long MOST_BYTES = 64L << 20;
  private static final long OBJECT_BYTES = 32;

  private long taken;

  /**
   * Counts one value.
   *
   * @param bytes of its content, beside the object itself
   * @throws FlightFailure RESOURCES if all of them together take too much
   */
  void take(long bytes) {
    taken += OBJECT_BYTES + bytes;
    if (taken > MOST_BYTES) {
      throw new FlightFailure(
          ErrorKind.RESOURCES,
          "Cannot bind the values: they take more than %d MiB. Send fewer rows at once, or put them into a table."
              .formatted(MOST_BYTES >> 20));
    }
  }
}
