/**
 * Runs statements: starts their Spark actions, opens them on every server that will hold rows,
 * commits and announces. What the managers {@code local} and {@code zookeeper} have in common.
 *
 * <p>Entry: {@link io.sparkflight.manager.run.ExchangeManager}. Used by manager providers; knows
 * neither SQL nor ZooKeeper.
 *
 * <p>Threading: a thread per running Spark action, and a pool that sends commits.
 *
 * <p>Invariant: every statement that was opened gets exactly one outcome.
 */
@NullMarked
package io.sparkflight.manager.run;

import org.jspecify.annotations.NullMarked;
