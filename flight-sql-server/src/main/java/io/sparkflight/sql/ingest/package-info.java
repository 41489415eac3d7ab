/**
 * Bulk ingest: where uploaded rows go, all of them or none, and once for an id.
 *
 * <p>Entry: {@link io.sparkflight.sql.ingest.IngestTargets}, for {@link
 * io.sparkflight.sql.ingest.IngestOptions}. Used by {@code sql.command}; knows no Flight call.
 *
 * <p>Threading: a target belongs to one call.
 *
 * <p>Invariant: what is refused is refused before the first row is written.
 */
@NullMarked
package io.sparkflight.sql.ingest;

import org.jspecify.annotations.NullMarked;
