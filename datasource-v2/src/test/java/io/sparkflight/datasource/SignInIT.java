package io.sparkflight.datasource;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkflight.datasource.client.ServerConnection;
import io.sparkflight.datasource.client.ServerOptions;
import io.sparkflight.datasource.testing.Certificates;
import io.sparkflight.datasource.testing.Rows;
import io.sparkflight.datasource.testing.ScriptedServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.arrow.flight.CallHeaders;
import org.apache.arrow.flight.CallStatus;
import org.apache.arrow.flight.FlightServer;
import org.apache.arrow.flight.Location;
import org.apache.arrow.flight.auth2.CallHeaderAuthenticator;
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
  private static final String PASSWORD = "canary-of-the-password";
  private static final String TOKEN = "canary-of-the-token";
  private static final String HEADER = "canary-of-the-header";

  @TempDir static Path folder = Path.of("");

  private static final Gate GATE = new Gate();
  private static SparkSession spark;
  private static Certificates known;
  private static Certificates other;
  private static Certificates elsewhere;
  private static ScriptedServer open;
  private static ScriptedServer secured;
  private static ScriptedServer mutual;

  /** Lets in whoever has a token that is good, and gives one for the password, once each. */
  private static final class Gate implements CallHeaderAuthenticator {
    private final Set<String> tokens = ConcurrentHashMap.newKeySet();
    private final List<String> seen = new CopyOnWriteArrayList<>();

    @Override
    public AuthResult authenticate(CallHeaders incoming) {
      String who = Objects.requireNonNullElse(incoming.get("authorization"), "nobody");
      seen.add(who.startsWith("Basic ") ? "basic" : who);
      if (incoming.get("x-tenant") != null) {
        seen.add("tenant " + incoming.get("x-tenant"));
      }
      String basic =
          "Basic " + Base64.getEncoder().encodeToString(("ada:" + PASSWORD).getBytes(UTF_8));
      if (who.equals(basic)) {
        String given = TOKEN + "-" + seen.size();
        tokens.add(given);
        return result(given);
      }
      if (who.startsWith("Bearer ") && tokens.contains(who.substring(7))) {
        return result("");
      }
      throw CallStatus.UNAUTHENTICATED.withDescription("who are you?").toRuntimeException();
    }

    private static AuthResult result(String token) {
      return new AuthResult() {
        @Override
        public String getPeerIdentity() {
          return "ada";
        }

        @Override
        public void appendToOutgoingHeaders(CallHeaders outgoing) {
          if (!token.isEmpty()) {
            outgoing.insert("authorization", "Bearer " + token);
          }
        }
      };
    }

    long logins() {
      return seen.stream().filter("basic"::equals).count();
    }
  }

  @BeforeAll
  static void start() throws Exception {
    spark =
        SparkSession.builder()
            .master("local[2]")
            .config("spark.ui.enabled", false)
            .config("spark.eventLog.enabled", true)
            .config(
                "spark.eventLog.dir",
                Files.createDirectory(folder.resolve("events")).toUri().toString())
            .getOrCreate();
    known = Certificates.make(folder, "known", "ip:127.0.0.1");
    other = Certificates.make(folder, "other", "ip:127.0.0.1");
    elsewhere = Certificates.make(folder, "elsewhere", "dns:elsewhere.example");
    open =
        ScriptedServer.start(
            Location.forGrpcInsecure("127.0.0.1", 0), b -> b.headerAuthenticator(GATE));
    secured = ScriptedServer.start(Location.forGrpcTls("127.0.0.1", 0), b -> tls(b, known));
    mutual =
        ScriptedServer.start(
            Location.forGrpcTls("127.0.0.1", 0),
            b -> {
              tls(b, known);
              try {
                b.useMTlsClientVerification(other.certificate().toFile());
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
  }

  private static void tls(FlightServer.Builder builder, Certificates certificates) {
    try {
      builder.useTls(certificates.certificate().toFile(), certificates.key().toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @AfterAll
  static void stop() {
    open.close();
    secured.close();
    mutual.close();
    spark.stop();
  }

  @BeforeEach
  void forget() {
    GATE.tokens.clear();
    GATE.seen.clear();
    for (ScriptedServer each : List.of(open, secured, mutual)) {
      each.reset();
      for (int i = 0; i < 3; i++) {
        each.endpoint("t" + i, rows(i * 10L));
      }
    }
  }

  private static Consumer<Rows> rows(long begin) {
    return rows -> rows.start().batch(begin, begin + 10).end();
  }

  private static DataFrameReader reader(String uri, Map<String, String> options) {
    return spark
        .read()
        .format("flight-sql")
        .option("uri", uri)
        .option("query", "q")
        .options(options);
  }

  private static List<Row> read(ScriptedServer server, Map<String, String> options) {
    return reader(server.uri(), options).load().collectAsList();
  }

  /** Once to plan, and once to execute. */
  @Test
  void aUserSignsInOnceForAllTasks() {
    Dataset<Row> rows = reader(open.uri(), Map.of("user", "ada", "password", PASSWORD)).load();
    GATE.seen.clear();
    assertThat(rows.collectAsList()).hasSize(30);
    assertThat(GATE.logins()).isEqualTo(2);
  }

  @Test
  void aTaskWhoseTokenIsRefusedSignsInByItself() {
    open.script(
        "t0",
        rows -> {
          GATE.tokens.clear();
          rows.start().batch(0, 10).end();
        });
    Dataset<Row> rows =
        reader(open.uri(), Map.of("user", "ada", "password", PASSWORD)).load().coalesce(1);
    assertThat(rows.collectAsList()).hasSize(30);
  }

  /** As the tasks and the commit of a job that writes use the sign-in of its driver. */
  @Test
  void aSharedSignInIsUsedUntilItIsRefused() {
    ServerOptions ada =
        ServerOptions.of(Map.of("uri", open.uri(), "user", "ada", "password", PASSWORD));
    GATE.tokens.add("given");
    try (ServerConnection shared = ServerConnection.openShared(ada.signedIn("given"))) {
      assertThat(shared.updates().actions()).isNotEmpty();
    }
    assertThat(GATE.logins()).isZero();
    GATE.tokens.clear();
    try (ServerConnection anew = ServerConnection.openShared(ada.signedIn("given"))) {
      assertThat(anew.updates().actions()).isNotEmpty();
    }
    assertThat(GATE.logins()).isEqualTo(1);
  }

  @Test
  void aTokenFileIsReadAgain() throws IOException {
    Path file = folder.resolve("token");
    Files.writeString(file, "first\n");
    GATE.tokens.add("first");
    Dataset<Row> rows = reader(open.uri(), Map.of("token-file", file.toString())).load();
    GATE.tokens.remove("first");
    GATE.tokens.add("second");
    Files.writeString(file, "second\n");
    assertThat(rows.collectAsList()).hasSize(30);
    assertThat(GATE.seen).contains("Bearer first", "Bearer second");
    Files.delete(file);
    assertThatThrownBy(() -> read(open, Map.of("token-file", file.toString())))
        .hasMessageContaining("Cannot read the token of " + open.uri());
  }

  @Test
  void whoIsNotLetInIsToldSoWhenTheQueryIsPlanned() {
    for (Map<String, String> wrong :
        List.<Map<String, String>>of(
            Map.of(), Map.of("token", TOKEN), Map.of("user", "ada", "password", PASSWORD + "x"))) {
      assertThatThrownBy(() -> reader(open.uri(), wrong).load())
          .hasMessageContaining(open.uri())
          .hasMessageContaining("UNAUTHENTICATED: who are you?")
          .hasMessageContaining("token-file; a token may have expired")
          .hasMessageNotContaining("canary");
    }
  }

  @Test
  void headersAreSentWithEachCall() {
    GATE.tokens.add(TOKEN);
    assertThat(
            read(
                open, Map.of("header.authorization", "Bearer " + TOKEN, "header.x-tenant", "blue")))
        .hasSize(30);
    assertThat(GATE.seen.stream().filter("tenant blue"::equals).count())
        .isEqualTo(GATE.seen.stream().filter(("Bearer " + TOKEN)::equals).count())
        .isGreaterThan(4);
  }

  @Test
  void tlsTrustsWhomTheUserNames() {
    assertThat(read(secured, Map.of("tls.ca", known.certificate().toString()))).hasSize(30);
    for (Map<String, String> wrong :
        List.<Map<String, String>>of(Map.of(), Map.of("tls.ca", other.certificate().toString()))) {
      assertThatThrownBy(() -> reader(secured.uri(), wrong).load())
          .hasMessageContaining(secured.uri())
          .hasMessageContaining("TLS failed: tls.ca has to hold who signed");
    }
    assertThatThrownBy(() -> reader(secured.uri(), Map.of("tls.ca", "/nowhere")).load())
        .hasMessageContaining("the file /nowhere of option tls.ca cannot be read");
  }

  @Test
  void theCertificateHasToNameTheHost() throws IOException {
    try (ScriptedServer server =
        ScriptedServer.start(Location.forGrpcTls("127.0.0.1", 0), b -> tls(b, elsewhere))) {
      assertThatThrownBy(
              () ->
                  reader(server.uri(), Map.of("tls.ca", elsewhere.certificate().toString())).load())
          .hasMessageContaining("127.0.0.1")
          .hasMessageContaining("the certificate has to name the host of the uri");
    }
  }

  @Test
  void oneSpeaksTlsAndTheOtherDoesNot() {
    assertThatThrownBy(() -> reader(secured.uri().replace("grpc+tls", "grpc"), Map.of()).load())
        .hasMessageContaining("If the server speaks TLS, use grpc+tls://");
    assertThatThrownBy(() -> reader(open.uri().replace("grpc+tcp", "grpc+tls"), Map.of()).load())
        .hasMessageContaining("The server does not speak TLS: use grpc://");
  }

  @Test
  void aServerThatAsksForACertificateGetsIt() {
    Map<String, String> both =
        Map.of(
            "tls.ca", known.certificate().toString(),
            "tls.client-cert", other.certificate().toString(),
            "tls.client-key", other.key().toString());
    assertThat(read(mutual, both)).hasSize(30);
    assertThatThrownBy(
            () -> reader(mutual.uri(), Map.of("tls.ca", known.certificate().toString())).load())
        .hasMessageContaining(mutual.uri());
    assertThatThrownBy(() -> reader(mutual.uri(), Map.of("tls.client-cert", "x")).load())
        .hasMessageContaining("of tls.client-cert and tls.client-key only one is set");
  }

  /** Rows and tokens would leave in the clear, because a server has said so. */
  @Test
  void noLocationInTheClearIsFollowedFromTls() {
    secured.reset().endpoint("t0", rows(0), open.location());
    assertThatThrownBy(() -> read(secured, Map.of("tls.ca", known.certificate().toString())))
        .hasMessageContaining("would take rows and sign-in in the clear");
    assertThat(GATE.seen).isEmpty();
  }

  @Test
  void whatWasReadBeforeIsToldSo() {
    GATE.tokens.add("t");
    open.reset()
        .endpoint("t0", rows -> rows.fail(CallStatus.NOT_FOUND.withDescription("no ticket")));
    assertThatThrownBy(() -> read(open, Map.of("token", "t")))
        .hasMessageContaining("NOT_FOUND: no ticket")
        .hasMessageContaining("if this Dataset was read before, load it anew");
  }

  @Test
  void noSecretIsInPlansLogsOrTheEventLog() throws Exception {
    PrintStream before = System.err;
    ByteArrayOutputStream told = new ByteArrayOutputStream();
    System.setErr(new PrintStream(told, true, UTF_8));
    try {
      GATE.tokens.add(TOKEN);
      for (Map<String, String> options :
          List.<Map<String, String>>of(
              Map.of("user", "ada", "password", PASSWORD, "secret-header.x-tenant", HEADER),
              Map.of("token", TOKEN))) {
        Dataset<Row> rows = reader(open.uri(), options).load();
        assertThat(rows.where("id > 3").collectAsList()).hasSize(26);
        assertThat(rows.queryExecution().toString()).doesNotContain("canary");
        assertThat(rows.queryExecution().logical().toJSON()).doesNotContain("canary");
      }
      spark.sql(
          "CREATE OR REPLACE TEMPORARY VIEW far USING `flight-sql` OPTIONS (uri '%s', query 'q', user 'ada', password '%s', `secret-header.x-key` '%s')"
              .formatted(open.uri(), PASSWORD, HEADER));
      assertThat(spark.table("far").count()).isEqualTo(30);
      assertThat(GATE.seen).contains("tenant " + HEADER);
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
