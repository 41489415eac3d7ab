/**
 * Real parts for tests: a Spark session, a server on a free port, the drivers' connections.
 *
 * <p>Entry: {@link io.sparkflight.testing.FlightSqlServerExtension}. Used by tests of every module;
 * knows no test.
 *
 * <p>Threading: one test class at a time.
 *
 * <p>Invariant: a test that leaks a byte of the server or of its client fails.
 */
@NullMarked
package io.sparkflight.testing;

import org.jspecify.annotations.NullMarked;
