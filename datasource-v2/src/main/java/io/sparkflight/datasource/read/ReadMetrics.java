package io.sparkflight.datasource.read;

import java.util.concurrent.TimeUnit;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.spark.sql.connector.metric.CustomMetric;
import org.apache.spark.sql.connector.metric.CustomSumMetric;
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
      value("flightSqlBatches", batches),
      value("flightSqlBytes", bytes),
      value("flightSqlWait", TimeUnit.NANOSECONDS.toMillis(waitNanos)),
      value("flightSqlEndpoints", 1)
    };
  }

  /** What Spark's UI shows. */
  static CustomMetric[] all() {
    return new CustomMetric[] {new Batches(), new Bytes(), new Wait(), new Endpoints()};
  }

  private static CustomTaskMetric value(String name, long value) {
    return new CustomTaskMetric() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public long value() {
        return value;
      }
    };
  }

  /** Spark makes each of them by its class. */
  public static final class Batches extends CustomSumMetric {
    @Override
    public String name() {
      return "flightSqlBatches";
    }

    @Override
    public String description() {
      return "Arrow batches read";
    }
  }

  /** The bytes of the vectors. */
  public static final class Bytes extends CustomSumMetric {
    @Override
    public String name() {
      return "flightSqlBytes";
    }

    @Override
    public String description() {
      return "bytes of Arrow read";
    }
  }

  /** Over all tasks. */
  public static final class Wait extends CustomSumMetric {
    @Override
    public String name() {
      return "flightSqlWait";
    }

    @Override
    public String description() {
      return "milliseconds waited for batches";
    }
  }

  /** One for each partition. */
  public static final class Endpoints extends CustomSumMetric {
    @Override
    public String name() {
      return "flightSqlEndpoints";
    }

    @Override
    public String description() {
      return "endpoints read";
    }
  }
}
