package io.sparkflight.manager;

/** When rows may leave before their partition is committed. */
public enum Delivery {
  /**
   * A partition is held until it is committed while it fits the memory of its statement; a larger
   * one starts to leave earlier, and a retry of its task must then produce the same batches again.
   */
  ADAPTIVE,
  /** Nothing leaves before its partition is committed. */
  COMMITTED
}
