package io.sparkflight.sql.cli;

import java.io.IOException;
import java.util.OptionalInt;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jline.terminal.TerminalBuilder.SystemOutput;

/** What the process writes to: a terminal with so many columns, or something that is none. */
final class Screen {
  /** What a terminal has that does not say otherwise. */
  private static final int USUAL = 80;

  private Screen() {}

  /** The columns of standard output; no limit where that is no terminal, so that nothing is cut. */
  static int columns() {
    String columns = System.getenv("COLUMNS");
    return columns != null && columns.matches("[1-9][0-9]{0,4}")
        ? Integer.parseInt(columns)
        : width(SystemOutput.SysOut).orElse(Integer.MAX_VALUE);
  }

  /** Whether standard error is a terminal, where a bar can be drawn over. */
  static boolean drawable() {
    return width(SystemOutput.SysErr).isPresent();
  }

  private static OptionalInt width(SystemOutput output) {
    try (Terminal terminal =
        TerminalBuilder.builder().system(true).systemOutput(output).dumb(true).build()) {
      if (terminal.getType().startsWith(Terminal.TYPE_DUMB)) {
        return OptionalInt.empty();
      }
      return OptionalInt.of(terminal.getWidth() > 0 ? terminal.getWidth() : USUAL);
    } catch (IOException e) {
      return OptionalInt.empty();
    }
  }
}
