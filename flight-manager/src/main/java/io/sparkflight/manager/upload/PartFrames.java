package io.sparkflight.manager.upload;

import io.sparkflight.error.ErrorKind;
import io.sparkflight.error.FlightFailure;
import io.sparkflight.manager.ResultStream;
import io.sparkflight.manager.push.PushChannels;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The frames of one part, for a task that waits for each. A server that sends nothing for {@link
 * #STALL_SECONDS} counts as lost, so that a task never waits for ever.
 */
final class PartFrames implements AutoCloseable {
  private static final long STALL_SECONDS = 60;

  private final UploadPart part;
  private final ResultStream stream;
  private final Semaphore news = new Semaphore(0);

  PartFrames(UploadPart part) {
    this.part = part;
    this.stream = part.right().open(part.server().toString(), () -> PushChannels.to(part.server()));
    stream.onAvailable(news::release);
  }

  /** The next frame; null if that was all, and the server's digest matched. */
  byte @Nullable [] next() {
    byte[] frame = stream.poll();
    while (frame == null && !stream.finished()) {
      await();
      frame = stream.poll();
    }
    return frame;
  }

  private void await() {
    try {
      if (!news.tryAcquire(STALL_SECONDS, TimeUnit.SECONDS)) {
        throw new FlightFailure(
            ErrorKind.UNAVAILABLE,
            "Cannot read part %d of the upload: server %s sent nothing for %d s. Send the rows again."
                .formatted(part.index(), part.server(), STALL_SECONDS));
      }
      news.drainPermits();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new FlightFailure(ErrorKind.CANCELLED, "The reading of an upload was interrupted.", e);
    }
  }

  @Override
  public void close() {
    stream.close();
  }
}
