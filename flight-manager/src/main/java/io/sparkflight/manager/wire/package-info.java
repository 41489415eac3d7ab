/**
 * Flight's DoGet and DoPut with their messages as plain bytes, beside the stock service.
 *
 * <p>Entry: {@link io.sparkflight.manager.wire.RawFlight}. Used by {@code manager.exchange}, {@code
 * manager.push} and raw clients; knows neither statements nor Spark.
 *
 * <p>Threading: gRPC calls a handler's methods one at a time; frames are immutable.
 *
 * <p>Invariant: the bytes of a frame are copied once into, and once out of, gRPC's buffers.
 */
@NullMarked
package io.sparkflight.manager.wire;

import org.jspecify.annotations.NullMarked;
