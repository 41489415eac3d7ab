package io.sparkflight.manager;

/** Which results are spread over all servers. */
public enum DistributeMode {
  /** Those that are not known to be small and need no order. */
  AUTO,
  /** All that need no order. */
  ALWAYS,
  /** None. */
  NEVER
}
