package io.sparkflight.datasource.write;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sparkflight.arrow.BatchFrame;
import io.sparkflight.arrow.FrameVectors;
import io.sparkflight.arrow.Frames;
import io.sparkflight.datasource.client.IngestStream;
import io.sparkflight.datasource.client.ServerConnection;
import io.sparkflight.lifecycle.Closer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementIngest;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * One bulk ingest of frames over a connection, which stays the caller's. Closing it before {@link
 * #finish} has returned breaks it off. Used by one thread; one batch is in memory.
 */
final class RowUpload implements AutoCloseable {
  /** The column that says to which attempt a row belongs. */
  static final String MARK = "spark_attempt";

  private final Closer closer = new Closer();
  private final FrameVectors vectors;
  private final VarCharVector marks;
  private final byte @Nullable [] mark;
  private final VectorSchemaRoot root;
  private final IngestStream stream;
  private byte @Nullable [] next;

  RowUpload(ServerConnection server, CommandStatementIngest command, Schema schema) {
    this(server, command, schema, null);
  }

  /**
   * @param mark stands in each row, in the column {@link #MARK}; null for none
   */
  RowUpload(
      ServerConnection server,
      CommandStatementIngest command,
      Schema schema,
      @Nullable String mark) {
    this.next = Frames.schema(schema);
    this.mark = mark == null ? null : mark.getBytes(UTF_8);
    try {
      this.vectors =
          closer.register(
              "vectors of an upload", new FrameVectors(server.updates().memory(), this::take));
      this.marks =
          closer.register("marks of rows", new VarCharVector(MARK, server.updates().memory()));
      List<FieldVector> columns = new ArrayList<>(vectors.getVectorSchemaRoot().getFieldVectors());
      if (mark != null) {
        columns.add(marks);
      }
      this.root = mark == null ? vectors.getVectorSchemaRoot() : new VectorSchemaRoot(columns);
      this.stream = closer.register("upload", server.updates().ingest(command, root));
    } catch (IOException e) { // there is no device in between
      closer.closeAfter(e);
      throw new UncheckedIOException(e);
    } catch (RuntimeException e) {
      closer.closeAfter(e);
      throw e;
    }
  }

  private byte @Nullable [] take() {
    byte[] taken = next;
    next = null;
    return taken;
  }

  /** Sends a batch, as soon as the server takes more. */
  void send(BatchFrame batch) {
    next = batch.bytes();
    try {
      boolean loaded = vectors.loadNextBatch();
      if (!loaded || vectors.getVectorSchemaRoot().getRowCount() != batch.rows()) {
        throw new IllegalStateException("a batch must be loaded as it was written");
      }
    } catch (IOException e) { // there is no device in between
      throw new UncheckedIOException(e);
    }
    if (mark != null) {
      mark(mark, batch.rows());
    }
    stream.send();
  }

  private void mark(byte[] bytes, int rows) {
    marks.allocateNew((long) rows * bytes.length, rows);
    for (int row = 0; row < rows; row++) {
      marks.set(row, bytes);
    }
    marks.setValueCount(rows);
    root.setRowCount(rows);
  }

  /** Ends it; how many rows the server has counted, or -1. */
  long finish() {
    return stream.finish();
  }

  @Override
  public void close() {
    closer.close();
  }
}
