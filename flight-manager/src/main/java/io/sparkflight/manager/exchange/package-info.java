/**
 * Where executors push batches and clients read them: a store per statement, bounded in memory,
 * that spills to disk, and the two Flight services that carry its frames without opening them.
 *
 * <p>Entry: {@link io.sparkflight.manager.exchange.Exchange}. Used by the managers and by whoever
 * builds a public Flight server; knows neither SQL nor ZooKeeper nor Spark.
 *
 * <p>Threading: gRPC threads and Spark task threads enter at any time; each statement has one lock.
 *
 * <p>Invariant: what is in memory or on disk belongs to an open statement and is within its bounds.
 */
@NullMarked
package io.sparkflight.manager.exchange;

import org.jspecify.annotations.NullMarked;
