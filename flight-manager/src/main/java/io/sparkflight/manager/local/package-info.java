/**
 * The cluster of one process: it needs nothing beside it, and nothing of it outlives the process.
 *
 * <p>Entry: {@link io.sparkflight.manager.local.LocalManagerProvider}. Used by the service loader;
 * knows neither ZooKeeper nor SQL.
 *
 * <p>Threading: any thread may enter; the state has one lock, which no listener is called under.
 *
 * <p>Invariant: two clusters share nothing, even in one process.
 */
@NullMarked
package io.sparkflight.manager.local;

import org.jspecify.annotations.NullMarked;
