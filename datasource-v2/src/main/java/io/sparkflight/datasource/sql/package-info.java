/**
 * The text of queries in the server's own SQL, as far as the server is sure to understand it as
 * Spark would.
 *
 * <p>Used by the planning of reads and writes in the driver. Single-threaded.
 *
 * <p>Invariant: a value or a name becomes text only here, quoted; what cannot be said for sure is
 * not said.
 */
@NullMarked
package io.sparkflight.datasource.sql;

import org.jspecify.annotations.NullMarked;
