package io.sparkflight.manager.wire;

import org.jspecify.annotations.Nullable;

/** What is wrong with an upload, for the client. */
final class UploadException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  UploadException(String why) {
    this(why, null);
  }

  UploadException(String why, @Nullable Throwable cause) {
    super(why, cause);
  }
}
