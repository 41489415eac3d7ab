/**
 * Tests on a cluster of real processes: two servers, their executors, ZooKeeper.
 *
 * <p>Entry: the test classes; each has a cluster of its own and leaves no process. Used by the
 * build alone.
 *
 * <p>Threading: a reader a thread where endpoints are read at once.
 *
 * <p>Invariant: nothing in these tests reaches into a server; they are its clients.
 */
@NullMarked
package io.sparkflight.cluster;

import org.jspecify.annotations.NullMarked;
