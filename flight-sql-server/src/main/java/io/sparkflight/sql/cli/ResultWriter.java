package io.sparkflight.sql.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.arrow.vector.VectorSchemaRoot;

/** Writes the batches of one result in some form. Counts the rows. Not thread-safe. */
abstract class ResultWriter implements AutoCloseable {
  private long rows;

  /** Writes the rows of a batch. */
  final void write(VectorSchemaRoot batch) {
    rows += batch.getRowCount();
    try {
      append(batch);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot write the rows: %s.".formatted(e.getMessage()), e);
    }
  }

  /** How many rows were written. */
  final long rows() {
    return rows;
  }

  abstract void append(VectorSchemaRoot batch) throws IOException;

  /** Writes what is still held back; the result is complete. */
  abstract void finish() throws IOException;

  @Override
  public void close() throws IOException {}
}
