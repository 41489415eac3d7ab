package io.sparkflight.manager.wire;

import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;

/**
 * What an upload may take of a server.
 *
 * @param largest the most bytes of one message
 * @param silence after so long without a message that the server waits for, the upload ends
 * @param timer looks whether one is silent; stays the caller's; null for uploads that may be silent
 */
public record UploadLimits(
    int largest, Duration silence, @Nullable ScheduledExecutorService timer) {
  static final UploadLimits NONE = new UploadLimits(Integer.MAX_VALUE, Duration.ZERO, null);
}
