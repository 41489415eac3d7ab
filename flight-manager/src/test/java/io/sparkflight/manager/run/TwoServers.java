package io.sparkflight.manager.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.sparkflight.lifecycle.Closer;
import io.sparkflight.lifecycle.Threads;
import io.sparkflight.manager.PublishedStatement;
import io.sparkflight.manager.ResultEndpoint;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.Location;
import org.apache.arrow.flight.Ticket;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInfo;

/** Two servers of one cluster in this process, and plain clients of both. */
public abstract class TwoServers {
  /** Batches and memory so small that a statement has many and overflows to disk. */
  public static final Map<String, String> TIGHT =
      Map.of(
          "spark.flight.cluster.secret", "only for these two servers",
          "spark.flight.batch.bytes", "8k",
          "spark.flight.exchange.statement-memory", "1m",
          "spark.flight.exchange.memory", "1m");

  static final Duration TOLD_WITHIN = Duration.ofSeconds(30);

  static SparkSession spark;

  final Closer closer = new Closer();
  ExecutorService readers;
  ManagerFixture a;
  ManagerFixture b;

  /** One more server of the cluster of this test. */
  protected abstract ManagerFixture server(
      SparkSession spark, Map<String, String> settings, TestInfo test);

  /** How the servers of this test are set. */
  Map<String, String> settings() {
    return TIGHT;
  }

  @BeforeAll
  static void startSpark() {
    spark =
        SparkSession.builder().master("local[2,4]").config("spark.ui.enabled", false).getOrCreate();
  }

  @AfterAll
  static void stopSpark() {
    spark.stop();
  }

  @BeforeEach
  void startServers(TestInfo test) {
    readers = Threads.pool("test-readers");
    closer.register("readers", () -> Threads.stop(readers));
    a = closer.register("server a", server(spark, settings(), test));
    b = closer.register("server b", server(spark, settings(), test));
    await("both servers")
        .until(
            () ->
                a.manager().locator().members().size() == 2
                    && b.manager().locator().members().size() == 2);
  }

  @AfterEach
  void stopServers() {
    closer.close();
  }

  /** Waits until neither server has anything of any statement. */
  void awaitNothingLeft() {
    await("nothing left of the statement")
        .atMost(TOLD_WITHIN.multipliedBy(2))
        .until(
            () ->
                a.manager().usage().statements() == 0
                    && b.manager().usage().statements() == 0
                    && a.manager().usage().disk() + b.manager().usage().disk() == 0
                    && a.manager().usage().memory() + b.manager().usage().memory() == 0);
  }

  static void awaitNoJob() {
    await("the job's end")
        .atMost(TOLD_WITHIN)
        .until(() -> spark.sparkContext().statusTracker().getActiveJobIds().length == 0);
  }

  /** The part of a result that a server keeps. */
  static ResultEndpoint of(PublishedStatement statement, ManagerFixture holder) {
    return statement.endpoints().stream()
        .filter(each -> holder.keeps(each.ticket()))
        .findAny()
        .orElseThrow();
  }

  static URI location(ResultEndpoint endpoint) {
    return endpoint.locations().get(0);
  }

  static void assertEndsWith(Future<?> reading, FlightStatusCode code, String words) {
    await("the end of a stream").atMost(TOLD_WITHIN).until(reading::isDone);
    assertThatThrownBy(reading::get)
        .isInstanceOf(ExecutionException.class)
        .cause()
        .isInstanceOfSatisfying(
            FlightRuntimeException.class, e -> assertThat(e.status().code()).isEqualTo(code))
        .hasMessageContaining(words);
  }

  /** Reads one endpoint where it says it is, on a connection of its own, to its end. */
  static void read(ResultEndpoint endpoint, Consumer<VectorSchemaRoot> batch) throws Exception {
    try (RootAllocator allocator = new RootAllocator();
        FlightClient client =
            FlightClient.builder(allocator, new Location(location(endpoint))).build();
        FlightStream stream = client.getStream(new Ticket(endpoint.ticket()))) {
      while (stream.next()) {
        batch.accept(stream.getRoot());
      }
    }
  }
}
