/**
 * Starting and stopping: what was acquired is released in reverse order, threads have names.
 *
 * <p>Entry: {@link io.sparkflight.lifecycle.Closer}. Used by every module; knows none of them.
 *
 * <p>Threading: a closer may be closed from any thread, once.
 *
 * <p>Invariant: a start that fails half-way leaves nothing behind.
 */
@NullMarked
package io.sparkflight.lifecycle;

import org.jspecify.annotations.NullMarked;
