package io.sparkflight.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.sparkflight.testing.FlightRows;
import io.sparkflight.testing.FlightSqlServerExtension;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.apache.arrow.flight.CallOption;
import org.apache.arrow.flight.CloseSessionRequest;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.SessionOptionValueFactory;
import org.apache.arrow.flight.SetSessionOptionsRequest;
import org.apache.arrow.flight.sql.FlightSqlClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Servers that share a secret: what a token finds on each; and how many sessions a user has. */
class SessionsOfServersIT {
  private static final String SECRET = "sixteen characters";

  @RegisterExtension
  static final FlightSqlServerExtension HERE =
      new FlightSqlServerExtension().with("spark.flight.cluster.secret", SECRET);

  /** Forgets soon, and allows one session to each user. */
  @RegisterExtension
  static final FlightSqlServerExtension THERE =
      new FlightSqlServerExtension()
          .with("spark.flight.cluster.secret", SECRET)
          .with("spark.flight.session.max-per-user", "1")
          .with("spark.flight.session.idle-timeout", "1s");

  @Test
  void aTokenIsGoodOnEveryServerAndTheSessionIsEachServersOwn() throws Exception {
    try (FlightSqlClient here = HERE.flightSql();
        FlightSqlClient there = THERE.flightSql();
        FlightClient flightThere = THERE.flight()) {
      CallOption ada = login(HERE, "ada");
      here.executeUpdate("CREATE TEMPORARY VIEW hers AS SELECT 1 AS one", ada);
      here.executeUpdate("SET spark.sql.session.timeZone = Asia/Kathmandu", ada);
      assertThat(ask(there, "SELECT current_timezone()", ada)).isNotEqualTo("Asia/Kathmandu");
      assertThatThrownBy(() -> ask(there, "SELECT one FROM hers", ada))
          .hasMessageContaining("[TABLE_OR_VIEW_NOT_FOUND]");
      assertThat(
              flightThere
                  .setSessionOptions(
                      new SetSessionOptionsRequest(
                          Map.of(
                              "catalog",
                              SessionOptionValueFactory.makeSessionOptionValue("spark_catalog"))),
                      ada)
                  .hasErrors())
          .isFalse();
      flightThere.closeSession(new CloseSessionRequest(), ada);
      assertThat(ask(here, "SELECT one FROM hers", ada)).isEqualTo(1);
      assertThat(ask(here, "SELECT current_timezone()", ada)).isEqualTo("Asia/Kathmandu");
    }
  }

  @Test
  void aPreparedStatementIsTheServersThatHasPreparedIt() throws Exception {
    try (FlightSqlClient here = HERE.flightSql();
        FlightSqlClient.PreparedStatement prepared = here.prepare("SELECT 1")) {
      FlightInfo info = prepared.execute();
      try (FlightClient there = THERE.flight()) {
        assertThatThrownBy(() -> there.getInfo(info.getDescriptor()))
            .isInstanceOf(FlightRuntimeException.class)
            .hasMessage(
                "Cannot execute the prepared statement: this session has none with this handle; it was"
                    + " closed, expired, or belongs to another session or server. Prepare it again, on"
                    + " this server.");
      }
    }
  }

  /** The second session has to wait until the first is idle, which it is not while it reads. */
  @Test
  void aSessionThatReadsIsKeptAndOneThatIsLeftIsNot() throws Exception {
    try (FlightSqlClient client = THERE.flightSql()) {
      CallOption first = login(THERE, "bob");
      CallOption second = login(THERE, "bob");
      FlightInfo info = client.execute("SELECT id FROM range(20000000)", first);
      try (FlightStream rows = client.getStream(info.getEndpoints().get(0).getTicket(), first)) {
        assertThat(rows.next()).isTrue();
        await("bob's first session, for longer than an idle one lives")
            .during(Duration.ofMillis(1_500))
            .until(() -> refusal(client, second).isPresent());
        assertThat(refusal(client, second))
            .hasValueSatisfying(
                refused -> {
                  assertThat(refused.status().code())
                      .isEqualTo(FlightStatusCode.RESOURCE_EXHAUSTED);
                  assertThat(refused)
                      .hasMessage(
                          "Cannot begin a session: user bob has 1 on this server, the limit of"
                              + " spark.flight.session.max-per-user. Close one, or wait until one has"
                              + " been idle for 1 s.");
                });
        rows.cancel("enough", null);
      }
      await("room for bob's second session").until(() -> refusal(client, second).isEmpty());
    }
  }

  @Test
  void clientsWithoutANameShareOneSessionAndNeverMeetTheLimit() throws Exception {
    try (FlightSqlClient one = THERE.flightSql();
        FlightSqlClient other = THERE.flightSql()) {
      assertThat(ask(one, "SELECT 1")).isEqualTo(1);
      assertThat(ask(other, "SELECT 1")).isEqualTo(1);
    }
  }

  @Test
  void jdbcTellsTheLimit() throws SQLException {
    try (Connection first = THERE.jdbc("cyd");
        Connection second = THERE.jdbc("cyd")) {
      try (Statement statement = first.createStatement();
          ResultSet reading = statement.executeQuery("SELECT id FROM range(6000000)")) {
        assertThat(reading.next()).isTrue(); // so that the first session does not become idle
        assertThatThrownBy(() -> second.createStatement().executeQuery("SELECT 1"))
            .isInstanceOf(SQLException.class)
            .hasMessageContaining("the limit of spark.flight.session.max-per-user");
      }
    }
  }

  private static CallOption login(FlightSqlServerExtension server, String user) throws Exception {
    try (FlightClient client = server.flight()) {
      return client.authenticateBasicToken(user, "any").orElseThrow();
    }
  }

  private static Object ask(FlightSqlClient client, String sql, CallOption... who) {
    return FlightRows.of(client, client.execute(sql, who), who).get(0).get(0);
  }

  private static Optional<FlightRuntimeException> refusal(FlightSqlClient client, CallOption who) {
    try {
      client.getExecuteSchema("SELECT 1", who);
      return Optional.empty();
    } catch (FlightRuntimeException e) {
      return Optional.of(e);
    }
  }
}
