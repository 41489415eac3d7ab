/**
 * A Flight server on the manager alone, to copy from.
 *
 * <p>Entry: {@link io.sparkflight.manager.example.SparkParquetFlightProducer}. Used by nobody else;
 * knows only the manager's interface.
 *
 * <p>Threading: Flight calls the producer from many threads.
 *
 * <p>Invariant: it needs nothing that a user of the published artifact has not.
 */
@NullMarked
package io.sparkflight.manager.example;

import org.jspecify.annotations.NullMarked;
