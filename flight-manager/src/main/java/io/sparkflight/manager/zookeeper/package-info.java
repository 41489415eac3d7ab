/**
 * Servers that find each other, and agree on how statements ended, through ZooKeeper.
 *
 * <p>Entry: {@link io.sparkflight.manager.zookeeper.ZooKeeperCluster}. Used by the service loader's
 * {@link io.sparkflight.manager.zookeeper.ZooKeeperManagerProvider}; knows neither SQL nor
 * sessions, and nothing else talks to ZooKeeper.
 *
 * <p>Threading: any thread may enter; listeners are called on the threads of the locator and of the
 * board, never on those of ZooKeeper's client.
 *
 * <p>Invariant: an outcome exists only if its statement's owner node existed when it was written;
 * so whoever saw the owner gone and no outcome knows that there never will be one.
 */
@NullMarked
package io.sparkflight.manager.zookeeper;

import org.jspecify.annotations.NullMarked;
