/**
 * The way to a Flight SQL server: what a user has said about it, a signed-in connection, and the
 * error that names it; and the form of the figures in Spark's UI.
 *
 * <p>Used by the other packages of the source, in the driver and in tasks. Knows no plan of
 * Spark's.
 *
 * <p>Threading: options are immutable and travel to tasks; a connection belongs to one thread.
 *
 * <p>Invariant: no secret is in any text that these classes make.
 */
@NullMarked
package io.sparkflight.datasource.client;

import org.jspecify.annotations.NullMarked;
