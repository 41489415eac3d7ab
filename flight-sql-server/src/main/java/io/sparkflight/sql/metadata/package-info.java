/**
 * What clients ask about the server and its tables: catalogs, schemas, tables, types, abilities.
 *
 * <p>Entry: {@link io.sparkflight.sql.metadata.MetadataCommands}. Used by {@code sql}; knows
 * neither statements nor the manager.
 *
 * <p>Threading: thread-safe, stateless; Spark's session answers.
 *
 * <p>Invariant: without column schemas, listing tables costs no call per table.
 */
@NullMarked
package io.sparkflight.sql.metadata;

import org.jspecify.annotations.NullMarked;
