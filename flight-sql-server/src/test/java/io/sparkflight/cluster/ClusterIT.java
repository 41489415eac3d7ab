package io.sparkflight.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Any;
import io.sparkflight.testing.Answer;
import io.sparkflight.testing.Answers;
import io.sparkflight.testing.DevCluster;
import io.sparkflight.testing.FlightRows;
import io.sparkflight.testing.LocalSpark;
import io.sparkflight.testing.SubstraitPlanBytes;
import io.sparkflight.testing.Tpch;
import io.sparkflight.testing.WideTable;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.arrow.adbc.core.AdbcConnection;
import org.apache.arrow.adbc.core.AdbcDatabase;
import org.apache.arrow.adbc.core.AdbcDriver;
import org.apache.arrow.adbc.core.AdbcStatement;
import org.apache.arrow.adbc.driver.flightsql.FlightSqlDriver;
import org.apache.arrow.flight.CallOption;
import org.apache.arrow.flight.CancelFlightInfoRequest;
import org.apache.arrow.flight.CancelStatus;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightDescriptor;
import org.apache.arrow.flight.FlightEndpoint;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.Location;
import org.apache.arrow.flight.PollInfo;
import org.apache.arrow.flight.Ticket;
import org.apache.arrow.flight.sql.FlightSqlClient;
import org.apache.arrow.flight.sql.FlightSqlClient.ExecuteIngestOptions;
import org.apache.arrow.flight.sql.FlightSqlClient.SubstraitPlan;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementIngest.TableDefinitionOptions;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementIngest.TableDefinitionOptions.TableExistsOption;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementIngest.TableDefinitionOptions.TableNotExistOption;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementQuery;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What clients get from two servers in processes of their own, on stock Spark. */
class ClusterIT {
  @RegisterExtension static final DevCluster CLUSTER = new DevCluster("answers");

  private static DevCluster.Server first;
  private static DevCluster.Server second;
  private BufferAllocator memory;

  @BeforeAll
  static void find() throws Exception {
    Tpch.createTables(LocalSpark.session());
    first = CLUSTER.servers().get(0);
    second = CLUSTER.servers().get(1);
  }

  @BeforeEach
  void open() {
    memory = new RootAllocator();
  }

  @AfterEach
  void close() {
    memory.close();
  }

  static Stream<String> queries() {
    return Tpch.queries();
  }

  @ParameterizedTest
  @MethodSource("queries")
  void bothDriversReturnWhatSparkAnswers(String query) throws Exception {
    String sql = Tpch.text(query);
    Answer expected = Answers.ofSpark(LocalSpark.session(), sql);
    try (Connection jdbc = DriverManager.getConnection(first.jdbcUrl());
        AdbcDatabase database = adbc(second);
        AdbcConnection adbc = database.connect()) {
      assertThat(Answers.ofJdbc(jdbc, sql)).as("JDBC").isEqualTo(expected);
      assertThat(Answers.ofAdbc(adbc, sql)).as("ADBC").isEqualTo(expected);
    }
  }

  @Test
  void aPlanOfSubstraitReturnsWhatSparkAnswers() throws Exception {
    String sql = Tpch.text("q05");
    SubstraitPlan plan =
        new SubstraitPlan(SubstraitPlanBytes.ofSpark(LocalSpark.session(), sql), "");
    try (FlightSqlClient client = new FlightSqlClient(second.client(memory))) {
      assertThat(Answers.ofFlight(client, client.executeSubstrait(plan)))
          .isEqualTo(Answers.ofSpark(LocalSpark.session(), sql));
    }
  }

  @Test
  void tenMillionRowsComeOnceAndFromBothServers() throws Exception {
    WideTable table = new WideTable();
    Map<String, Long> rows = new HashMap<>();
    try (FlightSqlClient client = new FlightSqlClient(first.client(memory))) {
      for (FlightEndpoint endpoint : client.execute("SELECT * FROM wide").getEndpoints()) {
        Location location = endpoint.getLocations().get(0);
        rows.merge(location.getUri().getAuthority(), read(endpoint, location, table), Long::sum);
      }
    }
    assertThat(table.rows()).isEqualTo(WideTable.ROWS);
    assertThat(rows).containsOnlyKeys(first.uri().getAuthority(), second.uri().getAuthority());
    assertThat(rows.values()).allSatisfy(count -> assertThat(count).isPositive());
  }

