package io.sparkflight.datasource.read;

import io.sparkflight.datasource.client.FlightSqlException;
import io.sparkflight.datasource.client.ServerOptions;
import io.sparkflight.datasource.client.SourceOptions;
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
  private final ServerOptions server;
  private final StructType columns;
  private final boolean counted;

  /**
   * @param server with the sign-in of the driver
   * @param counted whether the server ends each stream with how much it was
   */
  EndpointReaderFactory(
      SourceOptions source, ServerOptions server, StructType columns, boolean counted) {
    this.source = source;
    this.server = server;
    this.columns = columns;
    this.counted = counted;
  }

  @Override
  public boolean supportColumnarReads(InputPartition partition) {
    return true;
  }

  @Override
  public PartitionReader<ColumnarBatch> createColumnarReader(InputPartition partition) {
    EndpointPartition endpoint = (EndpointPartition) partition;
    if (!endpoint.again() && endpoint.launches() > 1) {
      throw FlightSqlException.because(
          "Cannot read endpoint %d of %s again: the server keeps a result for one read, and this Dataset was read before, or an earlier attempt of this task has failed, or its output was lost; see that one for the cause. Load it anew, or cache it, and run the query again; to survive this, have a Spark Flight SQL server keep its results (option retain), or set reread if the server gives the same rows for a ticket again."
              .formatted(endpoint.number(), source));
    }
    return new EndpointReader(
        new EndpointStream(source, server, endpoint), columns, new StreamTrailer(counted));
  }

  @Override
  public PartitionReader<InternalRow> createReader(InputPartition partition) {
    throw new UnsupportedOperationException("flight-sql reads columns");
  }
}
