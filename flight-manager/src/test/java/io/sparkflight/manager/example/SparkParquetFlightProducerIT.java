package io.sparkflight.manager.example;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkflight.config.ConfigSource;
import io.sparkflight.manager.SparkFlightManager;
import io.sparkflight.manager.SparkFlightManagers;
import io.sparkflight.manager.exchange.PublicFlightServer;
import java.nio.file.Path;
import java.util.Map;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightDescriptor;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.Location;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SparkParquetFlightProducerIT {
  private static final long ROWS = 300_000;

  @TempDir private static Path folder;

  private static SparkSession spark;
  private static SparkFlightManager manager;
  private static BufferAllocator allocator;
  private static PublicFlightServer server;
  private static FlightClient client;

  @BeforeAll
  static void start() throws Exception {
    spark =
        SparkSession.builder().master("local[2]").config("spark.ui.enabled", false).getOrCreate();
    spark.range(ROWS).repartition(5).write().parquet(folder.resolve("numbers").toString());
    manager = SparkFlightManagers.start(spark, ConfigSource.of(Map.of()));
    allocator = new RootAllocator();
    server = SparkParquetFlightProducer.serve(spark, manager, allocator, "127.0.0.1");
    client =
        FlightClient.builder(allocator, Location.forGrpcInsecure("127.0.0.1", server.port()))
            .build();
  }

  @AfterAll
  static void stop() throws Exception {
    client.close();
    server.close();
    manager.close();
    allocator.close();
    spark.stop();
  }

  @Test
  void aClientReadsEveryRowOfAParquetFolderOnce() throws Exception {
    FlightInfo info = client.getInfo(FlightDescriptor.path(folder.resolve("numbers").toString()));
    long rows = 0;
    long sum = 0;
    try (FlightStream stream = client.getStream(info.getEndpoints().get(0).getTicket())) {
      assertThat(stream.getSchema()).isEqualTo(info.getSchemaOptional().orElseThrow());
      while (stream.next()) {
        BigIntVector ids = (BigIntVector) stream.getRoot().getVector(0);
        for (int i = 0; i < stream.getRoot().getRowCount(); i++) {
          sum += ids.get(i);
        }
        rows += stream.getRoot().getRowCount();
      }
    }
    assertThat(rows).isEqualTo(ROWS);
    assertThat(sum).isEqualTo(ROWS * (ROWS - 1) / 2);
  }

  @Test
  void aMissingPathIsAnErrorThatNamesIt() {
    assertThatThrownBy(() -> client.getInfo(FlightDescriptor.path("/no/such/folder")))
        .isInstanceOf(FlightRuntimeException.class)
        .hasMessageContaining("/no/such/folder");
  }
}
