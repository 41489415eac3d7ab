package io.sparkflight.datasource;

import static io.sparkflight.datasource.testing.Rows.rows;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkflight.datasource.client.ServerConnection;
import io.sparkflight.datasource.client.ServerOptions;
import io.sparkflight.datasource.testing.Gate;
import io.sparkflight.datasource.testing.ScriptedServer;
import io.sparkflight.testing.LocalSpark;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.arrow.flight.CallStatus;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who the source says it is, to whom, and that nobody else hears of it. */
class SignInIT {
  private static final String TOKEN = "canary-of-the-token";
  private static final String HEADER = "canary-of-the-header";

  @TempDir static Path folder = Path.of("");

  private static final Gate GATE = new Gate();
  private static SparkSession spark;
  private static ScriptedServer open;

  @BeforeAll
  static void start() throws IOException {
    spark =
        LocalSpark.on("local[2]")
            .with("spark.eventLog.enabled", true)
            .with(
                "spark.eventLog.dir",
                Files.createDirectory(folder.resolve("events")).toUri().toString())
            .get();
    open = GATE.server();
  }

  /** Before the folder of its event log goes. */
  @AfterAll
  static void stop() {
    open.close();
    spark.stop();
  }

  @BeforeEach
  void forget() {
    GATE.reset();
    open.reset().endpoints(3);
  }

  private static DataFrameReader reader(Map<String, String> options) {
    return open.reader(spark).options(options);
  }

  private static List<Row> read(Map<String, String> options) {
    return reader(options).load().collectAsList();
  }

  /** Once to plan, and once to execute. */
  @Test
  void aUserSignsInOnceForAllTasks() {
    Dataset<Row> rows = reader(Map.of("user", "ada", "password", Gate.PASSWORD)).load();
    GATE.seen().clear();
    assertThat(rows.collectAsList()).hasSize(30);
    assertThat(GATE.logins()).isEqualTo(2);
  }

  @Test
  void aTaskWhoseTokenIsRefusedSignsInByItself() {
    open.script(
        "t0",
        rows -> {
          GATE.dismissAll();
          rows.start().batch(0, 10).end();
        });
    Dataset<Row> rows = reader(Map.of("user", "ada", "password", Gate.PASSWORD)).load().coalesce(1);
    assertThat(rows.collectAsList()).hasSize(30);
  }

  /** As the tasks and the commit of a job that writes use the sign-in of its driver. */
  @Test
  void aSharedSignInIsUsedUntilItIsRefused() {
    ServerOptions ada =
        ServerOptions.of(Map.of("uri", open.uri(), "user", "ada", "password", Gate.PASSWORD));
    GATE.admit("given");
    try (ServerConnection shared = ServerConnection.openShared(ada.signedIn("given"))) {
      assertThat(shared.updates().actions()).isNotEmpty();
    }
    assertThat(GATE.logins()).isZero();
    GATE.dismissAll();
    try (ServerConnection anew = ServerConnection.openShared(ada.signedIn("given"))) {
      assertThat(anew.updates().actions()).isNotEmpty();
    }
    assertThat(GATE.logins()).isEqualTo(1);
  }

  @Test
  void aTokenFileIsReadAgain() throws IOException {
    Path file = folder.resolve("token");
    Files.writeString(file, "first\n");
    GATE.admit("first");
    Dataset<Row> rows = reader(Map.of("token-file", file.toString())).load();
    GATE.dismiss("first");
    GATE.admit("second");
    Files.writeString(file, "second\n");
    assertThat(rows.collectAsList()).hasSize(30);
    assertThat(GATE.seen()).contains("Bearer first", "Bearer second");
    Files.delete(file);
    assertThatThrownBy(() -> read(Map.of("token-file", file.toString())))
        .hasMessageContaining("Cannot read the token of " + open.uri());
  }

  @Test
  void whoIsNotLetInIsToldSoWhenTheQueryIsPlanned() {
    for (Map<String, String> wrong :
        List.<Map<String, String>>of(
            Map.of(),
            Map.of("token", TOKEN),
            Map.of("user", "ada", "password", Gate.PASSWORD + "x"))) {
      assertThatThrownBy(() -> reader(wrong).load())
          .hasMessageContaining(open.uri())
          .hasMessageContaining("UNAUTHENTICATED: who are you?")
          .hasMessageContaining("token-file; a token may have expired")
          .hasMessageNotContaining("canary");
    }
  }

  @Test
  void headersAreSentWithEachCall() {
    GATE.admit(TOKEN);
    assertThat(read(Map.of("header.authorization", "Bearer " + TOKEN, "header.x-tenant", "blue")))
        .hasSize(30);
    assertThat(GATE.seen().stream().filter("tenant blue"::equals).count())
        .isEqualTo(GATE.seen().stream().filter(("Bearer " + TOKEN)::equals).count())
        .isGreaterThan(4);
  }

  @Test
  void whatWasReadBeforeIsToldSo() {
    GATE.admit("t");
    open.reset()
        .endpoint("t0", rows -> rows.fail(CallStatus.NOT_FOUND.withDescription("no ticket")));
    assertThatThrownBy(() -> read(Map.of("token", "t")))
        .hasMessageContaining("NOT_FOUND: no ticket")
        .hasMessageContaining("if this Dataset was read before, load it anew");
  }

  @Test
  void noSecretIsInPlansLogsOrTheEventLog() throws Exception {
    PrintStream before = System.err;
    ByteArrayOutputStream told = new ByteArrayOutputStream();
    System.setErr(new PrintStream(told, true, UTF_8));
    try {
      GATE.admit(TOKEN);
      for (Map<String, String> options :
          List.<Map<String, String>>of(
              Map.of("user", "ada", "password", Gate.PASSWORD, "secret-header.x-tenant", HEADER),
              Map.of("token", TOKEN))) {
        Dataset<Row> rows = reader(options).load();
        assertThat(rows.where("id > 3").collectAsList()).hasSize(26);
        assertThat(rows.queryExecution().toString()).doesNotContain("canary");
        assertThat(rows.queryExecution().logical().toJSON()).doesNotContain("canary");
      }
      spark.sql(
          "CREATE OR REPLACE TEMPORARY VIEW far USING `flight-sql` OPTIONS (uri '%s', query 'q', user 'ada', password '%s', `secret-header.x-key` '%s')"
              .formatted(open.uri(), Gate.PASSWORD, HEADER));
      assertThat(spark.table("far").count()).isEqualTo(30);
      assertThat(GATE.seen()).contains("tenant " + HEADER);
      open.endpoint("t4", rows -> rows.start().fail(CallStatus.INTERNAL));
      assertThatThrownBy(() -> spark.table("far").count()).hasStackTraceContaining("INTERNAL");
    } finally {
      System.setErr(before);
    }
    assertThat(told.toString(UTF_8)).doesNotContain("canary");
    spark.sparkContext().listenerBus().waitUntilEmpty();
    try (Stream<Path> logs = Files.walk(folder.resolve("events"))) {
      List<Path> files = logs.filter(Files::isRegularFile).toList();
      assertThat(files).isNotEmpty();
      for (Path log : files) {
        assertThat(Files.readString(log)).contains("flight-sql").doesNotContain("canary");
      }
    }
  }
}
