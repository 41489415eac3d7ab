package io.sparkflight.datasource.write;

import io.sparkflight.arrow.BatchFrame;
import org.apache.spark.sql.connector.metric.CustomMetric;
import org.apache.spark.sql.connector.metric.CustomSumMetric;
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
    return new CustomTaskMetric[] {
      value("flightSqlRowsWritten", rows), value("flightSqlBytesWritten", bytes)
    };
  }

  /** What Spark's UI shows. */
  static CustomMetric[] all() {
    return new CustomMetric[] {new Rows(), new Bytes()};
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
  public static final class Rows extends CustomSumMetric {
    @Override
    public String name() {
      return "flightSqlRowsWritten";
    }

    @Override
    public String description() {
      return "rows sent to the server";
    }
  }

  /** Of Arrow. */
  public static final class Bytes extends CustomSumMetric {
    @Override
    public String name() {
      return "flightSqlBytesWritten";
    }

    @Override
    public String description() {
      return "bytes of Arrow sent to the server";
    }
  }
}
