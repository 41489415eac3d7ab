package io.sparkflight.sql.cli;

import io.sparkflight.sql.demo.Progress;
import java.io.PrintWriter;
import java.util.HashMap;
import java.util.Map;

/** A bar for each table on a terminal; one line for each table elsewhere. Thread-safe. */
final class TerminalProgress implements Progress, AutoCloseable {
  private static final int BAR = 30;

  /** What standard error is. */
  enum Medium {
    TERMINAL,
    LOG
  }

  private final PrintWriter err;
  private final Medium medium;
  private final Map<String, Long> expected = new HashMap<>();
  private final Map<String, Long> written = new HashMap<>();

  TerminalProgress(PrintWriter err, Medium medium) {
    this.err = err;
    this.medium = medium;
  }

  static TerminalProgress on(PrintWriter err) {
    return new TerminalProgress(err, Screen.drawable() ? Medium.TERMINAL : Medium.LOG);
  }

  @Override
  public synchronized void started(String table, long expectedRows) {
    expected.put(table, expectedRows);
    if (medium == Medium.TERMINAL) {
      draw(table, 0);
    }
  }

  @Override
  public synchronized void advanced(String table, long rows) {
    if (medium == Medium.TERMINAL && expected.containsKey(table)) {
      draw(table, written.merge(table, rows, Long::sum));
    }
  }

  @Override
  public synchronized void finished(String table) {
    Long rows = expected.remove(table);
    if (rows == null) {
      return;
    }
    if (medium == Medium.TERMINAL) {
      expected.put(table, rows);
      draw(table, rows);
      expected.remove(table);
      err.println();
    } else {
      err.printf("generated %s, about %,d rows%n", table, rows);
    }
    err.flush();
  }

  /** Ends a line that a failure left open. */
  @Override
  public synchronized void close() {
    if (medium == Medium.TERMINAL && !expected.isEmpty()) {
      err.println();
      err.flush();
    }
  }

  private void draw(String table, long rows) {
    long all = Math.max(1, expected.getOrDefault(table, 1L));
    int full = (int) Math.min(BAR, rows * BAR / all);
    err.printf(
        "\r%-9s [%s%s] %3d %%  about %,d rows",
        table, "#".repeat(full), "-".repeat(BAR - full), Math.min(100, rows * 100 / all), all);
    err.flush();
  }
}
