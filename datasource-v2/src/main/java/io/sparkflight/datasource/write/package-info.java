/**
 * Writing to a Flight SQL server: tasks bring rows by bulk ingest, and the driver decides which of
 * them count.
 *
 * <p>Entry: {@link io.sparkflight.datasource.write.FlightSqlWriteBuilder}. Used by the source's
 * table.
 *
 * <p>Threading: the driver's classes are used by the thread of the query, but for the renewal of
 * parts, which has one of its own; a writer belongs to the thread of its task.
 *
 * <p>Invariant: rows of an attempt that the driver has not named are never in the table, unless the
 * user has asked for at least once.
 */
@NullMarked
package io.sparkflight.datasource.write;

import org.jspecify.annotations.NullMarked;
