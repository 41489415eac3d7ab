package io.sparkflight.datasource.read;

import io.sparkflight.datasource.client.ServerConnection;
import io.sparkflight.datasource.client.SourceOptions;
import io.sparkflight.datasource.sql.ServerSql;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.flight.FlightEndpoint;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.Location;
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
  private InputPartition @Nullable [] partitions;

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
      String quote = server.quote();
      String sql = new ServerSql(quote).select(source.relation(quote), columns, predicates, limit);
      FlightInfo info = server.execute(sql);
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
    return new EndpointReaderFactory(source, columns);
  }
}
