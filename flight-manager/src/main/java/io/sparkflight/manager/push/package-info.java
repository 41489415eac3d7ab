/**
 * The executor's side of a result: encodes a partition and pushes it to the closest server.
 *
 * <p>Entry: {@link io.sparkflight.manager.push.PushTask}. Used by {@code manager.exchange}'s
 * callers to run inside Spark tasks; it is the only code of this project that does, and opens no
 * port.
 *
 * <p>Threading: one task thread per attempt; connections are shared by the tasks of an executor.
 *
 * <p>Invariant: a task returns a record only for rows that a server has confirmed by its own count.
 */
@NullMarked
package io.sparkflight.manager.push;

import org.jspecify.annotations.NullMarked;
