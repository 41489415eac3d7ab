/**
 * Benchmarks: what {@code dev/bench} runs. Every figure is a ratio against a peer or a floor of the
 * same run, or says why it stands alone.
 *
 * <p>Entry: {@link io.sparkflight.bench.Bench}. Used by nobody; may use everything.
 *
 * <p>Threading: one benchmark at a time.
 *
 * <p>Invariant: a run that read a wrong number of rows fails instead of reporting a rate.
 */
@NullMarked
package io.sparkflight.bench;

import org.jspecify.annotations.NullMarked;
