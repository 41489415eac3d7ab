package io.sparkflight.manager.upload;

import io.sparkflight.arrow.FrameVectors;
import io.sparkflight.arrow.column.ArrowColumns;
import io.sparkflight.error.ErrorKind;
import io.sparkflight.error.FlightFailure;
import io.sparkflight.lifecycle.Closer;
import java.io.IOException;
import java.util.Collections;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.util.TaskCompletionListener;

/**
 * The rows of one part in a task. A row is good until the next one is asked for. Ends with its
 * task.
 */
final class PartRows implements Iterator<InternalRow>, TaskCompletionListener {
  private final UploadPart part;
  private final TaskContext task;
  private final Closer closer = new Closer();
  private final FrameVectors vectors;
  private Iterator<InternalRow> batch = Collections.emptyIterator();
  private long rows;
  private boolean ended;

  PartRows(UploadPart part, TaskContext task) {
    this.part = part;
    this.task = task;
    task.addTaskCompletionListener(this);
    BufferAllocator memory = closer.register("memory of an upload's part", new RootAllocator());
    PartFrames frames = closer.register("part of an upload", new PartFrames(part));
    this.vectors = closer.register("vectors of an upload", new FrameVectors(memory, frames::next));
  }

  @Override
  public boolean hasNext() {
    try {
      while (!batch.hasNext() && !ended) {
        load();
      }
      return batch.hasNext();
    } catch (IOException e) {
      throw new FlightFailure(
          ErrorKind.INTERNAL,
          "Cannot read part %d of the upload: %s. Send the rows again."
              .formatted(part.index(), e.getMessage()),
          e);
    }
  }

  private void load() throws IOException {
    task.killTaskIfInterrupted();
    ended = !vectors.loadNextBatch();
    if (ended) {
      checkCount();
      return;
    }
    rows += vectors.getVectorSchemaRoot().getRowCount();
    batch = ArrowColumns.batch(vectors.getVectorSchemaRoot(), vectors).rowIterator();
  }

  /** The digest has matched by now; this is the other end of it. */
  private void checkCount() {
    if (rows != part.rows()) {
      throw new FlightFailure(
          ErrorKind.DATA_LOSS,
          "Cannot read part %d of the upload: %d rows of %d arrived. Send the rows again."
              .formatted(part.index(), rows, part.rows()));
    }
  }

  @Override
  public InternalRow next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    return batch.next();
  }

  @Override
  public void onTaskCompletion(TaskContext context) {
    closer.close();
  }
}
