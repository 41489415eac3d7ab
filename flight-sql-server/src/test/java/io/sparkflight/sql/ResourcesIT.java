package io.sparkflight.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.sparkflight.lifecycle.Threads;
import io.sparkflight.sql.IngestFixture.Mode;
import io.sparkflight.testing.FlightRows;
import io.sparkflight.testing.FlightSqlServerExtension;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.flight.CallOption;
import org.apache.arrow.flight.CancelFlightInfoRequest;
import org.apache.arrow.flight.CancelStatus;
import org.apache.arrow.flight.CloseSessionRequest;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.Location;
import org.apache.arrow.flight.grpc.CredentialCallOption;
import org.apache.arrow.flight.sql.FlightSqlClient;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Many clients, statements, sessions and stalled readers of a server that has little. */
class ResourcesIT {
  private static final Path SPILL = Path.of("target", "little spill").toAbsolutePath();

  private static final int RUNNING = 4;
  private static final int WAITING = 70;

  @RegisterExtension
  static final FlightSqlServerExtension SERVER =
      new FlightSqlServerExtension()
          .with("spark.flight.exchange.memory", "8m")
          .with("spark.flight.exchange.statement-memory", "1m")
          .with("spark.flight.exchange.spill-directory", created(SPILL).toString())
          .with("spark.flight.batch.bytes", "256k")
          .with("spark.flight.statements.max-running", Integer.toString(RUNNING))
          .with("spark.flight.statements.max-waiting", Integer.toString(WAITING));

  private static final String ENDLESS = "SELECT id FROM range(0, 1000000000000, 1, 2)";

  /** A thousand bytes a row. */
  private static final String ROWS = "SELECT id, repeat('x', 992) AS filler FROM range(%d)";

  private static final Duration SOON = Duration.ofSeconds(60);

  @Test
  void aSpillFolderThatIsGoneEndsTheStatementAndCanComeBack() throws Exception {
    Files.delete(SPILL);
    try (FlightSqlClient client = SERVER.flightSql()) {
      FlightInfo lost = executed(client, ROWS.formatted(20_000));
      assertThatThrownBy(() -> count(client, lost))
          .isInstanceOfSatisfying(
              FlightRuntimeException.class,
              e -> assertThat(e.status().code()).isEqualTo(FlightStatusCode.RESOURCE_EXHAUSTED))
          .hasMessageContaining("%s is not there".formatted(SPILL))
          .hasMessageContaining("spark.flight.exchange.spill-directory");
      answer(client, 1);
      created(SPILL);
      FlightInfo kept = executed(client, ROWS.formatted(20_000));
      assertThat(count(client, kept)).isEqualTo(20_000);
    } finally {
      created(SPILL);
    }
  }

  /** Half of them are answered without a job. */
  /** One batch needs more than the server has for all; the next one does not. */
  @Test
  void anUploadThatFindsNoMemoryEndsAloneAndTheServerLives() throws Exception {
    SparkSession spark = SERVER.spark();
    BufferAllocator little = new RootAllocator(2 << 20);
    try (SparkFlightSqlServer server =
            SparkFlightSqlServer.start(spark, Map.of("spark.flight.port", "0"), little);
        FlightSqlClient client =
            new FlightSqlClient(
                FlightClient.builder(
                        SERVER.memory(), Location.forGrpcInsecure("127.0.0.1", server.port()))
                    .build())) {
      assertThatThrownBy(() -> ingest(client, 5 << 20))
          .isInstanceOfSatisfying(
              FlightRuntimeException.class,
              e -> assertThat(e.status().code()).isEqualTo(FlightStatusCode.RESOURCE_EXHAUSTED))
          .hasMessageContaining("this server has no memory for its next batch")
          .hasMessageContaining("Send smaller batches");
      assertThat(ingest(client, 1)).isEqualTo(1);
      assertThat(count(client, client.execute("SELECT * FROM little"))).isEqualTo(1);
      client.executeUpdate("DROP TABLE little");
    }
  }

  private static long ingest(FlightSqlClient client, int bytes) {
    VarBinaryVector value = new VarBinaryVector("b", SERVER.memory());
    value.setSafe(0, new byte[bytes]);
    value.setValueCount(1);
    try (VectorSchemaRoot root = ParameterVectors.root(value)) {
      return client.executeIngest(
          root, IngestFixture.options("little", Mode.CREATE, null, Map.of()));
    }
  }

  @Test
  void manySmallStatementsOfManyClients() throws Exception {
    int clients = 64;
    int each = 8;
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    int before = threads.getThreadCount();
    threads.resetPeakThreadCount();
    ExecutorService pool = Threads.pool("client");
    try {
      List<Future<?>> running = new ArrayList<>();
      for (int i = 0; i < clients; i++) {
        int number = i;
        running.add(pool.submit(() -> ask(number, each)));
      }
      for (Future<?> client : running) {
        client.get(3, TimeUnit.MINUTES);
      }
    } finally {
      Threads.stop(pool);
    }
    int more = threads.getPeakThreadCount() - before - clients;
    assertThat(more)
        .as("threads of the server, and of its clients' channels")
        .isLessThan(200 + 2 * Runtime.getRuntime().availableProcessors());
    awaitNoJob();
  }

