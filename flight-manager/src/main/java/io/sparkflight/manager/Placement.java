package io.sparkflight.manager;

/** Where the rows of a statement are kept until the client reads them. */
public enum Placement {
  /** The driver collects them; for results known to be small. One endpoint, in order. */
  COLLECTED,
  /** Executors push to the initiating server alone. One endpoint, in partition order. */
  INITIATOR,
  /** Executors push to every live server. An endpoint for each, in no order. */
  DISTRIBUTED,
  /**
   * Executors push each live server a range of consecutive partitions. An endpoint for each, in the
   * order of the ranges.
   */
  RANGES
}
