package io.sparkflight.manager;

/**
 * How servers agree: who is alive, and how statements ended. The one thing in which the managers
 * {@code local} and {@code zookeeper} differ.
 */
public interface FlightCluster extends AutoCloseable {

  /** Makes this process a member, once; it leaves by {@link #close} or by its death. */
  void join(Member self);

  /** Tells the others that this member takes no new statements. It stays a member. */
  void drain();

  /** The live members. */
  FlightServerLocator locator();

  /**
   * Takes something that only one member may do at a time; free again when the lease is closed, or
   * this process is lost.
   *
   * @throws io.sparkflight.error.FlightFailure UNAVAILABLE if somebody has it, or nobody can tell
   */
  Lease lease(StatementHandle name);

  /** The outcomes of statements. */
  StatementBoard board();

  /** Leaves, and forgets the statements that this process owns. Idempotent. */
  @Override
  void close();
}
