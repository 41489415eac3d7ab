package io.sparkflight.datasource.read;

import io.sparkflight.datasource.client.ServerConnection;
import io.sparkflight.datasource.client.SourceOptions;
import io.sparkflight.datasource.sql.ServerSql;
import java.util.List;
import org.apache.spark.sql.connector.expressions.filter.Predicate;
import org.apache.spark.sql.connector.metric.CustomMetric;
import org.apache.spark.sql.connector.read.Batch;
import org.apache.spark.sql.connector.read.InputPartition;
import org.apache.spark.sql.connector.read.PartitionReaderFactory;
import org.apache.spark.sql.connector.read.Scan;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * One query of the server, which is executed when Spark asks for its partitions, once. Each
 * endpoint of the answer is a partition.
 */
final class FlightSqlScan implements Scan, Batch {
  private final SourceOptions source;
  private final StructType columns;
  private final List<Predicate> predicates;
  private final int limit;
  private @Nullable ExecutedQuery executed;

  FlightSqlScan(SourceOptions source, StructType columns, List<Predicate> predicates, int limit) {
    this.source = source;
    this.columns = columns;
    this.predicates = predicates;
    this.limit = limit;
  }

  @Override
  public StructType readSchema() {
    return columns;
  }

  @Override
  public String description() {
    return "flight-sql %s, PushedFilters: %s, PushedLimit: %s"
        .formatted(source, predicates, limit < 0 ? "none" : String.valueOf(limit));
  }

  @Override
  public Batch toBatch() {
    return this;
  }

  @Override
  public CustomMetric[] supportedCustomMetrics() {
    return ReadMetrics.all();
  }

  /** Without it Spark would ask for the partitions, which executes the query, to explain it. */
  @Override
  public ColumnarSupportMode columnarSupportMode() {
    return ColumnarSupportMode.SUPPORTED;
  }

  @Override
  public InputPartition[] planInputPartitions() {
    return executed().inputPartitions();
  }

  @Override
  public PartitionReaderFactory createReaderFactory() {
    return executed().readers(columns);
  }

  private synchronized ExecutedQuery executed() {
    ExecutedQuery known = executed;
    if (known == null) {
      known = ExecutedQuery.of(source, this::sql);
      executed = known;
    }
    return known;
  }

  private String sql(ServerConnection server) {
    String quote = server.quote();
    return new ServerSql(quote).select(source.relation(quote), columns, predicates, limit);
  }
}
