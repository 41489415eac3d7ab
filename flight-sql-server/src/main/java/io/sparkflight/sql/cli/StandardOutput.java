package io.sparkflight.sql.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Standard output as text: the same bytes in every locale, so that programs can read them. Knows
 * why it failed, which a {@link PrintWriter} does not tell.
 */
final class StandardOutput extends PrintWriter {
  private final Recorded bytes;

  StandardOutput(OutputStream out) {
    this(new Recorded(out));
  }

  private StandardOutput(Recorded bytes) {
    super(new OutputStreamWriter(bytes, UTF_8), false);
    this.bytes = bytes;
  }

  /** That of this process. */
  static StandardOutput ofProcess() {
    return new StandardOutput(new FileOutputStream(FileDescriptor.out));
  }

  /** The first failure, if any. */
  @Nullable IOException failure() {
    return bytes.failure();
  }

  /** Java has only the words of the operating system, "Broken pipe". */
  boolean readerIsGone() {
    IOException failure = failure();
    return failure != null
        && String.valueOf(failure.getMessage()).toLowerCase(Locale.ROOT).contains("pipe");
  }
}
