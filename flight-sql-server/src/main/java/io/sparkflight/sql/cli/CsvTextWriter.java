package io.sparkflight.sql.cli;

import com.univocity.parsers.csv.CsvWriter;
import com.univocity.parsers.csv.CsvWriterSettings;
import java.io.PrintWriter;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Comma-separated values (RFC 4180) with a header; NULL is nothing, an empty text is {@code ""}.
 */
final class CsvTextWriter extends ResultWriter {
  private final PrintWriter out;
  private final CsvWriter csv;

  CsvTextWriter(Schema schema, PrintWriter out) {
    this.out = out;
    CsvWriterSettings settings = new CsvWriterSettings();
    settings.setNullValue("");
    settings.setEmptyValue("\"\"");
    settings.setIgnoreLeadingWhitespaces(false);
    settings.setIgnoreTrailingWhitespaces(false);
    settings.setMaxColumns(Math.max(1, schema.getFields().size()));
    settings.setSkipEmptyLines(false);
    this.csv = new CsvWriter(out, settings);
    csv.writeHeaders(schema.getFields().stream().map(Field::getName).toList());
  }

  @Override
  void append(VectorSchemaRoot batch) {
    @Nullable Object[] cells = new Object[batch.getFieldVectors().size()];
    for (int row = 0; row < batch.getRowCount(); row++) {
      for (int column = 0; column < cells.length; column++) {
        FieldVector vector = batch.getVector(column);
        cells[column] = vector.isNull(row) ? null : Cells.text(vector, row);
      }
      csv.writeRow(cells);
    }
  }

  @Override
  void finish() {
    csv.flush();
    out.flush();
  }
}
