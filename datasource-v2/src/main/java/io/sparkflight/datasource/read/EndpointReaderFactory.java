package io.sparkflight.datasource.read;

import io.sparkflight.datasource.client.FlightSqlException;
import io.sparkflight.datasource.client.SourceOptions;
import org.apache.spark.TaskContext;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.connector.read.InputPartition;
import org.apache.spark.sql.connector.read.PartitionReader;
import org.apache.spark.sql.connector.read.PartitionReaderFactory;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.vectorized.ColumnarBatch;

/** Makes the reader of an endpoint in a task. */
final class EndpointReaderFactory implements PartitionReaderFactory {
  private static final long serialVersionUID = 1L;

  private final SourceOptions source;
  private final StructType columns;

  EndpointReaderFactory(SourceOptions source, StructType columns) {
    this.source = source;
    this.columns = columns;
  }

  @Override
  public boolean supportColumnarReads(InputPartition partition) {
    return true;
  }

  @Override
  public PartitionReader<ColumnarBatch> createColumnarReader(InputPartition partition) {
    EndpointPartition endpoint = (EndpointPartition) partition;
    TaskContext task = TaskContext.get();
    if (!endpoint.again() && task != null && task.attemptNumber() > 0) {
      throw FlightSqlException.because(
          "Cannot read endpoint %d of %s again: the server keeps a result for one read, and an earlier attempt of this task has failed. Run the query again, or have the server keep its results (spark.flight.result.retention on a Spark Flight SQL server)."
              .formatted(endpoint.number(), source));
    }
    return new EndpointReader(source, columns, endpoint);
  }

  @Override
  public PartitionReader<InternalRow> createReader(InputPartition partition) {
    throw new UnsupportedOperationException("flight-sql reads columns");
  }
}
