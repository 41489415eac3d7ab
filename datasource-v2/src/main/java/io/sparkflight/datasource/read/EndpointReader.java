package io.sparkflight.datasource.read;

import io.sparkflight.arrow.column.ArrowColumns;
import io.sparkflight.datasource.client.FlightSqlException;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.spark.sql.connector.metric.CustomTaskMetric;
import org.apache.spark.sql.connector.read.PartitionReader;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.vectorized.ColumnVector;
import org.apache.spark.sql.vectorized.ColumnarBatch;

/** Reads one endpoint by column, and compares what came with what was planned and announced. */
final class EndpointReader implements PartitionReader<ColumnarBatch> {
  private final EndpointStream stream;
  private final StructType columns;
  private final StreamTrailer trailer;
  private final ReadMetrics metrics = new ReadMetrics();

  EndpointReader(EndpointStream stream, StructType columns, StreamTrailer trailer) {
    this.stream = stream;
    this.columns = columns;
    this.trailer = trailer;
  }

  @Override
  public boolean next() {
    long start = System.nanoTime();
    boolean more = stream.next(this::requireColumns);
    if (more) {
      metrics.batch(root(), System.nanoTime() - start);
    } else {
      trailer.check(stream.current(), metrics, stream.checksum(), stream::toString);
    }
    return more;
  }

  /** A column of another name is another column, though its type be the same. */
  private void requireColumns(FlightStream begun) {
    if (columns.isEmpty()) {
      return;
    }
    StructType sent = ArrowColumns.schema(begun.getRoot(), begun.getDictionaryProvider());
    boolean same = sent.length() == columns.length();
    for (int i = 0; same && i < sent.length(); i++) {
      StructField one = sent.fields()[i];
      StructField other = columns.fields()[i];
      same = one.name().equalsIgnoreCase(other.name()) && one.dataType().equals(other.dataType());
    }
    if (!same) {
      throw FlightSqlException.because(
          "Cannot read %s: it sends %s, and %s was planned. Run the query again; if the table has changed, load it anew."
              .formatted(stream, sent.catalogString(), columns.catalogString()));
    }
  }

  @Override
  public ColumnarBatch get() {
    return columns.isEmpty()
        ? new ColumnarBatch(new ColumnVector[0], root().getRowCount())
        : ArrowColumns.batch(root(), stream.current().getDictionaryProvider());
  }

  private VectorSchemaRoot root() {
    return stream.current().getRoot();
  }

  @Override
  public CustomTaskMetric[] currentMetricsValues() {
    return metrics.values();
  }

  @Override
  public void close() {
    stream.close();
  }
}
