/**
 * Hands a statement with a large destination to an external Spark cluster.
 *
 * <p>Entry: {@link io.sparkflight.transfer.TransferDelegate}. Will be used by the server; knows
 * nothing of it.
 *
 * <p>Threading: implementations are thread-safe.
 *
 * <p>Invariant: a statement is either delegated whole or not at all, and the decision has a reason.
 */
@NullMarked
package io.sparkflight.transfer;

import org.jspecify.annotations.NullMarked;
