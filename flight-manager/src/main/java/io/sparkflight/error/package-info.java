/**
 * What a client may be told: a kind that fixes the status, and a sentence that says what to do.
 *
 * <p>Entry: {@link io.sparkflight.error.FlightFailure}. Used by every module; knows none of them.
 *
 * <p>Threading: immutable.
 *
 * <p>Invariant: a stack trace never reaches a client.
 */
@NullMarked
package io.sparkflight.error;

import org.jspecify.annotations.NullMarked;
