package io.sparkflight.sql.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.MinimalPrettyPrinter;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;

/** One JSON object a line. */
final class JsonLinesWriter extends ResultWriter {
  private final PrintWriter out;
  private final JsonGenerator json;

  JsonLinesWriter(PrintWriter out) {
    this.out = out;
    try {
      this.json = new ObjectMapper().createGenerator(out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    json.setPrettyPrinter(new MinimalPrettyPrinter("\n"));
    json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
    json.enable(JsonGenerator.Feature.WRITE_BIGDECIMAL_AS_PLAIN);
  }

  @Override
  void append(VectorSchemaRoot batch) throws IOException {
    for (int row = 0; row < batch.getRowCount(); row++) {
      json.writeStartObject();
      for (FieldVector vector : batch.getFieldVectors()) {
        json.writeFieldName(vector.getName());
        json.writePOJO(Cells.value(vector, row));
      }
      json.writeEndObject();
    }
  }

  @Override
  void finish() throws IOException {
    json.flush();
    if (rows() > 0) {
      out.println();
    }
    out.flush();
  }
}
