/**
 * Arrow vectors as Spark's columns: the way back from {@code io.sparkflight.arrow}.
 *
 * <p>Entry: {@link io.sparkflight.arrow.column.ArrowColumns}. Used wherever Arrow of somebody
 * else's is read into Spark, in tasks and in the driver; knows neither servers nor statements.
 * Spark's own {@code ArrowColumnVector} is bound to Spark's own version of Arrow.
 *
 * <p>Threading: a column is confined to one thread, as its vector is.
 *
 * <p>Invariant: a column gives what its vector holds, or throws; it never rounds, and never gives a
 * value that Spark could not hold.
 */
@NullMarked
package io.sparkflight.arrow.column;

import org.jspecify.annotations.NullMarked;
