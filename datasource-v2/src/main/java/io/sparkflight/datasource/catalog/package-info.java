/**
 * A server's catalogs, schemas and tables as namespaces and tables of one Spark catalog: what the
 * server lists, and the DDL that it is sent.
 *
 * <p>Entry: {@link io.sparkflight.datasource.catalog.ServerCatalog}. Used by the catalog plug-in of
 * the root package, in the driver alone; knows nothing of reading and writing rows.
 *
 * <p>Threading: any number of threads of the driver may ask at once; each question has a connection
 * to itself for as long as it takes.
 *
 * <p>Invariant: a name is compared here, part by part, with what the server lists. The server's
 * patterns only make the listing shorter.
 */
@NullMarked
package io.sparkflight.datasource.catalog;

import org.jspecify.annotations.NullMarked;
