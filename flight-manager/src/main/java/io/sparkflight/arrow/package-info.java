/**
 * Spark's rows and columns as Arrow IPC messages, written once, by hand, without Arrow vectors.
 *
 * <p>Entry: {@link io.sparkflight.arrow.RowEncoder} and {@link io.sparkflight.arrow.ColumnEncoder}
 * for data, {@link io.sparkflight.arrow.SparkArrowSchema} for types. Used by {@code manager.push}
 * inside Spark tasks and by the driver; knows neither servers nor statements.
 *
 * <p>Threading: an encoder is confined to one thread; frames are immutable.
 *
 * <p>Invariant: a frame is a whole serialised {@code FlightData}; a frame of more than one row is
 * never above {@link io.sparkflight.arrow.BatchLimits#HARD_BYTES}.
 */
@NullMarked
package io.sparkflight.arrow;

import org.jspecify.annotations.NullMarked;
