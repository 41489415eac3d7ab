package io.sparkflight.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.sparkflight.lifecycle.Threads;
import io.sparkflight.testing.DevCluster;
import io.sparkflight.testing.WideTable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.StreamSupport;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightEndpoint;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.sql.FlightSqlClient;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Processes end in the middle of a result. The rows are exact or the reader gets an error, soon;
 * what lives goes on. The tests have an order, because what one of them ends the next one misses.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class KilledProcessIT {
  @RegisterExtension
  static final DevCluster CLUSTER = new DevCluster("killed", "--servers", "3", "--workers", "1");

  private static final Duration SOON = Duration.ofSeconds(30);

  /** Makes rows for minutes, so that a reader cannot have reached the end; soon for each server. */
  private static final String ENDLESS =
      "SELECT id, sha2(string(id), 512) AS filler FROM range(0, 1000000000, 1, 4000)";

  private BufferAllocator memory;
  private ExecutorService readers;

  @BeforeEach
  void open() {
    memory = new RootAllocator();
    readers = Threads.pool("readers");
  }

  @AfterEach
  void close() {
    Threads.stop(readers);
    memory.close();
  }

  @Test
  @Order(1)
  void anExecutorEndsAndTheRowsAreExact() throws Exception {
    DevCluster.Server server = CLUSTER.servers().get(0);
    WideTable table = new WideTable();
    try (FlightSqlClient client = new FlightSqlClient(server.client(memory))) {
      List<FlightEndpoint> endpoints = client.execute("SELECT * FROM wide").getEndpoints();
      boolean killed = false;
      for (FlightEndpoint endpoint : endpoints) {
        try (FlightClient reader =
                FlightClient.builder(memory, endpoint.getLocations().get(0)).build();
            FlightStream stream = reader.getStream(endpoint.getTicket())) {
          while (stream.next()) {
            table.check(stream.getRoot());
            if (!killed) {
              executors().forEach(DevCluster::kill);
              killed = true;
            }
          }
        }
      }
    }
    assertThat(table.rows()).isEqualTo(WideTable.ROWS);
  }

  @Test
  @Order(2)
  void aServerThatTakesPartEnds() throws Exception {
    everyReaderFailsSoon(CLUSTER.servers().get(0), CLUSTER.servers().get(2));
  }

  @Test
  @Order(3)
  void theServerThatRunsTheStatementEnds() throws Exception {
    DevCluster.Server server = CLUSTER.servers().get(1);
    everyReaderFailsSoon(server, server);
  }

  @Test
  @Order(4)
  void theLastServerServesAlone() throws Exception {
    assertThat(CLUSTER.servers()).hasSize(1);
    try (FlightSqlClient client = new FlightSqlClient(CLUSTER.servers().get(0).client(memory))) {
      FlightEndpoint only = client.execute("SELECT count(*) FROM wide").getEndpoints().get(0);
      try (FlightStream stream = client.getStream(only.getTicket())) {
        assertThat(stream.next()).isTrue();
        assertThat(stream.getRoot().getVector(0).getObject(0)).isEqualTo((long) WideTable.ROWS);
      }
    }
  }

  private void everyReaderFailsSoon(DevCluster.Server initiator, DevCluster.Server victim)
      throws Exception {
    try (FlightSqlClient client = new FlightSqlClient(initiator.client(memory))) {
      List<FlightEndpoint> endpoints = client.execute(ENDLESS).getEndpoints();
      assertThat(endpoints).hasSizeGreaterThan(1);
      CountDownLatch begun = new CountDownLatch(endpoints.size());
      List<Future<Long>> reads = new ArrayList<>();
      for (FlightEndpoint endpoint : endpoints) {
        reads.add(readers.submit(() -> read(endpoint, begun)));
      }
      assertThat(begun.await(60, TimeUnit.SECONDS)).as("every reader has a batch").isTrue();
      DevCluster.kill(victim.pid());
      long end = System.nanoTime() + SOON.toNanos();
      for (Future<Long> read : reads) {
        assertThatThrownBy(() -> read.get(end - System.nanoTime(), TimeUnit.NANOSECONDS))
            .isInstanceOf(ExecutionException.class)
            .hasCauseInstanceOf(FlightRuntimeException.class);
      }
    }
  }

  private long read(FlightEndpoint endpoint, CountDownLatch begun) throws Exception {
    long rows = 0;
    try (FlightClient client =
            FlightClient.builder(memory, endpoint.getLocations().get(0)).build();
        FlightStream stream = client.getStream(endpoint.getTicket())) {
      boolean first = true;
      while (stream.next()) {
        if (first) {
          begun.countDown();
          first = false;
        }
        rows += stream.getRoot().getRowCount();
      }
    }
    return rows;
  }

  private static List<Long> executors() throws Exception {
    return StreamSupport.stream(CLUSTER.status().get("executors").spliterator(), false)
        .map((JsonNode executor) -> executor.get("pid").asLong())
        .toList();
  }
}
