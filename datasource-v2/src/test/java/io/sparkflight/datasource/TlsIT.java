package io.sparkflight.datasource;

import static io.sparkflight.datasource.testing.Rows.rows;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkflight.datasource.testing.Certificates;
import io.sparkflight.datasource.testing.Gate;
import io.sparkflight.datasource.testing.ScriptedServer;
import io.sparkflight.testing.LocalSpark;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.arrow.flight.FlightServer;
import org.apache.arrow.flight.Location;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whom the source trusts over TLS, and that what it says in confidence never leaves in the clear.
 */
class TlsIT {
  @TempDir static Path folder = Path.of("");

  private static final Gate GATE = new Gate();
  private static SparkSession spark;
  private static Certificates known;
  private static Certificates other;
  private static Certificates elsewhere;
  private static ScriptedServer open;
  private static ScriptedServer secured;
  private static ScriptedServer mutual;

  @BeforeAll
  static void start() throws Exception {
    spark = LocalSpark.session();
    known = Certificates.make(folder, "known", "ip:127.0.0.1");
    other = Certificates.make(folder, "other", "ip:127.0.0.1");
    elsewhere = Certificates.make(folder, "elsewhere", "dns:elsewhere.example");
    open = GATE.server();
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
  }

  @BeforeEach
  void forget() {
    GATE.reset();
    for (ScriptedServer each : List.of(open, secured, mutual)) {
      each.reset().endpoints(3);
    }
  }

  private static DataFrameReader reader(String uri, Map<String, String> options) {
    return open.reader(spark).option("uri", uri).options(options);
  }

  private static List<Row> read(ScriptedServer server, Map<String, String> options) {
    return reader(server.uri(), options).load().collectAsList();
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
    secured.reset().endpoint("t0", rows(0, 10), open.location());
    assertThatThrownBy(() -> read(secured, Map.of("tls.ca", known.certificate().toString())))
        .hasMessageContaining("would take rows and sign-in in the clear");
    assertThat(GATE.seen()).isEmpty();
  }
}
