/**
 * Proofs that the bundle jar works beside the libraries of a stock Spark, whose versions differ,
 * and that what starts it (scripts, containers) fits together.
 *
 * <p>Entry: {@link io.sparkflight.bundle.BundleInboundIT} and {@link
 * io.sparkflight.bundle.BundleContentIT}. Knows the jar and Flight, nothing of the server in it.
 *
 * <p>Threading: each test owns the processes it starts and ends them.
 *
 * <p>Invariant: the programs started here use the libraries by the names they have in the bundle.
 */
@NullMarked
package io.sparkflight.bundle;

import org.jspecify.annotations.NullMarked;
