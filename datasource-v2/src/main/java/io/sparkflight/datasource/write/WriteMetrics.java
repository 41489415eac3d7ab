package io.sparkflight.datasource.write;

import io.sparkflight.arrow.BatchFrame;
import io.sparkflight.datasource.client.SumMetric;
import org.apache.spark.sql.connector.metric.CustomMetric;
import org.apache.spark.sql.connector.metric.CustomTaskMetric;

/** What one task has sent, for Spark's UI. */
final class WriteMetrics {
  private long rows;
  private long bytes;

  /** A batch was sent. */
  void batch(BatchFrame batch) {
    rows += batch.rows();
    bytes += batch.bytes().length;
  }

  /** How many rows were sent. */
  long rows() {
    return rows;
  }

  CustomTaskMetric[] values() {
    return new CustomTaskMetric[] {new Rows().of(rows), new Bytes().of(bytes)};
  }

  /** What Spark's UI shows. */
  static CustomMetric[] all() {
    return new CustomMetric[] {new Rows(), new Bytes()};
  }

  /** Of all attempts that sent any. */
  public static final class Rows extends SumMetric {
    public Rows() {
      super("flightSqlRowsWritten", "rows sent to the server");
    }
  }

  /** Of Arrow. */
  public static final class Bytes extends SumMetric {
    public Bytes() {
      super("flightSqlBytesWritten", "bytes of Arrow sent to the server");
    }
  }
}
