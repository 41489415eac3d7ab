/**
 * Spark reads and writes any Flight SQL server through {@code format("flight-sql")}, and has it as
 * a catalog.
 *
 * <p>Entry: {@link io.sparkflight.datasource.FlightSqlProvider}, by its short name, {@link
 * io.sparkflight.datasource.FlightSqlCatalog} and {@link
 * io.sparkflight.datasource.FlightSqlExtensions}, by their class names. Used by Spark; knows
 * nothing of the server of this project, and of the manager only how Arrow becomes columns and rows
 * become Arrow.
 *
 * <p>Threading: Spark plans on one thread of the driver, and reads each partition on one thread of
 * a task. What crosses between them is serialised.
 *
 * <p>Invariant: a partition is either read whole, and once, or fails the query.
 */
@NullMarked
package io.sparkflight.datasource;

import org.jspecify.annotations.NullMarked;
