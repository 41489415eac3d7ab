/**
 * Spark reads and writes any Flight SQL server through {@code format("flight-sql")}.
 *
 * <p>Entry: {@link io.sparkflight.datasource.FlightSqlProvider}, by its short name. Used by Spark;
 * knows nothing of the server of this project.
 *
 * <p>Threading: Spark creates a provider per use and confines it to the planning thread.
 *
 * <p>Invariant: a partition is either read whole or fails the query.
 */
@NullMarked
package io.sparkflight.datasource;

import org.jspecify.annotations.NullMarked;
