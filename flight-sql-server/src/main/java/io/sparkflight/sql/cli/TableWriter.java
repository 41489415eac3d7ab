package io.sparkflight.sql.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jline.utils.AttributedString;

/**
 * A table for people. The first rows decide how wide the columns are; after them, rows are printed
 * as they come, so that a result of any size needs little memory. A single text of several lines,
 * such as a plan, is printed as it is.
 */
final class TableWriter extends ResultWriter {
  private static final int SAMPLE = 1000;

  private final PrintWriter out;
  private final int width;
  private final List<String> names;
  private final List<Boolean> numeric;
  private final boolean oneText;
  private final List<List<String>> held = new ArrayList<>();
  private ColumnWidths widths = ColumnWidths.NONE;
  private boolean measured;
  private String first = "";

  TableWriter(Schema schema, PrintWriter out, int width) {
    this.out = out;
    this.width = width;
    this.names = schema.getFields().stream().map(field -> printable(field.getName())).toList();
    this.numeric = schema.getFields().stream().map(TableWriter::numeric).toList();
    this.oneText =
        names.size() == 1 && schema.getFields().get(0).getType() instanceof ArrowType.Utf8;
  }

  @Override
  void append(VectorSchemaRoot batch) {
    if (oneText && held.isEmpty() && !measured && batch.getRowCount() > 0) {
      first = Cells.text(batch.getVector(0), 0);
    }
    for (int row = 0; row < batch.getRowCount(); row++) {
      List<String> cells = new ArrayList<>();
      for (FieldVector vector : batch.getFieldVectors()) {
        cells.add(printable(Cells.text(vector, row)));
      }
      add(cells);
    }
  }

  private void add(List<String> cells) {
    if (measured) {
      print(cells);
      return;
    }
    held.add(cells);
    if (held.size() == SAMPLE) {
      printHeld();
    }
  }

  @Override
  void finish() {
    if (held.size() == 1 && oneText && first.contains("\n")) {
      first.lines().map(TableWriter::printable).forEach(out::println);
    } else if (!measured && !names.isEmpty()) {
      printHeld();
    }
    if (measured && widths.shown() < names.size()) {
      out.printf(
          "(%d of %d columns; a wider terminal or --format csv shows all)%n",
          widths.shown(), names.size());
    }
    out.flush();
  }

  private void printHeld() {
    measured = true;
    widths = ColumnWidths.fit(names, held, width);
    print(names);
    List<String> rules = new ArrayList<>();
    for (int column = 0; column < widths.shown(); column++) {
      rules.add("-".repeat(widths.of(column) + 2));
    }
    out.println(String.join("+", rules));
    held.forEach(this::print);
    held.clear();
  }

  private void print(List<String> cells) {
    StringBuilder line = new StringBuilder();
    for (int column = 0; column < widths.shown(); column++) {
      line.append(column == 0 ? " " : " | ");
      line.append(padded(cells.get(column), column));
    }
    out.println(line.toString().stripTrailing());
  }

  /** Right-aligned, if it is a number; what is too long ends with an ellipsis. */
  private String padded(String cell, int column) {
    int width = widths.of(column);
    AttributedString text = new AttributedString(cell);
    int columns = text.columnLength();
    if (columns > width) {
      String cut = text.columnSubSequence(0, width - 1).toString() + "…";
      return cut + " ".repeat(Math.max(0, width - new AttributedString(cut).columnLength()));
    }
    String space = " ".repeat(width - columns);
    return numeric.get(column) ? space + cell : cell + space;
  }

  /** Line ends and other control characters would break the table, or the terminal. */
  private static String printable(String text) {
    return text.replace("\n", "\\n")
        .replace("\r", "\\r")
        .replace("\t", "\\t")
        .replaceAll("\\p{Cntrl}", "\uFFFD");
  }

  private static boolean numeric(Field field) {
    return field.getType() instanceof ArrowType.Int
        || field.getType() instanceof ArrowType.FloatingPoint
        || field.getType() instanceof ArrowType.Decimal;
  }
}
