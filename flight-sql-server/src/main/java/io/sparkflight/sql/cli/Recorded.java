package io.sparkflight.sql.cli;

import java.io.BufferedOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/** A stream that remembers why it failed, for writers above it that only know that it did. */
final class Recorded extends FilterOutputStream {
  private @Nullable IOException failure;

  Recorded(OutputStream out) {
    super(new BufferedOutputStream(out, 1 << 16));
  }

  /** The first failure, if any. */
  @Nullable IOException failure() {
    return failure;
  }

  @Override
  public void write(int one) throws IOException {
    record(() -> out.write(one));
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    record(() -> out.write(bytes, offset, length));
  }

  @Override
  public void flush() throws IOException {
    record(out::flush);
  }

  private interface Action {
    void run() throws IOException;
  }

  private void record(Action action) throws IOException {
    try {
      action.run();
    } catch (IOException e) {
      if (failure == null) {
        failure = e;
      }
      throw e;
    }
  }
}
