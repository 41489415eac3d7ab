package io.sparkflight.sql.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.lang.ProcessBuilder.Redirect;
import java.util.OptionalInt;

/**
 * What the process writes to: a terminal with so many columns, or something that is none.
 *
 * <p>A child that inherits the stream asks the terminal. JLine's terminal is not used for that:
 * closing it closes the stream of this process, and leaving it open changes what Ctrl-C does.
 */
final class Screen {
  /** What a terminal has that does not say otherwise. */
  private static final int USUAL = 80;

  private Screen() {}

  /** The columns of standard output; no limit where that is no terminal, so that nothing is cut. */
  static int columns() {
    String columns = System.getenv("COLUMNS");
    return columns != null && columns.matches("[1-9][0-9]{0,4}")
        ? Integer.parseInt(columns)
        : width("test -t 1 && stty size <&1 >&2", Stream.OUT).orElse(Integer.MAX_VALUE);
  }

  /** Whether standard error is a terminal, where a bar can be drawn over. */
  static boolean drawable() {
    return width("test -t 2 && stty size <&2", Stream.ERR).isPresent();
  }

  private enum Stream {
    OUT,
    ERR
  }

  /** The child answers on the stream that it does not ask about. */
  private static OptionalInt width(String question, Stream asked) {
    ProcessBuilder builder = new ProcessBuilder("sh", "-c", question);
    builder = asked == Stream.OUT ? builder.redirectOutput(Redirect.INHERIT) : builder;
    builder = asked == Stream.ERR ? builder.redirectError(Redirect.INHERIT) : builder;
    try {
      Process child = builder.start();
      try (InputStream answer =
          asked == Stream.OUT ? child.getErrorStream() : child.getInputStream()) {
        return columns(new String(answer.readAllBytes(), UTF_8).strip());
      }
    } catch (IOException e) { // no shell: nobody to ask, so nothing is cut or drawn over
      return OptionalInt.empty();
    }
  }

  /** Reads "rows columns", both zero on a terminal without a window. */
  private static OptionalInt columns(String size) {
    if (!size.matches("[0-9]{1,5} [0-9]{1,5}")) {
      return OptionalInt.empty();
    }
    int columns = Integer.parseInt(size.substring(size.indexOf(' ') + 1));
    return OptionalInt.of(columns > 0 ? columns : USUAL);
  }
}
