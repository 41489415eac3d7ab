/**
 * The bench for faults of processes and of the network: what breaks things, and the account of what
 * readers then got.
 *
 * <p>Entry: the test classes. Used by the build alone; {@code -Pfaults} repeats each fault more
 * often.
 *
 * <p>Threading: a reader a thread, because endpoints are read at once.
 *
 * <p>Invariant: whatever breaks, a reader gets exact rows or an error, in bounded time, and nothing
 * stays behind. What is random comes from a seed that is printed.
 */
@NullMarked
package io.sparkflight.faults;

import org.jspecify.annotations.NullMarked;
