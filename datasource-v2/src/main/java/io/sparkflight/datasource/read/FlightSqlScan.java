package io.sparkflight.datasource.read;

import io.sparkflight.datasource.client.ServerConnection;
import io.sparkflight.datasource.client.SourceOptions;
import io.sparkflight.datasource.sql.ServerQuery;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.apache.arrow.flight.FlightEndpoint;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.Location;
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
  private InputPartition @Nullable [] partitions;
  private OptionalLong rows;
  private OptionalLong bytes = OptionalLong.empty();

  FlightSqlScan(SourceOptions source, ServerQuery query) {
    this.source = source;
    this.query = query;
    this.rows = known(query.most());
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
    long width = Math.max(1, query.columns().defaultSize());
    OptionalLong size = bytes.isPresent() ? bytes : known(rows.orElse(-1), width);
    return new Known(rows, size);
  }

  private record Known(OptionalLong numRows, OptionalLong sizeInBytes) implements Statistics {}

  private static OptionalLong known(long count) {
    return count < 0 ? OptionalLong.empty() : OptionalLong.of(count);
  }

  private static OptionalLong known(long count, long width) {
    return count < 0 ? OptionalLong.empty() : OptionalLong.of(Math.max(1, count * width));
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
  public synchronized InputPartition[] planInputPartitions() {
    InputPartition[] known = partitions;
    if (known == null) {
      known = execute();
      partitions = known;
    }
    return known.clone();
  }

  private InputPartition[] execute() {
    try (ServerConnection server = ServerConnection.open(source.server())) {
      FlightInfo info = server.execute(query.of(source.relation(query.quote())));
      rows = info.getRecords() < 0 ? rows : OptionalLong.of(info.getRecords());
      bytes = known(info.getBytes());
      List<InputPartition> endpoints = new ArrayList<>();
      for (FlightEndpoint endpoint : info.getEndpoints()) {
        endpoints.add(
            new EndpointPartition(
                endpoints.size(),
                endpoint.getTicket().getBytes(),
                locations(endpoint),
                endpoint.getExpirationTime().isPresent()));
      }
      return endpoints.toArray(InputPartition[]::new);
    }
  }

  /** None, and the URI that says so, mean the server that was asked. */
  private List<URI> locations(FlightEndpoint endpoint) {
    List<URI> locations = new ArrayList<>();
    for (Location location : endpoint.getLocations()) {
      boolean same = location.getUri().getScheme().equals("arrow-flight-reuse-connection");
      locations.add(same ? source.server().uri() : location.getUri());
    }
    return locations.isEmpty() ? List.of(source.server().uri()) : List.copyOf(locations);
  }

  @Override
  public PartitionReaderFactory createReaderFactory() {
    return new EndpointReaderFactory(source, query.columns());
  }
}
