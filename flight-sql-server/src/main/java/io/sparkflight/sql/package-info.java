/**
 * The Flight SQL server of a Spark application.
 *
 * <p>Entry: {@link io.sparkflight.sql.SparkFlightSqlServer}, or {@link
 * io.sparkflight.sql.FlightSqlPlugin} inside any application. Used by the command line and by
 * embedders; knows how rows travel only through the manager's interface.
 *
 * <p>Threading: Flight calls the dispatcher from many threads; it keeps no state.
 *
 * <p>Invariant: whatever a client sends, it gets an answer in words, and the server goes on.
 */
@NullMarked
package io.sparkflight.sql;

import org.jspecify.annotations.NullMarked;
