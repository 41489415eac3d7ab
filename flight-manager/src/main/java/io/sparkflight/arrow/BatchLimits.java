package io.sparkflight.arrow;

import java.io.Serializable;

/**
 * How large a batch gets.
 *
 * @param targetBytes the size at which a batch is closed
 * @param maxRows the number of rows at which it is closed
 */
public record BatchLimits(long targetBytes, int maxRows) implements Serializable {
  /**
   * What several rows together never exceed: ADBC clients refuse messages above 16 MiB
   * (arrow-adbc#2078).
   */
  public static final long HARD_BYTES = 11L << 20;
}
