package io.sparkflight.manager.statement;

/** The life of an attempt on the server that receives it. */
enum AttemptState {
  /** Batches arrive. */
  RECEIVING,
  /** All batches are here, and both sides agree on them. */
  SEALED,
  /** Its rows are the partition's rows. */
  COMMITTED,
  /** Its rows are not. */
  DISCARDED
}
