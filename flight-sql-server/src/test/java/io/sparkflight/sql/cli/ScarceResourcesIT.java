package io.sparkflight.sql.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sparkflight.lifecycle.Closer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.arrow.flight.CallOptions;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.Location;
import org.apache.arrow.flight.sql.FlightSqlClient;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server in a process of its own that runs out of what the system gives it. */
class ScarceResourcesIT {
  private static final Duration SOON = Duration.ofMinutes(1);
  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final int CLIENTS = 40;

  /** So many of them at least find no room for a connection. */
  private static final int REFUSED = 6;

  /** A thousand bytes a row. */
  private static final String ROWS = "SELECT id, repeat('x', 992) AS filler FROM range(%d)";

  private final BufferAllocator memory = new RootAllocator();

  @TempDir private Path folder;

  @AfterEach
  void closeMemory() {
    memory.close();
  }

  @Test
  void aDiskThatIsFullOrReadOnlyEndsOnlyTheStatement() throws Exception {
    assumeTrue(run("unshare", "-m", "true") == 0, "this user may not mount a disk of its own");
    Path disk = Files.createDirectories(folder.resolve("disk"));
    try (Launched serve =
            Launched.startOnDisk(
                folder,
                disk,
                "16m",
                "serve",
                "--port",
                "0",
                "--conf",
                "spark.flight.exchange.spill-directory=" + disk,
                "--conf",
                "spark.flight.exchange.free-space=0",
                "--conf",
                "spark.flight.exchange.spill-compression=none",
                "--conf",
                "spark.flight.exchange.statement-memory=1m");
        FlightSqlClient client = client(serve)) {
      assertThat(count(client, 10_000)).isEqualTo(10_000);
      assertNoRoom(client, "cannot write to %s: No space left on device".formatted(disk));
      assertThat(count(client, 10_000)).as("rows when there is room again").isEqualTo(10_000);
      assertThat(run(serve.within("mount", "-o", "remount,ro", disk.toString()))).isZero();
      assertNoRoom(client, "%s is not there, or cannot be written to".formatted(disk));
      assertThat(count(client, 100)).isEqualTo(100);
      assertThat(serve.terminate(SOON)).isEqualTo(143);
    }
  }

  @Test
  void connectionsWithoutFileDescriptorsWaitOrFailAndTheServerGoesOn() throws Exception {
    try (Launched serve = Launched.start(folder, "serve", "--port", "0");
        FlightSqlClient early = client(serve)) {
      assertThat(count(early, 10)).isEqualTo(10);
      long limit = descriptors(serve.pid()) + (CLIENTS - REFUSED);
      String pid = Long.toString(serve.pid());
      assertThat(run("prlimit", "--pid", pid, "--nofile=%1$d:%1$d".formatted(limit))).isZero();
      Map<FlightStatusCode, Integer> answers = new EnumMap<>(FlightStatusCode.class);
      try (Closer clients = new Closer()) {
        for (int i = 0; i < CLIENTS; i++) {
          FlightSqlClient client = clients.register("client", client(serve));
          answers.merge(ask(client, PATIENCE), 1, Integer::sum);
        }
        assertThat(ask(early, SOON))
            .as("a client that came in time")
            .isEqualTo(FlightStatusCode.OK);
      }
      assertThat(answers.get(FlightStatusCode.OK)).isGreaterThan(CLIENTS / 2);
      assertThat(answers)
          .as("how the clients fared")
          .containsOnlyKeys(FlightStatusCode.OK, FlightStatusCode.TIMED_OUT);
      await("an answer to a new client").atMost(SOON).until(() -> answersNewClient(serve));
      assertThat(serve.terminate(SOON)).isEqualTo(143);
    }
  }

  private boolean answersNewClient(Launched serve) throws Exception {
    try (FlightSqlClient client = client(serve)) {
      return ask(client, PATIENCE) == FlightStatusCode.OK;
    }
  }

  private static FlightStatusCode ask(FlightSqlClient client, Duration patience) {
    try {
      FlightInfo info =
          client.execute(
              "SELECT 1", CallOptions.timeout(patience.toMillis(), TimeUnit.MILLISECONDS));
      assertThat(info.getEndpoints()).hasSize(1);
      return FlightStatusCode.OK;
    } catch (FlightRuntimeException e) {
      return e.status().code();
    }
  }

  /** What is to be kept has to go to the disk, however fast it is read. */
  private static void assertNoRoom(FlightSqlClient client, String why) {
    long set = client.executeUpdate("SET spark.flight.result.retention = 1min");
    assertThatThrownBy(() -> count(client, 60_000))
        .isInstanceOfSatisfying(
            FlightRuntimeException.class,
            e -> assertThat(e.status().code()).isEqualTo(FlightStatusCode.RESOURCE_EXHAUSTED))
        .hasMessageContaining(why);
    long reset = client.executeUpdate("SET spark.flight.result.retention = 0s");
    assertThat(reset).isEqualTo(set);
  }

  private FlightSqlClient client(Launched serve) {
    String authority = serve.jdbcUrl().replaceAll("jdbc:arrow-flight-sql://(.*)/.*", "$1");
    int colon = authority.indexOf(':');
    return new FlightSqlClient(
        FlightClient.builder(
                memory,
                Location.forGrpcInsecure(
                    authority.substring(0, colon),
                    Integer.parseInt(authority.substring(colon + 1))))
            .build());
  }

  private static long count(FlightSqlClient client, int rows) throws Exception {
    FlightInfo info = client.execute(ROWS.formatted(rows));
    try (FlightStream stream = client.getStream(info.getEndpoints().get(0).getTicket())) {
      long count = 0;
      while (stream.next()) {
        count += stream.getRoot().getRowCount();
      }
      return count;
    }
  }

  private static long descriptors(long pid) throws IOException {
    try (Stream<Path> open = Files.list(Path.of("/proc", Long.toString(pid), "fd"))) {
      return open.count();
    }
  }

  private static int run(String... command) throws IOException, InterruptedException {
    return run(List.of(command));
  }

  private static int run(List<String> command) throws IOException, InterruptedException {
    return new ProcessBuilder(command).inheritIO().start().waitFor();
  }
}