  private long read(FlightEndpoint endpoint, Location location, WideTable table) throws Exception {
    long rows = 0;
    try (FlightClient client = FlightClient.builder(memory, location).build();
        FlightStream stream = client.getStream(endpoint.getTicket())) {
      while (stream.next()) {
        table.check(stream.getRoot());
        rows += stream.getRoot().getRowCount();
      }
    }
    return rows;
  }

  @Test
  void tenMillionRowsComeOnceThroughAdbc() throws Exception {
    WideTable table = new WideTable();
    try (AdbcDatabase database = adbc(second);
        AdbcConnection connection = database.connect();
        AdbcStatement statement = connection.createStatement()) {
      statement.setSqlQuery("SELECT * FROM wide");
      try (AdbcStatement.QueryResult result = statement.executeQuery()) {
        ArrowReader reader = result.getReader();
        while (reader.loadNextBatch()) {
          table.check(reader.getVectorSchemaRoot());
        }
      }
    }
    assertThat(table.rows()).isEqualTo(WideTable.ROWS);
  }

  @Test
  void tenMillionRowsComeOnceThroughJdbc() throws Exception {
    long rows = 0;
    long keys = 0;
    long checked = 0;
    try (Connection connection = DriverManager.getConnection(first.jdbcUrl());
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery("SELECT a_key, an_int FROM wide")) {
      while (result.next()) {
        long key = result.getLong(1);
        rows++;
        keys += key;
        checked += result.getInt(2) == key % 100_000 ? 1 : 0;
      }
    }
    assertThat(rows).isEqualTo(WideTable.ROWS);
    assertThat(keys).isEqualTo((long) WideTable.ROWS * (WideTable.ROWS - 1) / 2);
    assertThat(checked).isEqualTo(WideTable.ROWS);
  }

  /** Its executors fetch the rows from the server that took them. */
  @Test
  void aBulkIngestIsWrittenByTheExecutors() throws Exception {
    ExecuteIngestOptions options =
        new ExecuteIngestOptions(
            "cluster_taken",
            TableDefinitionOptions.newBuilder()
                .setIfNotExist(TableNotExistOption.TABLE_NOT_EXIST_OPTION_CREATE)
                .setIfExists(TableExistsOption.TABLE_EXISTS_OPTION_APPEND)
                .build(),
            null,
            null,
            Map.of("ingest.id", "only once"));
    try (FlightClient flight = first.client(memory);
        FlightSqlClient client = new FlightSqlClient(flight);
        FlightStream source =
            client.getStream(
                client
                    .execute("SELECT * FROM lineitem ORDER BY l_orderkey")
                    .getEndpoints()
                    .get(0)
                    .getTicket())) {
      assertThat(source.next()).isTrue();
      long rows = source.getRoot().getRowCount();
      assertThat(client.executeIngest(source.getRoot(), options)).isEqualTo(rows);
      assertThat(client.executeIngest(source.getRoot(), options)).isEqualTo(rows);
      assertThat(FlightRows.of(client, client.execute("SELECT count(*) FROM cluster_taken")))
          .containsExactly(FlightRows.row(rows));
      assertThat(
              FlightRows.of(
                  client,
                  client.execute(
                      "SELECT count(*) FROM (SELECT * FROM cluster_taken EXCEPT SELECT * FROM lineitem)")))
          .containsExactly(FlightRows.row(0L));
      FlightRows.of(client, client.execute("DROP TABLE cluster_taken"));
    }
  }

  @Test
  void anOrderedResultComesInOrder() throws Exception {
    try (Connection connection = DriverManager.getConnection(second.jdbcUrl());
        Statement statement = connection.createStatement();
        ResultSet result =
            statement.executeQuery(
                "SELECT a_key FROM wide WHERE a_key % 5 = 0 ORDER BY a_key DESC")) {
      for (long expected = WideTable.ROWS - 5; expected >= 0; expected -= 5) {
        assertThat(result.next()).isTrue();
        assertThat(result.getLong(1)).isEqualTo(expected);
      }
      assertThat(result.next()).isFalse();
    }
  }

  @Test
  void oneServerForwardsWhatTheOtherKeeps() throws Exception {
    WideTable table = new WideTable();
    try (FlightClient flight = first.client(memory);
        FlightSqlClient client = new FlightSqlClient(flight)) {
      CallOption session = session(flight, client, "far", "spark.flight.result.locations=proxied");
      List<FlightEndpoint> endpoints = client.execute("SELECT * FROM wide", session).getEndpoints();
      assertThat(endpoints).hasSize(2);
      for (FlightEndpoint endpoint : endpoints) {
        assertThat(endpoint.getLocations()).isEmpty();
        try (FlightStream stream = client.getStream(endpoint.getTicket(), session)) {
          while (stream.next()) {
            table.check(stream.getRoot());
          }
        }
      }
    }
    assertThat(table.rows()).isEqualTo(WideTable.ROWS);
  }

