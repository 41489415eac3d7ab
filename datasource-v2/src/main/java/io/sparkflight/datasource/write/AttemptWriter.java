package io.sparkflight.datasource.write;

import io.sparkflight.arrow.BatchFrame;
import io.sparkflight.arrow.BatchLimits;
import io.sparkflight.arrow.Compression;
import io.sparkflight.arrow.RowBatches;
import io.sparkflight.datasource.client.FlightSqlException;
import io.sparkflight.datasource.client.ServerConnection;
import io.sparkflight.lifecycle.Closer;
import java.util.concurrent.TimeUnit;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.connector.metric.CustomTaskMetric;
import org.apache.spark.sql.connector.write.DataWriter;
import org.apache.spark.sql.connector.write.WriterCommitMessage;
import org.jspecify.annotations.Nullable;

/**
 * Brings the rows of one attempt of a task to the server, over a connection of its own. An attempt
 * without rows says nothing to it. One batch is in memory.
 */
final class AttemptWriter implements DataWriter<InternalRow> {
  /** The size at which a batch leaves; far below what any server takes. */
  private static final BatchLimits LIMITS = new BatchLimits(4L << 20, 1 << 17);

  /** Servers end an upload that is silent for minutes: a slow task sends what it has. */
  private static final long SILENCE_NANOS = TimeUnit.SECONDS.toNanos(30);

  /** So many rows come between two looks at the clock, less one; a power of two. */
  private static final int ROWS_A_LOOK = 15;

  private final AttemptWriterFactory factory;
  private final String attempt;
  private final RowBatches batches;
  private final WriteMetrics metrics = new WriteMetrics();
  private final Closer closer = new Closer();
  private @Nullable RowUpload upload;
  private long lastSent = System.nanoTime();
  private int written;

  AttemptWriter(AttemptWriterFactory factory, String attempt) {
    this.factory = factory;
    this.attempt = attempt;
    this.batches = new RowBatches(factory.plan().columns(), LIMITS, Compression.NONE);
  }

  @Override
  public void write(InternalRow row) {
    send(batches.add(row));
    if ((++written & ROWS_A_LOOK) == 0 && System.nanoTime() - lastSent > SILENCE_NANOS) {
      send(batches.rest());
    }
  }

  private void send(@Nullable BatchFrame batch) {
    if (batch != null) {
      upload().send(batch);
      metrics.batch(batch);
      lastSent = System.nanoTime();
    }
  }

  private RowUpload upload() {
    RowUpload known = upload;
    if (known == null) {
      ServerConnection server =
          closer.register(
              "flight-sql connection", ServerConnection.openForOne(factory.plan().server()));
      known = closer.register("upload", factory.upload(server, attempt));
      upload = known;
    }
    return known;
  }

  @Override
  public WriterCommitMessage commit() {
    send(batches.rest());
    RowUpload all = upload;
    if (all != null) {
      long counted = all.finish();
      boolean unknown = counted < 0 && factory.delivery() != AttemptWriterFactory.Delivery.PART;
      if (counted != metrics.rows() && !unknown) {
        throw FlightSqlException.because(
            "Cannot write to %s: it has counted %d rows of an upload of %d. Run the job again; nothing of it is written."
                .formatted(factory.plan(), counted, metrics.rows()));
      }
    }
    return new AttemptMessage(attempt, metrics.rows());
  }

  @Override
  public CustomTaskMetric[] currentMetricsValues() {
    return metrics.values();
  }

  @Override
  public void abort() {
    closer.close();
  }

  @Override
  public void close() {
    closer.close();
  }
}
