package io.sparkflight.sql.cli;

import java.util.List;
import java.util.stream.IntStream;
import org.jline.utils.AttributedString;

/** How wide the columns of a table are, and how many of them fit. */
record ColumnWidths(List<Integer> widths) {
  /** Before anything is known. */
  static final ColumnWidths NONE = new ColumnWidths(List.of());

  /** No column is cut below this; a narrower terminal shows fewer columns. */
  private static final int LEAST = 8;

  /** How wide columns are at most where not all of them can be shown anyway. */
  private static final int READABLE = 24;

  /** A space on each side and a line between. */
  private static final int FRAME = 3;

  /** Takes from the widest columns until the table fits, then leaves out the last columns. */
  static ColumnWidths fit(List<String> names, List<List<String>> rows, int width) {
    int[] widths =
        IntStream.range(0, names.size()).map(column -> natural(names, rows, column)).toArray();
    if (total(capped(widths, LEAST)) > width) {
      int[] readable = capped(widths, READABLE);
      return new ColumnWidths(
          IntStream.of(readable).limit(fitting(readable, width)).boxed().toList());
    }
    while (total(widths) > width) {
      int widest = widest(widths);
      int over = (int) Math.min(Integer.MAX_VALUE, total(widths) - width);
      widths[widest] = Math.max(Math.max(LEAST, second(widths, widest)), widths[widest] - over);
    }
    return new ColumnWidths(IntStream.of(widths).boxed().toList());
  }

  /** How many columns fit. */
  int shown() {
    return widths.size();
  }

  /** The characters of a column. */
  int of(int column) {
    return widths.get(column);
  }

  private static int[] capped(int[] widths, int most) {
    return IntStream.of(widths).map(columns -> Math.min(columns, most)).toArray();
  }

  private static int natural(List<String> names, List<List<String>> rows, int column) {
    int widest = columns(names.get(column));
    for (List<String> row : rows) {
      widest = Math.max(widest, columns(row.get(column)));
    }
    return Math.max(1, widest);
  }

  private static int columns(String text) {
    return new AttributedString(text).columnLength();
  }

  private static long total(int[] widths) {
    return IntStream.of(widths).asLongStream().sum() + (long) FRAME * widths.length - 1;
  }

  private static int widest(int[] widths) {
    return IntStream.range(0, widths.length)
        .reduce((left, right) -> widths[right] > widths[left] ? right : left)
        .orElse(0);
  }

  /** The next widest, or one less if there are several of the widest. */
  private static int second(int[] widths, int widest) {
    int next =
        IntStream.range(0, widths.length)
            .filter(column -> column != widest)
            .map(column -> widths[column])
            .max()
            .orElse(0);
    return Math.min(next, widths[widest] - 1);
  }

  private static int fitting(int[] widths, int width) {
    int shown = widths.length;
    while (shown > 1 && total(java.util.Arrays.copyOf(widths, shown)) > width) {
      shown--;
    }
    return shown;
  }
}
