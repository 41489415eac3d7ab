package io.sparkflight.lifecycle;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Owns resources and closes them last first. Every resource is closed even when another one fails;
 * failures are logged with the resource's name, because nobody can do more about them.
 */
public final class Closer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Closer.class);

  private final Deque<Named> resources = new ArrayDeque<>();

  private record Named(String name, AutoCloseable resource) {}

  /** Takes ownership of a resource and returns it. */
  @CanIgnoreReturnValue
  public synchronized <T extends AutoCloseable> T register(String name, T resource) {
    resources.push(new Named(name, resource));
    return resource;
  }

  /**
   * Closes everything after a failed start; what fails on the way is suppressed in {@code cause}.
   */
  public void closeAfter(Throwable cause) {
    closeAll(cause);
  }

  @Override
  public void close() {
    closeAll(null);
  }

  private void closeAll(@Nullable Throwable cause) {
    for (Named next = poll(); next != null; next = poll()) {
      try {
        next.resource().close();
      } catch (Exception e) {
        if (e instanceof InterruptedException) {
          Thread.currentThread().interrupt();
        }
        if (cause == null) {
          LOG.warn("Cannot close {} cleanly", next.name(), e);
        } else {
          cause.addSuppressed(e);
        }
      }
    }
  }

  private synchronized @Nullable Named poll() {
    return resources.poll();
  }
}
