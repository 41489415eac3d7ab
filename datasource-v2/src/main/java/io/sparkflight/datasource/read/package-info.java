/**
 * Reading: what Spark pushes down becomes one query of the server, and each endpoint of its answer
 * a partition, read by column.
 *
 * <p>Entry: {@link io.sparkflight.datasource.read.FlightSqlScanBuilder}.
 *
 * <p>Threading: Spark plans on one thread of the driver, and reads each partition on one thread of
 * a task. What crosses between them is serialised.
 *
 * <p>Invariant: a partition is either read whole, and once, or fails the query.
 */
@NullMarked
package io.sparkflight.datasource.read;

import org.jspecify.annotations.NullMarked;
