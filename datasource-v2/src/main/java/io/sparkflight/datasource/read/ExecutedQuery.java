package io.sparkflight.datasource.read;

import io.sparkflight.datasource.client.FlightSqlException;
import io.sparkflight.datasource.client.ServerConnection;
import io.sparkflight.datasource.client.ServerOptions;
import io.sparkflight.datasource.client.SourceOptions;
import io.sparkflight.datasource.sql.ServerQuery;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.flight.FlightEndpoint;
import org.apache.arrow.flight.FlightInfo;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.connector.read.InputPartition;
import org.apache.spark.sql.connector.read.PartitionReaderFactory;
import org.apache.spark.sql.types.StructField;
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

  private ExecutedQuery(SourceOptions source, ServerConnection connection, FlightInfo info) {
    this.source = source;
    this.info = info;
    this.counted = connection.countsStreams();
    for (FlightEndpoint endpoint : info.getEndpoints()) {
      partitions.add(
          new EndpointPartition(partitions.size(), endpoint, source.server().reread(), this));
    }
    Speculation.refuse(source, partitions, spark().getConf());
    this.server = connection.keepSession(); // at last: what is refused before leaves no session
  }

  /** Executes a query. */
  static ExecutedQuery of(SourceOptions source, ServerQuery asked) {
    try (ServerConnection connection = ServerConnection.open(source.server())) {
      FlightInfo info = execute(source, asked, connection);
      try {
        requireColumns(source, asked.decisive(), connection);
        ExecutedQuery query = new ExecutedQuery(source, connection, info);
        QueryLifetime.begin(query, spark());
        return query;
      } catch (RuntimeException e) {
        cancel(connection, info, e);
        throw e;
      }
    }
  }

  private static FlightInfo execute(
      SourceOptions source, ServerQuery asked, ServerConnection connection) {
    try {
      return connection.execute(asked.of(source.relation()));
    } catch (FlightSqlException e) {
      if (e.getCause() instanceof ArithmeticException) { // FlightEndpoint, of Arrow up to 18.3
        throw FlightSqlException.because(
            "Cannot read %s: the server keeps its result until after the year 2262, a time that Arrow for Java cannot read. Have the server name a time before."
                .formatted(source),
            e);
      }
      throw e;
    }
  }

  /**
   * The application. Not by the session of this thread, which may be one of a pool, and have
   * inherited that of an application that has ended.
   */
  private static SparkContext spark() {
    return SparkContext.getOrCreate();
  }

  /**
   * What a condition or an aggregate means, and of what type its answer is, need not show that a
   * column has another type by now. Asked after the query was executed: a table that is made anew
   * in between is refused then, and never read by a plan for the old one.
   */
  private static void requireColumns(
      SourceOptions source, StructType planned, ServerConnection connection) {
    if (planned.isEmpty()) {
      return;
    }
    StructType now = connection.schema(source.relation());
    for (StructField column : planned.fields()) {
      boolean same =
          Arrays.stream(now.fields())
              .filter(each -> each.name().equalsIgnoreCase(column.name()))
              .map(each -> each.dataType().catalogString())
              .anyMatch(column.dataType().catalogString()::equals);
      if (!same) {
        throw FlightSqlException.because(
            "Cannot read %s: it has %s, and column %s was planned as %s. If the table has changed, load it anew; if the schema was given, correct it."
                .formatted(
                    source, now.catalogString(), column.name(), column.dataType().catalogString()));
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
