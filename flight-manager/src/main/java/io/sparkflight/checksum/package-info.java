/**
 * The checksums by which executors, servers and clients of ours tell that they have the same
 * frames.
 *
 * <p>Entry: {@link io.sparkflight.checksum.FrameChecksums}. Used by {@code arrow}, {@code manager}
 * and the Spark source; knows none of them.
 *
 * <p>Threading: functions.
 *
 * <p>Invariant: the same frames in the same order have the same checksum, whoever computes it.
 */
@NullMarked
package io.sparkflight.checksum;

import org.jspecify.annotations.NullMarked;
