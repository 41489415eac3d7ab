package io.sparkflight.sql.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sparkflight.lifecycle.Threads;
import io.sparkflight.sql.demo.TpchTables;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands that start a server, as processes: from the first line to the signal. */
class DemoProcessIT {
  private static final Duration DEADLINE = Duration.ofMinutes(1);
  private static final int TERMINATED = 143;
  private static final String ENDLESS = "SELECT id FROM range(1000000000000)";

  @TempDir private Path folder;

  @Test
  void demoServesItsTablesUntilItIsToldToEnd() throws Exception {
    try (Launched demo = Launched.start(folder, "demo", "--port", "0", "--scale", "0.01")) {
      String url = demo.jdbcUrl();
      assertThat(url)
          .matches("jdbc:arrow-flight-sql://127\\.0\\.0\\.1:[0-9]+/\\?useEncryption=false");
      try (Connection connection = DriverManager.getConnection(url)) {
        assertThat(number(connection, "SELECT count(*) FROM nation")).isEqualTo(25);
        for (String table : TpchTables.NAMES) {
          assertThat(number(connection, "SELECT count(*) FROM " + table)).as(table).isPositive();
          assertThat(demo.err()).contains("generated " + table + ", about ");
        }
        assertThat(update(connection, "CREATE TABLE mine (id INT)")).isZero(); // of no format
        assertThat(update(connection, "INSERT INTO mine VALUES (1), (2)")).isEqualTo(2);
      }
      assertEndsCleanly(demo);
    }
  }

  @Test
  void progressIsABarOnATerminal() throws Exception {
    try (Launched demo =
        Launched.startOnTerminal(folder, "demo", "--port", "0", "--scale", "0.001")) {
      await("the greeting")
          .atMost(Duration.ofMinutes(3))
          .until(() -> demo.out().contains("Ctrl-C ends the server."));

      for (String table : TpchTables.NAMES) {
        assertThat(demo.out()).containsPattern("\r" + table + " +\\[#{30}\\] 100 %");
      }
      demo.type('\u0003');
      demo.awaitEnd();
      assertThat(demo.out()).doesNotContain("\tat ", "Exception");
      assertThat(demo.temporaryFiles()).isEmpty();
    }
  }

  @Test
  void signalEndsAServerThatIsBusy() throws Exception {
    Path rows = folder.resolve("rows.csv");
    ExecutorService client = Threads.pool("client");
    try (Launched serve = Launched.start(folder, "serve", "--port", "0")) {
      String uri = serve.jdbcUrl().replaceAll("jdbc:arrow-flight-sql(.*)/.*", "grpc$1");
      Future<Ran> reading =
          client.submit(
              () ->
                  Ran.command(
                      "sql",
                      "--uri",
                      uri,
                      "--format",
                      "csv",
                      "--output",
                      rows.toString(),
                      ENDLESS));
      await("the first rows")
          .atMost(Duration.ofMinutes(1))
          .until(() -> Path.of(rows + ".unfinished").toFile().length() > 0);

      assertEndsCleanly(serve);
      assertThat(reading.get(1, TimeUnit.MINUTES).code()).isNotEqualTo(ExitCode.OK);
      assertThat(rows).doesNotExist();
    } finally {
      Threads.stop(client);
    }
  }

  @Test
  void signalWhileSparkStartsLeavesNothing() throws Exception {
    try (Launched demo = Launched.start(folder, "demo", "--port", "0")) {
      demo.awaitTemporaryFolder();

      assertEndsCleanly(demo);
      assertThat(demo.out()).isEmpty();
    }
  }

  @Test
  void signalWhileTablesAreGeneratedIsNoFailure() throws Exception {
    try (Launched demo = Launched.start(folder, "demo", "--port", "0", "--scale", "1")) {
      await("the first big table")
          .atMost(Duration.ofMinutes(3))
          .until(() -> demo.err().contains("generated nation"));

      assertEndsCleanly(demo);
      assertThat(demo.err().lines()).allSatisfy(line -> assertThat(line).startsWith("generated "));
      assertThat(demo.out()).isEmpty();
    }
  }

  @Test
  void brokenFileIsOneSentence() throws Exception {
    Path data = Files.createDirectories(folder.resolve("data"));
    Files.writeString(data.resolve("bad.parquet"), "this is no Parquet file");
    try (Launched serve =
        Launched.start(folder, "serve", "--port", "0", "--data", data.toString())) {
      assertThat(serve.awaitEnd()).isEqualTo(ExitCode.FAILED);

      assertThat(serve.err()).startsWith("sparkflight: Cannot serve ").contains("bad.parquet");
      assertThat(serve.err().lines()).hasSize(1);
      assertThat(serve.temporaryFiles()).isEmpty();
    }
  }

  private static void assertEndsCleanly(Launched server) throws InterruptedException {
    assertThat(server.terminate(DEADLINE)).isEqualTo(TERMINATED);
    assertThat(server.err()).doesNotContain("\tat ", "Exception");
    assertThat(server.temporaryFiles()).isEmpty();
    assertThat(server.litter()).isEmpty();
  }

  private static int update(Connection connection, String command) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      return statement.executeUpdate(command);
    }
  }

  private static long number(Connection connection, String query) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      assertThat(rows.next()).isTrue();
      return rows.getLong(1);
    }
  }
}
