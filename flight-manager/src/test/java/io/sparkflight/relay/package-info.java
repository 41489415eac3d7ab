/**
 * A hop on the way to a port of this machine that treats what goes through it as badly as a test
 * says: late, slowly, in pieces, not at all, or until a reset.
 *
 * <p>Entry: {@link io.sparkflight.relay.FaultRelay#start}. Used by the tests of every module.
 *
 * <p>Threading: two threads a connection; behaviours may be changed by any other.
 *
 * <p>Invariant: bytes arrive in order, unchanged and once, until the connection ends. What is
 * random comes from the seed that the relay was given.
 */
@NullMarked
package io.sparkflight.relay;

import org.jspecify.annotations.NullMarked;
