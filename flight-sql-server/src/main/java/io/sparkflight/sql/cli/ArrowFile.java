package io.sparkflight.sql.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorLoader;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.VectorUnloader;
import org.apache.arrow.vector.ipc.ArrowFileWriter;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.types.pojo.Schema;

/** An Arrow IPC file, batch by batch as they came. */
final class ArrowFile extends ResultWriter {
  private final VectorSchemaRoot root;
  private final ArrowFileWriter file;

  /** In the memory of the batches, which are moved, not copied. */
  ArrowFile(Schema schema, OutputStream bytes, BufferAllocator memory) {
    root = VectorSchemaRoot.create(schema, memory);
    file = new ArrowFileWriter(root, null, Channels.newChannel(bytes));
  }

  @Override
  void append(VectorSchemaRoot batch) throws IOException {
    try (ArrowRecordBatch moved = new VectorUnloader(batch).getRecordBatch()) {
      new VectorLoader(root).load(moved);
      file.writeBatch();
    } finally {
      root.clear();
    }
  }

  @Override
  void finish() throws IOException {
    if (rows() == 0) {
      file.start();
    }
    file.end();
  }

  @Override
  public void close() {
    file.close();
    root.close();
  }
}
