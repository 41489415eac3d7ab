package io.sparkflight.datasource;

import static io.sparkflight.datasource.testing.Rows.rows;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.sparkflight.datasource.testing.Renewals;
import io.sparkflight.datasource.testing.ScriptedServer;
import io.sparkflight.testing.LocalSpark;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apache.arrow.flight.FlightEndpoint;
import org.apache.arrow.flight.Ticket;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;

/**
 * A server of Arrow's own parts that answers as each test has written, and a Spark that asks it.
 */
abstract class OneScriptedServer {
  static SparkSession spark;

  static ScriptedServer server;

  @BeforeAll
  static void start() throws IOException {
    spark = LocalSpark.on("local[2,3]").get();
    server = ScriptedServer.start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  /** Not before the last test's query was cancelled, if it is. */
  @BeforeEach
  void forget() throws Exception {
    Renewals.awaitEnd(spark);
    server.reset();
  }

  static DataFrameReader reader() {
    return server.reader(spark);
  }

  static List<Long> ids(Dataset<Row> rows) {
    return rows.collectAsList().stream().map(row -> row.getLong(0)).sorted().toList();
  }

  /** An endpoint that the server keeps for this long. */
  static FlightEndpoint kept(String ticket, Duration time) {
    return new FlightEndpoint(
        new Ticket(ticket.getBytes(UTF_8)), Instant.now().plus(time), server.location());
  }
}
