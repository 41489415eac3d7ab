package io.sparkflight.bench;

import io.sparkflight.sql.SparkFlightSqlServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.Location;
import org.apache.arrow.flight.sql.FlightSqlClient;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.spark.sql.SparkSession;

/** GetTables on a schema of a thousand tables, beside what Spark's own SHOW needs for them. */
final class Metadata implements Bench.Benchmark {
  private static final int TABLES = 1_000;
  private static final int WARM_UP = 10;
  private static final int MEASURED = 30;

  @Override
  public List<Bench.Figure> run(Path cache) throws Exception {
    Path warehouse = Files.createTempDirectory("bench-metadata");
    try (SparkSession spark =
            SparkSession.builder()
                .master("local[2]")
                .config("spark.ui.enabled", false)
                .config("spark.sql.warehouse.dir", warehouse.toUri().toString())
                .getOrCreate();
        SparkFlightSqlServer server =
            SparkFlightSqlServer.start(spark, Map.of("spark.flight.port", "0"));
        BufferAllocator memory = new RootAllocator();
        FlightSqlClient client =
            new FlightSqlClient(
                FlightClient.builder(memory, Location.forGrpcInsecure("127.0.0.1", server.port()))
                    .build())) {
      createTables(spark);
      double shown = millis(() -> spark.sql("SHOW TABLES IN many").collectAsList().size());
      double names = millis(() -> rows(client, client.getTables(null, "many", null, null, false)));
      double extended =
          millis(() -> spark.sql("SHOW TABLE EXTENDED IN many LIKE '*'").collectAsList().size());
      double columns = millis(() -> rows(client, client.getTables(null, "many", null, null, true)));
      return List.of(
          figure("names of 1,000 tables", names, "SHOW TABLES", shown, "≤ 1,000 ms"),
          figure("columns of 1,000 tables", columns, "SHOW TABLE EXTENDED", extended, ""));
    } finally {
      try (var files = Files.walk(warehouse)) {
        files.sorted(java.util.Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
      }
    }
  }

  private static Bench.Figure figure(
      String name, double value, String against, double floor, String target) {
    return new Bench.Figure(
        name, value, "ms", value / floor, "%s: %.1f ms".formatted(against, floor), target);
  }

  private static void createTables(SparkSession spark) {
    spark.sql("CREATE DATABASE many");
    for (int i = 0; i < TABLES; i++) {
      spark.sql(
          "CREATE TABLE many.t%04d (a BIGINT, b DECIMAL(15, 2), c STRING, d DATE, e TIMESTAMP, f INT, g DOUBLE, h BOOLEAN) USING parquet"
              .formatted(i));
    }
  }

  /** One question; the number of its rows. */
  private interface Question {
    int ask() throws Exception;
  }

  private static double millis(Question question) throws Exception {
    List<Double> millis = new ArrayList<>();
    for (int i = 0; i < WARM_UP + MEASURED; i++) {
      long start = System.nanoTime();
      if (question.ask() != TABLES) {
        throw new IllegalStateException("not the tables that were made");
      }
      if (i >= WARM_UP) {
        millis.add((System.nanoTime() - start) / 1e6);
      }
    }
    return Bench.median(millis);
  }

  private static int rows(FlightSqlClient client, FlightInfo info) throws Exception {
    int rows = 0;
    try (FlightStream stream = client.getStream(info.getEndpoints().get(0).getTicket())) {
      while (stream.next()) {
        rows += stream.getRoot().getRowCount();
      }
    }
    return rows;
  }
}
