package io.sparkflight.datasource.write;

import io.sparkflight.arrow.BatchFrame;
import io.sparkflight.arrow.BatchLimits;
import io.sparkflight.arrow.Compression;
import io.sparkflight.arrow.RowBatches;
import io.sparkflight.datasource.client.FlightSqlException;
import io.sparkflight.datasource.client.ServerConnection;
import io.sparkflight.lifecycle.Closer;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeRow;
import org.apache.spark.sql.connector.metric.CustomTaskMetric;
import org.apache.spark.sql.connector.write.DataWriter;
import org.apache.spark.sql.connector.write.WriterCommitMessage;
import org.jspecify.annotations.Nullable;

/**
 * Brings the rows of one attempt of a task to the server, over a connection of its own. An attempt
 * without rows says nothing to it. One batch is in memory.
 */
final class AttemptWriter implements DataWriter<InternalRow> {
  /**
   * When a batch leaves. gRPC of Go and Rust takes messages of 4 MiB unless it is told otherwise;
   * to these bytes comes the last row, and up to 1.5 MiB of names of the attempt.
   */
  private static final BatchLimits LIMITS = new BatchLimits(1L << 20, 1 << 16);

  private final AttemptWriterFactory factory;
  private final String attempt;
  private final RowBatches batches;
  private final WriteMetrics metrics = new WriteMetrics();
  private final Closer closer = new Closer();
  private @Nullable RowUpload upload;
  private final SilenceClock silence = new SilenceClock(System::nanoTime);

  AttemptWriter(AttemptWriterFactory factory, String attempt) {
    this.factory = factory;
    this.attempt = attempt;
    this.batches = new RowBatches(factory.plan().columns(), LIMITS, Compression.NONE);
  }

  @Override
  public void write(InternalRow row) {
    if (row instanceof UnsafeRow large && large.getSizeInBytes() > LIMITS.targetBytes()) {
      send(batches.rest()); // it goes alone: together with others it may be too much
    }
    send(batches.add(row));
    if (silence.isTooLong()) {
      send(batches.rest());
    }
  }

  private void send(@Nullable BatchFrame batch) {
    if (batch != null) {
      upload().send(batch);
      metrics.batch(batch);
      silence.ends();
    }
  }

  private RowUpload upload() {
    RowUpload known = upload;
    if (known == null) {
      ServerConnection server =
          closer.register(
              "flight-sql connection", ServerConnection.openShared(factory.plan().server()));
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
            "Cannot write to %s: it has counted %d rows of an upload of %d. %s"
                .formatted(factory.plan(), counted, metrics.rows(), factory.adviceOnLoss()));
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
