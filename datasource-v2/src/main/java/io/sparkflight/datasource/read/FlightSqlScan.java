package io.sparkflight.datasource.read;

import io.sparkflight.datasource.client.SourceOptions;
import io.sparkflight.datasource.sql.ServerQuery;
import java.util.OptionalLong;
import org.apache.arrow.flight.FlightInfo;
import org.apache.spark.sql.connector.metric.CustomMetric;
import org.apache.spark.sql.connector.read.Batch;
import org.apache.spark.sql.connector.read.InputPartition;
import org.apache.spark.sql.connector.read.PartitionReaderFactory;
import org.apache.spark.sql.connector.read.Statistics;
import org.apache.spark.sql.connector.read.SupportsReportStatistics;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * One query of the server, which is executed when Spark asks for its partitions, once. Each
 * endpoint of the answer is a partition.
 */
final class FlightSqlScan implements SupportsReportStatistics, Batch {
  private final SourceOptions source;
  private final ServerQuery query;
  private @Nullable ExecutedQuery executed;

  FlightSqlScan(SourceOptions source, ServerQuery query) {
    this.source = source;
    this.query = query;
  }

  @Override
  public StructType readSchema() {
    return query.columns();
  }

  @Override
  public String description() {
    return "flight-sql %s, %s".formatted(source, query);
  }

  /** Known before the query is executed: else EXPLAIN would execute it. */
  @Override
  public ColumnarSupportMode columnarSupportMode() {
    return ColumnarSupportMode.SUPPORTED;
  }

  /**
   * What is known without executing: Spark asks before it knows whether it will execute. Later also
   * what the server has said of its answer.
   */
  @Override
  public synchronized Statistics estimateStatistics() {
    ExecutedQuery known = executed;
    FlightInfo info = known == null ? null : known.info();
    long rows = info == null || info.getRecords() < 0 ? query.most() : info.getRecords();
    long width = Math.max(1, query.columns().defaultSize());
    long bytes = info == null || info.getBytes() < 0 ? rows * width : info.getBytes();
    return new Known(
        known(rows), rows < 0 && bytes < 0 ? OptionalLong.empty() : known(Math.max(1, bytes)));
  }

  private record Known(OptionalLong numRows, OptionalLong sizeInBytes) implements Statistics {}

  private static OptionalLong known(long count) {
    return count < 0 ? OptionalLong.empty() : OptionalLong.of(count);
  }

  @Override
  public Batch toBatch() {
    return this;
  }

  @Override
  public CustomMetric[] supportedCustomMetrics() {
    return ReadMetrics.all();
  }

  @Override
  public InputPartition[] planInputPartitions() {
    return executed().inputPartitions();
  }

  @Override
  public PartitionReaderFactory createReaderFactory() {
    return executed().readers(query.columns());
  }

  private synchronized ExecutedQuery executed() {
    ExecutedQuery known = executed;
    if (known == null) {
      known = ExecutedQuery.of(source, query);
      executed = known;
    }
    return known;
  }
}
