/**
 * The command line: a server on this machine, the same with tables to try, and a client.
 *
 * <p>Entry: {@link io.sparkflight.sql.cli.SparkFlight}. Used by people and by the scripts in {@code
 * dev}; nothing else in this project knows of it.
 *
 * <p>Threading: one thread; a shutdown hook ends a server.
 *
 * <p>Invariant: results go to standard output, everything else to standard error, and no stack
 * trace to either.
 */
@NullMarked
package io.sparkflight.sql.cli;

import org.jspecify.annotations.NullMarked;
