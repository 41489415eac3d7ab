package io.sparkflight.datasource.read;

import io.sparkflight.datasource.client.SumMetric;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.spark.sql.connector.metric.CustomMetric;
import org.apache.spark.sql.connector.metric.CustomTaskMetric;

/** What one task has read, for Spark's UI. */
final class ReadMetrics {
  private long rows;
  private long batches;
  private long bytes;
  private long waitNanos;

  /** A batch has come. */
  void batch(VectorSchemaRoot root, long nanos) {
    rows += root.getRowCount();
    batches++;
    waitNanos += nanos;
    for (FieldVector vector : root.getFieldVectors()) {
      bytes += vector.getBufferSize();
    }
  }

  long rows() {
    return rows;
  }

  long batches() {
    return batches;
  }

  CustomTaskMetric[] values() {
    return new CustomTaskMetric[] {
      new Batches().of(batches),
      new Bytes().of(bytes),
      new Wait().of(TimeUnit.NANOSECONDS.toMillis(waitNanos)),
      new Endpoints().of(1)
    };
  }

  /** What Spark's UI shows. */
  static CustomMetric[] all() {
    return new CustomMetric[] {new Batches(), new Bytes(), new Wait(), new Endpoints()};
  }

  /** How many batches came. */
  public static final class Batches extends SumMetric {
    public Batches() {
      super("flightSqlBatches", "Arrow batches read");
    }
  }

  /** The bytes of the vectors. */
  public static final class Bytes extends SumMetric {
    public Bytes() {
      super("flightSqlBytes", "bytes of Arrow read");
    }
  }

  /** Over all tasks. */
  public static final class Wait extends SumMetric {
    public Wait() {
      super("flightSqlWait", "milliseconds waited for batches");
    }
  }

  /** One for each partition. */
  public static final class Endpoints extends SumMetric {
    public Endpoints() {
      super("flightSqlEndpoints", "endpoints read");
    }
  }
}
