package io.sparkflight.sql;

import static io.sparkflight.testing.FlightRows.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.sparkflight.testing.FlightRows;
import io.sparkflight.testing.FlightSqlServerExtension;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.arrow.flight.CallHeaders;
import org.apache.arrow.flight.CallOption;
import org.apache.arrow.flight.CallOptions;
import org.apache.arrow.flight.CancelFlightInfoRequest;
import org.apache.arrow.flight.CancelStatus;
import org.apache.arrow.flight.FlightCallHeaders;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightEndpoint;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.HeaderCallOption;
import org.apache.arrow.flight.RenewFlightEndpointRequest;
import org.apache.arrow.flight.grpc.CredentialCallOption;
import org.apache.arrow.flight.sql.FlightSqlClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a client can do with a result besides reading it once: cancel, read again, renew. */
class ResultsIT {
  @RegisterExtension static final FlightSqlServerExtension SERVER = new FlightSqlServerExtension();

  private static final String ENDLESS = "SELECT id FROM range(0, 1000000000000, 1, 2)";
  private static final String HUNDRED = "SELECT id FROM range(0, 100, 1, 4)";
  private static final String FOR_EVER =
      "CACHE TABLE for_ever AS SELECT sum(id % 7) FROM range(0, 4000000000000, 1, 2)";
  private static final Duration SOON = Duration.ofSeconds(10);

  private FlightClient flight;
  private FlightSqlClient client;

  @BeforeEach
  void connect() {
    flight = SERVER.flight();
    client = new FlightSqlClient(flight);
  }

  @AfterEach
  void disconnect() throws Exception {
    client.close();
  }

  @Test
  void cancelFlightInfoEndsTheStreamAndTheJob() throws Exception {
    FlightInfo info = client.execute(ENDLESS);
    try (FlightStream stream = client.getStream(info.getEndpoints().get(0).getTicket())) {
      assertThat(stream.next()).isTrue();
      assertThat(cancel(info)).isEqualTo(CancelStatus.CANCELLED);
      assertThatThrownBy(() -> drain(stream))
          .isInstanceOfSatisfying(
              FlightRuntimeException.class,
              e -> assertThat(e.status().code()).isEqualTo(FlightStatusCode.CANCELLED))
          .hasMessageContaining("was cancelled");
    }
    awaitNoJob();
    assertThat(cancel(info)).as("again").isEqualTo(CancelStatus.CANCELLED);
  }

  @Test
  @SuppressWarnings("deprecation") // by Arrow, but it is what older clients send
  void theOlderCancelQueryDoesTheSame() {
    FlightInfo info = client.execute(ENDLESS);
    assertThat(client.cancelQuery(info))
        .isEqualTo(org.apache.arrow.flight.sql.CancelResult.CANCELLED);
    awaitNoJob();
    assertThatThrownBy(() -> FlightRows.of(client, info)).hasMessageContaining("was cancelled");
  }

  @Test
  void nobodyCancelsTheStatementOfAnother() {
    CallOption ann = login("ann");
    FlightInfo info = client.execute(HUNDRED, ann);
    assertThatThrownBy(() -> cancel(info, login("bob")))
        .isInstanceOfSatisfying(
            FlightRuntimeException.class,
            e -> assertThat(e.status().code()).isEqualTo(FlightStatusCode.UNAUTHORIZED))
        .hasMessageContaining("belongs to another user");
    assertThat(FlightRows.of(client, info, ann)).hasSize(100);
  }

  @Test
  void whatWasReadCannotBeCancelledAndMetadataNever() {
    FlightInfo read = client.execute(HUNDRED);
    assertThat(FlightRows.of(client, read)).hasSize(100);
    await("the end of the reading")
        .atMost(SOON)
        .untilAsserted(
            () ->
                assertThatThrownBy(() -> cancel(read))
                    .isInstanceOfSatisfying(
                        FlightRuntimeException.class,
                        e -> assertThat(e.status().code()).isEqualTo(FlightStatusCode.NOT_FOUND)));
    assertThat(cancel(client.getCatalogs())).isEqualTo(CancelStatus.NOT_CANCELLABLE);
  }

