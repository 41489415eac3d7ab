/**
 * Data to try the server with: the eight TPC-H tables, generated where they are missing.
 *
 * <p>Entry: {@link io.sparkflight.sql.demo.TpchTables}. Used by the command line and by tests;
 * knows Spark and nothing of Flight.
 *
 * <p>Threading: the rows are made inside Spark tasks; progress is told from Spark's listener thread
 * and the caller's.
 *
 * <p>Invariant: a table's folder appears under its name only when it is complete.
 */
@NullMarked
package io.sparkflight.sql.demo;

import org.jspecify.annotations.NullMarked;
