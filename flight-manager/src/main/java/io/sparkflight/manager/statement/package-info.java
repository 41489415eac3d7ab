/**
 * The delivery contract as a state machine: which batches of which attempt may reach a client, and
 * when a stream may end well.
 *
 * <p>Entry: {@link io.sparkflight.manager.statement.EndpointLedger} (a server's side) and {@link
 * io.sparkflight.manager.statement.OwnerLedger} (the initiating server's side). Used by {@code
 * manager.exchange}; knows neither bytes nor sockets nor ZooKeeper nor Spark.
 *
 * <p>Threading: none. A ledger is confined to whoever holds its statement's lock; it never waits,
 * never reads a clock.
 *
 * <p>Invariant: every batch a client gets belongs to one sequence that the committed attempt of its
 * partition produced, and a stream that ends well gave all of them.
 */
@NullMarked
package io.sparkflight.manager.statement;

import org.jspecify.annotations.NullMarked;