  @Test
  void aSessionReadsItsResultsAgainIfItWantsTo() {
    CallOption session = login("reader");
    run("SET spark.flight.result.retention=60s", session);
    FlightInfo info = client.execute(HUNDRED, session);
    FlightEndpoint endpoint = info.getEndpoints().get(0);
    assertThat(expiry(endpoint))
        .isBetween(Instant.now().plusSeconds(30), Instant.now().plusSeconds(61));
    for (int time = 0; time < 3; time++) {
      assertThat(FlightRows.of(client, info, session)).hasSize(100);
    }
    FlightEndpoint renewed =
        client.renewFlightEndpoint(new RenewFlightEndpointRequest(endpoint), session);
    assertThat(renewed.getTicket()).isEqualTo(endpoint.getTicket());
    assertThat(expiry(renewed)).isAfterOrEqualTo(expiry(endpoint));
    FlightInfo others = client.execute(HUNDRED);
    assertThat(others.getEndpoints().get(0).getExpirationTime()).isEmpty();
    assertThatThrownBy(
            () ->
                client.renewFlightEndpoint(
                    new RenewFlightEndpointRequest(others.getEndpoints().get(0))))
        .hasMessageContaining("Set spark.flight.result.retention before it is executed");
  }

  @Test
  void aCallSaysByAHeaderHowItWantsItsResult() {
    CallHeaders headers = new FlightCallHeaders();
    headers.insert("spark.flight.result.retention", "60s");
    FlightInfo info = client.execute(HUNDRED, new HeaderCallOption(headers));
    for (int time = 0; time < 2; time++) {
      assertThat(FlightRows.of(client, info)).hasSize(100);
    }
    assertThat(client.execute(HUNDRED).getEndpoints().get(0).getExpirationTime()).isEmpty();
    headers.insert("spark.flight.result.order", "sorted");
    assertThatThrownBy(() -> client.execute(HUNDRED, new HeaderCallOption(headers)))
        .hasMessageContaining("spark.flight.result.order = 'sorted' is not valid")
        .hasMessageContaining("headers of this call");
  }

  @Test
  void aWrongSettingOfASessionIsTold() {
    CallOption session = login("mistaken");
    run("SET spark.flight.result.order=sorted", session);
    assertThatThrownBy(() -> client.execute(HUNDRED, session))
        .isInstanceOfSatisfying(
            FlightRuntimeException.class,
            e -> assertThat(e.status().code()).isEqualTo(FlightStatusCode.INVALID_ARGUMENT))
        .hasMessageContaining("spark.flight.result.order = 'sorted' is not valid")
        .hasMessageContaining("single, ranges");
    run("RESET spark.flight.result.order", session);
    assertThat(FlightRows.of(client, client.execute(HUNDRED, session), session)).hasSize(100);
  }

  @Test
  void anOrderInRangesIsSaidInFlightInfo() {
    CallOption session = login("ordered");
    String sorted = "SELECT id FROM range(0, 20000, 1, 4) ORDER BY id DESC";
    assertThat(client.execute(sorted, session).getOrdered()).isFalse();
    run("SET spark.flight.result.order=ranges", session);
    FlightInfo info = client.execute(sorted, session);
    assertThat(info.getOrdered()).isTrue();
    Iterator<java.util.List<Object>> rows = FlightRows.of(client, info, session).iterator();
    for (long id = 19_999; id >= 0; id--) {
      assertThat(rows.next()).isEqualTo(row(id));
    }
    assertThat(rows).isExhausted();
  }

  @Test
  void aDeadlineThatPassesStopsTheCommand() {
    assertTimesOut(deadline -> client.execute(FOR_EVER, deadline));
  }

  @Test
  void aDeadlineThatPassesStopsTheUpdate() {
    assertTimesOut(deadline -> client.executeUpdate(FOR_EVER, deadline));
  }

  private static void assertTimesOut(Consumer<CallOption> call) {
    assertThatThrownBy(() -> call.accept(CallOptions.timeout(3, TimeUnit.SECONDS)))
        .isInstanceOfSatisfying(
            FlightRuntimeException.class,
            e -> assertThat(e.status().code()).isEqualTo(FlightStatusCode.TIMED_OUT));
    awaitNoJob();
  }

  private CancelStatus cancel(FlightInfo info, CallOption... options) {
    return client.cancelFlightInfo(new CancelFlightInfoRequest(info), options).getStatus();
  }

  private void run(String command, CallOption session) {
    assertThat(FlightRows.of(client, client.execute(command, session), session)).isNotNull();
  }

  /** Arrow Java 18.3 adds the time to itself when it reads one; on the wire it is right. */
  private static Instant expiry(FlightEndpoint endpoint) {
    return Instant.ofEpochSecond(endpoint.getExpirationTime().orElseThrow().getEpochSecond() / 2);
  }

  private CallOption login(String user) {
    CredentialCallOption token = flight.authenticateBasicToken(user, "any").orElseThrow();
    return token;
  }

  private static long drain(FlightStream stream) {
    long batches = 0;
    while (stream.next()) {
      batches++;
    }
    return batches;
  }

  private static int jobs() {
    return SERVER.spark().sparkContext().statusTracker().getActiveJobIds().length;
  }

  private static void awaitNoJob() {
    await("the end of the jobs").atMost(SOON).until(() -> jobs() == 0);
  }
}
