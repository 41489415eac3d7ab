package io.sparkflight.datasource.read;

import io.sparkflight.datasource.client.FlightSqlException;
import io.sparkflight.datasource.client.ServerConnection;
import io.sparkflight.datasource.client.ServerOptions;
import io.sparkflight.datasource.client.SourceOptions;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.flight.FlightEndpoint;
import org.apache.arrow.flight.FlightInfo;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.connector.read.InputPartition;
import org.apache.spark.sql.connector.read.PartitionReaderFactory;
import org.apache.spark.sql.types.StructType;

/**
 * A query that the server has executed: its endpoints, each of which is a partition, and the
 * sign-in that its tasks share. Lives in the driver. What it needs while Spark reads it is {@link
 * QueryLifetime}'s.
 */
final class ExecutedQuery {
  private final SourceOptions source;
  private final ServerOptions server;
  private final FlightInfo info;
  private final boolean counted;
  private final List<EndpointPartition> partitions = new ArrayList<>();

  private ExecutedQuery(
      SourceOptions source, ServerOptions server, FlightInfo info, boolean counted) {
    this.source = source;
    this.server = server;
    this.info = info;
    this.counted = counted;
    for (FlightEndpoint endpoint : info.getEndpoints()) {
      partitions.add(new EndpointPartition(partitions.size(), endpoint, server.reread(), this));
    }
  }

  /**
   * Executes a query.
   *
   * @param sql its text
   */
  static ExecutedQuery of(SourceOptions source, String sql) {
    SparkContext spark = SparkSession.active().sparkContext();
    try (ServerConnection connection = ServerConnection.open(source.server())) {
      FlightInfo info = connection.execute(sql);
      try {
        boolean counted = connection.countsStreams();
        ExecutedQuery query = new ExecutedQuery(source, connection.keepSession(), info, counted);
        Speculation.refuse(source, query.partitions, spark.getConf());
        QueryLifetime.begin(query, spark);
        return query;
      } catch (RuntimeException e) {
        cancel(connection, info, e);
        throw e;
      }
    }
  }

  private static void cancel(ServerConnection server, FlightInfo info, RuntimeException why) {
    try {
      server.cancel(info);
    } catch (FlightSqlException e) {
      why.addSuppressed(e);
    }
  }

  /** With the sign-in of the driver. */
  ServerOptions server() {
    return server;
  }

  FlightInfo info() {
    return info;
  }

  List<EndpointPartition> partitions() {
    return partitions;
  }

  InputPartition[] inputPartitions() {
    return partitions.toArray(InputPartition[]::new);
  }

  PartitionReaderFactory readers(StructType columns) {
    return new EndpointReaderFactory(source, server, columns, counted);
  }
}