  @Test
  void anOrderedResultComesInRangesOfBothServers() throws Exception {
    try (FlightClient flight = second.client(memory);
        FlightSqlClient client = new FlightSqlClient(flight)) {
      CallOption session = session(flight, client, "sorter", "spark.flight.result.order=ranges");
      FlightInfo info =
          client.execute("SELECT a_key FROM wide WHERE a_key % 5 = 0 ORDER BY a_key DESC", session);
      assertThat(info.getOrdered()).isTrue();
      assertThat(info.getEndpoints()).hasSize(2);
      long expected = WideTable.ROWS - 5;
      for (FlightEndpoint endpoint : info.getEndpoints()) {
        long before = expected;
        try (FlightClient reader =
                FlightClient.builder(memory, endpoint.getLocations().get(0)).build();
            FlightStream stream = reader.getStream(endpoint.getTicket(), session)) {
          while (stream.next()) {
            BigIntVector keys = (BigIntVector) stream.getRoot().getVector(0);
            for (int row = 0; row < keys.getValueCount(); row++, expected -= 5) {
              assertThat(keys.get(row)).isEqualTo(expected);
            }
          }
        }
        assertThat(expected).as("the range of %s", endpoint.getLocations()).isLessThan(before);
      }
      assertThat(expected).isEqualTo(-5);
    }
  }

  @Test
  void theOtherServerCancels() throws Exception {
    try (FlightSqlClient asked = new FlightSqlClient(first.client(memory));
        FlightSqlClient other = new FlightSqlClient(second.client(memory))) {
      FlightInfo info = asked.execute("SELECT id FROM range(0, 1000000000000, 1, 4)");
      assertThat(other.cancelFlightInfo(new CancelFlightInfoRequest(info)).getStatus())
          .isEqualTo(CancelStatus.CANCELLED);
      for (FlightEndpoint endpoint : info.getEndpoints()) {
        assertThatThrownBy(() -> read(endpoint, endpoint.getLocations().get(0), new WideTable()))
            .isInstanceOfSatisfying(
                FlightRuntimeException.class,
                e -> assertThat(e.status().code()).isEqualTo(FlightStatusCode.CANCELLED));
      }
    }
  }

  @Test
  void theOtherServerTellsHowFarAStatementIs() throws Exception {
    FlightDescriptor statement =
        FlightDescriptor.command(
            Any.pack(
                    CommandStatementQuery.newBuilder()
                        .setQuery("SELECT id FROM range(0, 1000000000000, 1, 4)")
                        .build())
                .toByteArray());
    try (FlightClient asked = first.client(memory);
        FlightClient other = second.client(memory)) {
      PollInfo begun = asked.pollInfo(statement);
      FlightDescriptor next = begun.getFlightDescriptor().orElseThrow();
      PollInfo told = other.pollInfo(next);
      assertThat(told.getFlightInfo()).isEqualTo(begun.getFlightInfo());
      assertThat(told.getProgress().orElseThrow()).isBetween(0.0, 1.0);
      CancelFlightInfoRequest cancel = new CancelFlightInfoRequest(begun.getFlightInfo());
      assertThat(other.cancelFlightInfo(cancel).getStatus()).isEqualTo(CancelStatus.CANCELLED);
      assertThatThrownBy(() -> other.pollInfo(next))
          .isInstanceOfSatisfying(
              FlightRuntimeException.class,
              e -> assertThat(e.status().code()).isEqualTo(FlightStatusCode.CANCELLED));
    }
  }

  /** A session of a user of its own, with one setting. */
  private static CallOption session(
      FlightClient flight, FlightSqlClient client, String user, String setting) throws Exception {
    CallOption session = flight.authenticateBasicToken(user, "any").orElseThrow();
    Ticket ticket = client.execute("SET " + setting, session).getEndpoints().get(0).getTicket();
    try (FlightStream stream = client.getStream(ticket, session)) {
      assertThat(stream.next()).isTrue();
    }
    return session;
  }

  private AdbcDatabase adbc(DevCluster.Server server) throws Exception {
    Map<String, Object> parameters = new HashMap<>();
    AdbcDriver.PARAM_URI.set(parameters, "grpc+tcp://" + server.uri().getAuthority());
    return new FlightSqlDriver(memory).open(parameters);
  }
}
