package io.sparkflight.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.sparkflight.lifecycle.Closer;
import io.sparkflight.testing.LocalSpark;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightEndpoint;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.Location;
import org.apache.arrow.flight.sql.FlightSqlClient;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.curator.test.TestingServer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A query that fails while two servers already stream its rows: an error on both. */
class FailingQueryIT {
  private static final Closer CLOSER = new Closer();
  private static BufferAllocator memory;
  private static SparkFlightSqlServer server;

  @BeforeAll
  static void startTwoServers() throws Exception {
    TestingServer zooKeeper = new TestingServer(true);
    CLOSER.register("ZooKeeper", zooKeeper);
    memory = CLOSER.register("memory", new RootAllocator());
    Map<String, String> conf =
        Map.of(
            "spark.flight.port", "0",
            "spark.flight.manager", "zookeeper",
            "spark.flight.distribute", "always",
            "spark.flight.cluster.secret", "sixteen characters",
            "spark.flight.manager.zookeeper.url", zooKeeper.getConnectString());
    server = CLOSER.register("first", SparkFlightSqlServer.start(LocalSpark.session(), conf));
    CLOSER.register("second", SparkFlightSqlServer.start(LocalSpark.session(), conf));
    Awaitility.await("both servers know each other")
        .atMost(Duration.ofSeconds(10))
        .until(() -> execute("SELECT id FROM range(100)").getEndpoints().size() == 2);
  }

  @AfterAll
  static void close() {
    CLOSER.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "SELECT raise_error(concat('stop at ', id)) FROM range(100000) WHERE id = 70001 | stop at 70001",
        "SELECT 1 div (id - 70001) FROM range(100000) | [DIVIDE_BY_ZERO]",
        "SELECT cast(concat('x', id) AS int) FROM range(100000) | [CAST_INVALID_INPUT]"
      })
  void everyEndpointTellsTheFailure(String sql, String words) throws Exception {
    FlightInfo info = execute(sql);
    assertThat(info.getEndpoints()).hasSize(2);
    Set<String> told = new HashSet<>();
    for (FlightEndpoint endpoint : info.getEndpoints()) {
      FlightRuntimeException failure =
          catchThrowableOfType(FlightRuntimeException.class, () -> read(endpoint));
      assertThat(failure).as("the failure of %s", endpoint.getLocations()).isNotNull();
      assertThat(failure.status().code()).isEqualTo(FlightStatusCode.INTERNAL);
      assertThat(failure.getMessage())
          .startsWith("Cannot run the statement: ")
          .contains(words)
          .doesNotContain("\tat ", "Driver stacktrace", "Exception:");
      told.add(failure.getMessage());
    }
    assertThat(told).as("the same words everywhere").hasSize(1);
  }

  @Test
  void theDriverPassesTheWordsOn() {
    assertThatThrownBy(() -> readByJdbc("SELECT 1 div (id - 70001) FROM range(100000)"))
        .isInstanceOf(SQLException.class)
        .hasStackTraceContaining("[DIVIDE_BY_ZERO]");
  }

  private static void readByJdbc(String sql) throws SQLException {
    String url = "jdbc:arrow-flight-sql://127.0.0.1:%d/?useEncryption=false";
    try (Connection connection = DriverManager.getConnection(url.formatted(server.port()));
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        assertThat(rows.getLong(1)).isZero();
      }
    }
  }

  private static FlightInfo execute(String sql) throws Exception {
    try (FlightSqlClient client = new FlightSqlClient(client(new Location(server.uri())))) {
      client.execute("SET spark.sql.ansi.enabled = true");
      return client.execute(sql);
    }
  }

  private static void read(FlightEndpoint endpoint) throws Exception {
    try (FlightClient client = client(endpoint.getLocations().get(0));
        FlightStream stream = client.getStream(endpoint.getTicket())) {
      while (stream.next()) {
        assertThat(stream.getRoot().getRowCount()).isNotNegative();
      }
    }
  }

  private static FlightClient client(Location location) {
    return FlightClient.builder(memory, location).build();
  }
}