  private static Void ask(int number, int times) throws Exception {
    try (FlightSqlClient client = SERVER.flightSql()) {
      for (int i = 0; i < times; i++) {
        long value = 1000L * number + i;
        if (i % 2 == 0) {
          answer(client, value);
        } else {
          FlightInfo info =
              client.execute("SELECT max(id) + %d AS m FROM range(0, 10, 1, 2)".formatted(value));
          assertThat(FlightRows.of(client, info)).isEqualTo(List.of(List.of(value + 9)));
        }
      }
    }
    return null;
  }

  @Test
  void oneStatementMoreThanMayWaitIsRefusedAndNoOther() throws Exception {
    try (FlightSqlClient client = SERVER.flightSql()) {
      List<FlightInfo> accepted = new ArrayList<>();
      for (int i = 0; i < RUNNING + WAITING; i++) {
        accepted.add(client.execute(ENDLESS));
      }
      assertThatThrownBy(() -> client.execute(ENDLESS))
          .isInstanceOfSatisfying(
              FlightRuntimeException.class,
              e -> assertThat(e.status().code()).isEqualTo(FlightStatusCode.RESOURCE_EXHAUSTED))
          .hasMessageContaining("%d run and %d wait".formatted(RUNNING, WAITING));
      answer(client, 2); // what needs no job does not wait for one
      for (FlightInfo info : accepted) {
        assertThat(client.cancelFlightInfo(new CancelFlightInfoRequest(info)).getStatus())
            .isEqualTo(CancelStatus.CANCELLED);
      }
      awaitNoJob();
      assertThat(count(client, client.execute(ROWS.formatted(3_000)))).isEqualTo(3_000);
    }
  }

  @Test
  void streamsThatAreNotTakenHoldUpNobody() throws Exception {
    int rows = 10_000;
    try (FlightClient channel = SERVER.flight();
        FlightSqlClient stalled = new FlightSqlClient(channel);
        FlightSqlClient others = SERVER.flightSql()) {
      List<FlightStream> streams = new ArrayList<>();
      for (int i = 0; i < 3 * RUNNING; i++) {
        FlightInfo info = stalled.execute(ROWS.formatted(rows));
        streams.add(stalled.getStream(info.getEndpoints().get(0).getTicket()));
      }
      answer(others, 3);
      assertThat(FlightRows.of(others, others.getTables(null, "%", "%", null, false))).isNotNull();
      FlightInfo endless = others.execute(ENDLESS);
      assertThat(others.cancelFlightInfo(new CancelFlightInfoRequest(endless)).getStatus())
          .isEqualTo(CancelStatus.CANCELLED);
      awaitNoJob(); // all of theirs have ended, though nobody took the rows
      for (FlightStream stream : streams) {
        assertThat(count(stream)).isEqualTo(rows);
      }
    }
  }

  @Test
  void idleSessionsCostLittle() throws Exception {
    int sessions = 200;
    try (FlightClient flight = SERVER.flight();
        FlightSqlClient client = new FlightSqlClient(flight)) {
      answer(client, 4);
      long before = heap();
      List<CallOption> tokens = new ArrayList<>();
      for (int i = 0; i < sessions; i++) {
        CredentialCallOption token =
            flight.authenticateBasicToken("user " + i, "any").orElseThrow();
        long unused =
            client.executeUpdate("CREATE TEMPORARY VIEW v AS SELECT %d AS n".formatted(i), token);
        tokens.add(token);
      }
      long each = (heap() - before) / sessions;
      System.out.printf("ResourcesIT: an idle session takes %d bytes of heap%n", each);
      assertThat(each).as("bytes of heap of a session with a view").isLessThan(512 << 10);
      CallOption last = tokens.get(sessions - 1);
      assertThat(FlightRows.of(client, client.execute("SELECT n FROM v", last), last))
          .isEqualTo(List.of(List.of(sessions - 1)));
      for (CallOption token : tokens) {
        flight.closeSession(new CloseSessionRequest(), token);
      }
      assertThat(heap() - before).as("what is left").isLessThan(sessions * each / 2);
    }
  }

  private static void answer(FlightSqlClient client, long value) {
    assertThat(FlightRows.of(client, client.execute("SELECT %dL AS v".formatted(value))))
        .isEqualTo(List.of(List.of(value)));
  }

  private static long count(FlightSqlClient client, FlightInfo info) throws Exception {
    return count(client.getStream(info.getEndpoints().get(0).getTicket()));
  }

  private static long count(FlightStream stream) throws Exception {
    try (stream) {
      long rows = 0;
      while (stream.next()) {
        rows += stream.getRoot().getRowCount();
      }
      return rows;
    }
  }

  private static long heap() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  /** Waits until the job of a statement has begun and ended. */
  private static FlightInfo executed(FlightSqlClient client, String sql) {
    Jobs jobs = Jobs.of(SERVER.spark());
    FlightInfo info = client.execute(sql);
    await("the job's begin").atMost(SOON).until(jobs::haveBegun);
    awaitNoJob();
    return info;
  }

  private static void awaitNoJob() {
    await("the end of the jobs")
        .atMost(SOON)
        .until(() -> SERVER.spark().sparkContext().statusTracker().getActiveJobIds().length == 0);
  }

  private static Path created(Path folder) {
    try {
      return Files.createDirectories(folder);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
