package io.sparkflight.manager.example;

import io.sparkflight.error.ErrorKind;
import io.sparkflight.error.FlightErrors;
import io.sparkflight.error.FlightFailure;
import io.sparkflight.manager.Placement;
import io.sparkflight.manager.PublishedStatement;
import io.sparkflight.manager.ResultEndpoint;
import io.sparkflight.manager.ResultOptions;
import io.sparkflight.manager.SparkFlightManager;
import io.sparkflight.manager.StatementRequest;
import io.sparkflight.manager.exchange.PublicFlightServer;
import java.net.URI;
import java.util.List;
import org.apache.arrow.flight.FlightDescriptor;
import org.apache.arrow.flight.FlightEndpoint;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.Location;
import org.apache.arrow.flight.NoOpFlightProducer;
import org.apache.arrow.flight.Ticket;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.sparkflight.SparkBridge;

/**
 * Serves Parquet files by their path: a client asks for the path and reads the rows from every
 * server of the cluster at once. The whole of what a Flight server needs to share out a DataFrame.
 */
public final class SparkParquetFlightProducer extends NoOpFlightProducer {
  private static final String USER = "anonymous";

  private final SparkSession spark;
  private final SparkFlightManager manager;

  public SparkParquetFlightProducer(SparkSession spark, SparkFlightManager manager) {
    this.spark = spark;
    this.manager = manager;
  }

  /** Starts a server for it on any free port of a host, and joins the cluster. */
  public static PublicFlightServer serve(
      SparkSession spark, SparkFlightManager manager, BufferAllocator allocator, String host) {
    PublicFlightServer server =
        PublicFlightServer.start(
            new PublicFlightServer.Options(
                allocator,
                host,
                0,
                manager,
                new SparkParquetFlightProducer(spark, manager),
                List.of(),
                PublicFlightServer.USUAL_MESSAGE_BYTES,
                java.time.Duration.ofMinutes(5),
                () -> USER));
    manager.join(URI.create("grpc://" + host + ":" + server.port()));
    return server;
  }

  @Override
  public FlightInfo getFlightInfo(CallContext context, FlightDescriptor descriptor) {
    try {
      Dataset<Row> rows = spark.read().parquet(path(descriptor));
      PublishedStatement statement =
          manager.publish(
              new StatementRequest(
                  USER,
                  "Parquet " + path(descriptor),
                  SparkBridge.execution(rows),
                  Placement.DISTRIBUTED,
                  ResultOptions.PLAIN));
      return new FlightInfo(
          statement.schema(),
          descriptor,
          statement.endpoints().stream().map(SparkParquetFlightProducer::endpoint).toList(),
          -1,
          -1);
    } catch (Exception e) { // Scala code throws checked exceptions without declaring them
      throw FlightErrors.toFlight(e);
    }
  }

  private static String path(FlightDescriptor descriptor) {
    if (descriptor.isCommand() || descriptor.getPath().isEmpty()) {
      throw new FlightFailure(
          ErrorKind.INVALID,
          "Cannot read this descriptor: it has no path. Ask for the path of a Parquet file or folder.");
    }
    return String.join("/", descriptor.getPath());
  }

  private static FlightEndpoint endpoint(ResultEndpoint endpoint) {
    return new FlightEndpoint(
        new Ticket(endpoint.ticket()),
        endpoint.locations().stream().map(Location::new).toArray(Location[]::new));
  }
}
