package io.sparkflight.datasource.read;

import io.sparkflight.arrow.column.ArrowColumns;
import io.sparkflight.datasource.client.FlightSqlException;
import io.sparkflight.datasource.client.ServerConnection;
import io.sparkflight.datasource.client.SourceOptions;
import java.net.URI;
import java.util.Arrays;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.spark.sql.connector.metric.CustomTaskMetric;
import org.apache.spark.sql.connector.read.PartitionReader;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.vectorized.ColumnVector;
import org.apache.spark.sql.vectorized.ColumnarBatch;
import org.jspecify.annotations.Nullable;

/**
 * Reads one endpoint, from the first of its locations that answers. Once a row has come, there is
 * no other location: it would give the same rows again.
 */
final class EndpointReader implements PartitionReader<ColumnarBatch> {
  private final SourceOptions source;
  private final StructType columns;
  private final EndpointPartition endpoint;
  private final ReadMetrics metrics = new ReadMetrics();
  private @Nullable ServerConnection server;
  private @Nullable FlightStream stream;
  private URI location;

  EndpointReader(SourceOptions source, StructType columns, EndpointPartition endpoint) {
    this.source = source;
    this.columns = columns;
    this.endpoint = endpoint;
    this.location = endpoint.locations().get(0);
  }

  @Override
  public boolean next() {
    long start = System.nanoTime();
    try {
      FlightStream reading = stream;
      boolean more;
      if (reading == null) {
        more = first();
      } else {
        more = reading.next();
      }
      if (more) {
        metrics.batch(current().getRoot(), System.nanoTime() - start);
      } else {
        StreamTrailer.check(current(), metrics, this::where);
      }
      return more;
    } catch (FlightRuntimeException e) {
      throw FlightSqlException.of(
          "read endpoint %d from".formatted(endpoint.number()), location, e);
    }
  }

  /** Opens the endpoint, one location after the other, and reads until the first batch. */
  private boolean first() {
    FlightRuntimeException unreachable = null;
    for (URI each : endpoint.locations()) {
      location = each;
      try {
        ServerConnection opened = ServerConnection.open(source.server(), each);
        server = opened;
        FlightStream reading = opened.read(endpoint.ticket());
        stream = reading;
        requireColumns(reading.getRoot());
        return reading.next();
      } catch (FlightSqlException | FlightRuntimeException e) {
        FlightRuntimeException failure = cause(e);
        if (failure == null || failure.status().code() != FlightStatusCode.UNAVAILABLE) {
          throw e;
        }
        unreachable = failure;
        closeServer();
      }
    }
    throw java.util.Objects.requireNonNull(unreachable, "an endpoint without a location");
  }

  private static @Nullable FlightRuntimeException cause(RuntimeException failure) {
    if (failure instanceof FlightRuntimeException flight) {
      return flight;
    }
    return failure.getCause() instanceof FlightRuntimeException flight ? flight : null;
  }

  private void requireColumns(VectorSchemaRoot root) {
    if (columns.isEmpty()) {
      return;
    }
    StructType sent = ArrowColumns.schema(root, current().getDictionaryProvider());
    boolean same = sent.length() == columns.length() && Arrays.equals(types(sent), types(columns));
    if (!same) {
      throw FlightSqlException.because(
          "Cannot read endpoint %d of %s from %s: it sends %s, and %s was planned. Run the query again; if the table has changed, load it anew."
              .formatted(
                  endpoint.number(),
                  source,
                  location,
                  sent.catalogString(),
                  columns.catalogString()));
    }
  }

  private static Object[] types(StructType schema) {
    return Arrays.stream(schema.fields()).map(StructField::dataType).toArray();
  }

  @Override
  public ColumnarBatch get() {
    VectorSchemaRoot root = current().getRoot();
    return columns.isEmpty()
        ? new ColumnarBatch(new ColumnVector[0], root.getRowCount())
        : ArrowColumns.batch(root, current().getDictionaryProvider());
  }

  @Override
  public CustomTaskMetric[] currentMetricsValues() {
    return metrics.values();
  }

  private FlightStream current() {
    return java.util.Objects.requireNonNull(stream, "nothing is being read");
  }

  private String where() {
    return "endpoint %d of %s from %s".formatted(endpoint.number(), source, location);
  }

  @Override
  public void close() {
    closeServer();
  }

  private void closeServer() {
    FlightStream reading = stream;
    stream = null;
    if (reading != null) {
      try {
        reading.close();
      } catch (Exception e) {
        throw FlightSqlException.of("close the stream of", location, e);
      } finally {
        closeConnection();
      }
    } else {
      closeConnection();
    }
  }

  private void closeConnection() {
    ServerConnection opened = server;
    server = null;
    if (opened != null) {
      opened.close();
    }
  }
}
