/**
 * The query of a scan in the server's own SQL, as far as the server is sure to mean by it what
 * Spark does.
 *
 * <p>Entry: {@link io.sparkflight.datasource.sql.ServerQuery}, for a {@link
 * io.sparkflight.datasource.sql.Dialect} that the server has told. {@code Spark…} classes are for
 * servers that speak as Spark does, {@code Common…} ones for all others.
 *
 * <p>Used by the planning of reads and writes in the driver. Single-threaded.
 *
 * <p>Invariant: a value or a name becomes text only here, quoted; what cannot be said for sure is
 * not said; what is said does not depend on the settings of the server's session.
 */
@NullMarked
package io.sparkflight.datasource.sql;

import org.jspecify.annotations.NullMarked;
