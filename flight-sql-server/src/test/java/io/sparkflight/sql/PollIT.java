package io.sparkflight.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Any;
import io.sparkflight.lifecycle.Threads;
import io.sparkflight.testing.FlightSqlServerExtension;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
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
import org.apache.arrow.flight.PollInfo;
import org.apache.arrow.flight.grpc.CredentialCallOption;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementQuery;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code PollFlightInfo}: how far a statement is. */
class PollIT {
  @RegisterExtension static final FlightSqlServerExtension SERVER = new FlightSqlServerExtension();

  private static final String ENDLESS = "SELECT id FROM range(0, 1000000000000, 1, 2)";

  /** Forty tasks that end at once, and two that do not. */
  private static final String HALFWAY =
      "SELECT id FROM range(0, 40, 1, 40) UNION ALL SELECT id FROM range(0, 1000000000000, 1, 2)";

  private FlightClient flight;
  private ExecutorService readers;

  @BeforeEach
  void connect() {
    flight = SERVER.flight();
    readers = Threads.pool("reader");
  }

  @AfterEach
  void disconnect() throws Exception {
    Threads.stop(readers);
    flight.close();
  }

  @Test
  void pollTellsHowFarAStatementIs() {
    PollInfo poll = flight.pollInfo(command(HALFWAY));
    FlightInfo first = poll.getFlightInfo();
    double before = 0;
    while (before < 40 / 42.0) {
      double now = poll.getProgress().orElseThrow();
      assertThat(now).isGreaterThanOrEqualTo(before).isLessThan(1);
      before = now;
      poll = flight.pollInfo(poll.getFlightDescriptor().orElseThrow());
      assertThat(poll.getFlightInfo()).isEqualTo(first);
    }
    assertThat(cancel(first)).isEqualTo(CancelStatus.CANCELLED);
  }

  @Test
  void pollTellsThatAStatementHasEnded() throws Exception {
    PollInfo poll = flight.pollInfo(command("SELECT id FROM range(0, 40000000, 1, 40)"));
    FlightInfo first = poll.getFlightInfo();
    Future<Long> reading = readers.submit(() -> read(first));
    double before = 0;
    while (poll.getFlightDescriptor().isPresent()) {
      double now = poll.getProgress().orElseThrow();
      assertThat(now).isBetween(before, 1.0);
      before = now;
      poll = flight.pollInfo(poll.getFlightDescriptor().orElseThrow());
      assertThat(poll.getFlightInfo()).isEqualTo(first);
    }
    assertThat(poll.getProgress()).hasValue(1.0);
    assertThat(reading.get(1, TimeUnit.MINUTES)).isEqualTo(40_000_000);
  }

  @Test
  void pollTellsThatAStatementHasFailed() {
    FlightDescriptor fails = command("SELECT raise_error('no ' || id) FROM range(0, 10, 1, 2)");
    assertThatThrownBy(() -> pollToTheEnd(flight.pollInfo(fails))).hasMessageContaining("no ");
  }

  @Test
  void pollAnswersAtOnceWhereNothingRuns() {
    assertThat(flight.pollInfo(command("SELECT 1")).getFlightDescriptor()).isEmpty();
    pollToTheEnd(flight.pollInfo(command("SHOW TABLES")));
  }

  @Test
  void nobodyPollsTheStatementOfAnother() {
    PollInfo hers = flight.pollInfo(command(ENDLESS), login("ada"));
    FlightDescriptor next = hers.getFlightDescriptor().orElseThrow();
    assertThatThrownBy(() -> flight.pollInfo(next, login("bob")))
        .isInstanceOfSatisfying(
            FlightRuntimeException.class,
            e -> assertThat(e.status().code()).isEqualTo(FlightStatusCode.UNAUTHORIZED));
    assertThat(cancel(hers.getFlightInfo(), login("ada"))).isEqualTo(CancelStatus.CANCELLED);
  }

  @Test
  void aChangedDescriptorIsRefused() {
    PollInfo poll = flight.pollInfo(command(ENDLESS));
    byte[] next = poll.getFlightDescriptor().orElseThrow().getCommand();
    assertThat(cancel(poll.getFlightInfo())).isEqualTo(CancelStatus.CANCELLED);
    for (int at = 4; at < next.length; at += 7) {
      byte[] changed = next.clone();
      changed[at] ^= 0x55;
      assertThatThrownBy(() -> flight.pollInfo(FlightDescriptor.command(changed)))
          .as("byte %d", at)
          .isInstanceOfSatisfying(
              FlightRuntimeException.class,
              e -> assertThat(e.status().code()).isEqualTo(FlightStatusCode.INVALID_ARGUMENT));
    }
  }

  private void pollToTheEnd(PollInfo poll) {
    while (poll.getFlightDescriptor().isPresent()) {
      poll = flight.pollInfo(poll.getFlightDescriptor().orElseThrow());
    }
  }

  private static FlightDescriptor command(String sql) {
    return FlightDescriptor.command(
        Any.pack(CommandStatementQuery.newBuilder().setQuery(sql).build()).toByteArray());
  }

  private CancelStatus cancel(FlightInfo info, CallOption... options) {
    return flight.cancelFlightInfo(new CancelFlightInfoRequest(info), options).getStatus();
  }

  private CallOption login(String user) {
    CredentialCallOption token = flight.authenticateBasicToken(user, "any").orElseThrow();
    return token;
  }

  private long read(FlightInfo info) throws Exception {
    long rows = 0;
    for (FlightEndpoint endpoint : info.getEndpoints()) {
      try (FlightStream stream = flight.getStream(endpoint.getTicket())) {
        while (stream.next()) {
          rows += stream.getRoot().getRowCount();
        }
      }
    }
    return rows;
  }
}
