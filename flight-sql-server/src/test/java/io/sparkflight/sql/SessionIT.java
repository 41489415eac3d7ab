package io.sparkflight.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkflight.error.FlightFailure;
import io.sparkflight.sql.auth.Identity;
import io.sparkflight.sql.session.Session;
import io.sparkflight.sql.session.Sessions;
import io.sparkflight.testing.FlightRows;
import io.sparkflight.testing.FlightSqlServerExtension;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.arrow.flight.CallOption;
import org.apache.arrow.flight.CloseSessionRequest;
import org.apache.arrow.flight.CloseSessionResult;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.GetSessionOptionsRequest;
import org.apache.arrow.flight.SessionOptionValue;
import org.apache.arrow.flight.SessionOptionValueFactory;
import org.apache.arrow.flight.SetSessionOptionsRequest;
import org.apache.arrow.flight.SetSessionOptionsResult;
import org.apache.arrow.flight.SetSessionOptionsResult.ErrorValue;
import org.apache.arrow.flight.sql.FlightSqlClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a session remembers, for how long, and that no other one sees it. */
class SessionIT {
  @RegisterExtension static final FlightSqlServerExtension SERVER = new FlightSqlServerExtension();

  private FlightClient client;
  private CallOption ada;
  private CallOption bob;

  @BeforeEach
  void connect() {
    SERVER.spark().sql("CREATE DATABASE IF NOT EXISTS session_test");
    client = SERVER.flight();
    ada = client.authenticateBasicToken("ada", "any").orElseThrow();
    bob = client.authenticateBasicToken("bob", "any").orElseThrow();
  }

  @AfterEach
  void close() throws Exception {
    client.close();
  }

  @Test
  void setsAndTellsTheCatalogAndTheSchema() {
    assertThat(set(ada, Map.of("catalog", text("spark_catalog"), "schema", text("session_test"))))
        .isEmpty();
    assertThat(options(ada))
        .containsAllEntriesOf(
            Map.of("catalog", text("spark_catalog"), "schema", text("session_test")));
    assertThat(ask(ada, "SELECT current_schema()")).isEqualTo("session_test");
    assertThat(ask(bob, "SELECT current_schema()")).isEqualTo("default");
  }

  @Test
  void tellsWhichOptionsItCannotSet() {
    Map<String, SessionOptionValue> wrong =
        Map.of(
            "schema", text("nowhere"),
            "catalog", number(7),
            "colour", text("blue"),
            "spark.sql.shufle.partitions", number(3),
            "spark.sql.warehouse.dir", text("/"),
            "spark.executor.memory", text("1g"),
            "spark.flight.port", number(1),
            "spark.sql.ansi.enabled", number(1),
            "spark.sql.shuffle.partitions", number(0),
            "spark.sql.session.timeZone", text("Middle/Earth"));
    assertThat(set(ada, wrong))
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "schema", ErrorValue.INVALID_VALUE,
                "catalog", ErrorValue.INVALID_VALUE,
                "colour", ErrorValue.INVALID_NAME,
                "spark.sql.shufle.partitions", ErrorValue.INVALID_NAME,
                "spark.sql.warehouse.dir", ErrorValue.ERROR,
                "spark.executor.memory", ErrorValue.ERROR,
                "spark.flight.port", ErrorValue.ERROR,
                "spark.sql.ansi.enabled", ErrorValue.INVALID_VALUE,
                "spark.sql.shuffle.partitions", ErrorValue.INVALID_VALUE,
                "spark.sql.session.timeZone", ErrorValue.INVALID_VALUE));
    assertThat(ask(ada, "SELECT current_schema()")).isEqualTo("default");
    assertThat(options(ada).get("spark.sql.shuffle.partitions")).isEqualTo(number(2));
  }

  @Test
  void setsTheSettingsThatItMayAndSetsThemBack() {
    Map<String, SessionOptionValue> chosen =
        Map.of(
            "spark.sql.session.timeZone", text("Asia/Kathmandu"),
            "spark.sql.shuffle.partitions", number(7),
            "spark.sql.ansi.enabled", SessionOptionValueFactory.makeSessionOptionValue(true),
            "spark.sql.storeAssignmentPolicy", text("STRICT"),
            "spark.flight.result.retention", text("10s"));
    Map<String, SessionOptionValue> before = options(ada);
    assertThat(set(ada, chosen)).isEmpty();
    assertThat(options(ada)).containsAllEntriesOf(chosen);
    assertThat(options(bob)).isEqualTo(before);
    assertThat(ask(ada, "SELECT current_timezone()")).isEqualTo("Asia/Kathmandu");
    assertThatThrownBy(() -> ask(ada, "SELECT 1 / 0")).hasMessageContaining("[DIVIDE_BY_ZERO]");
    assertThat(set(ada, Map.of("spark.sql.ansi.enabled", text("false")))).isEmpty();
    assertThat(FlightRows.of(sql(), sql().execute("SELECT 1 / 0", ada), ada))
        .isEqualTo(List.of(FlightRows.row((Object) null)));
    Map<String, SessionOptionValue> back = new HashMap<>();
    chosen.keySet().forEach(name -> back.put(name, empty()));
    assertThat(set(ada, back)).isEmpty();
    assertThat(options(ada)).isEqualTo(before);
  }

  @Test
  void anEmptyCatalogAndSchemaAreTheFirstOnes() {
    assertThat(set(ada, Map.of("schema", text("session_test")))).isEmpty();
    assertThat(set(ada, Map.of("catalog", empty(), "schema", empty()))).isEmpty();
    assertThat(options(ada))
        .containsAllEntriesOf(Map.of("catalog", text("spark_catalog"), "schema", text("default")));
  }

  @Test
  void keepsSettingsAndTemporaryViewsToItself() {
    sql().executeUpdate("SET spark.sql.session.timeZone = Asia/Kathmandu", ada);
    sql().executeUpdate("CREATE TEMPORARY VIEW hers AS SELECT 'secret' AS word", ada);
    assertThat(ask(ada, "SELECT current_timezone()")).isEqualTo("Asia/Kathmandu");
    assertThat(ask(ada, "SELECT word FROM hers")).isEqualTo("secret");
    assertThat(ask(bob, "SELECT current_timezone()")).isNotEqualTo("Asia/Kathmandu");
    assertThatThrownBy(() -> ask(bob, "SELECT word FROM hers"))
        .isInstanceOf(FlightRuntimeException.class)
        .hasMessageContaining("[TABLE_OR_VIEW_NOT_FOUND]");
  }

  @Test
  void forgetsAClosedSessionAndClosesTwice() {
    sql().executeUpdate("CREATE TEMPORARY VIEW brief AS SELECT 1 AS one", ada);
    for (int time = 0; time < 2; time++) {
      assertThat(client.closeSession(new CloseSessionRequest(), ada).getStatus())
          .isEqualTo(CloseSessionResult.Status.CLOSED);
    }
    assertThatThrownBy(() -> ask(ada, "SELECT one FROM brief"))
        .hasMessageContaining("[TABLE_OR_VIEW_NOT_FOUND]");
  }

  @Test
  void takesTheCatalogOfAJdbcConnection() throws SQLException {
    String url = SERVER.jdbcUrl() + "&user=ada&password=any&catalog=";
    Connection connection = DriverManager.getConnection(url + "spark_catalog");
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT current_catalog()")) {
      assertThat(rows.next()).isTrue();
      assertThat(rows.getString(1)).isEqualTo("spark_catalog");
    }
    // The driver closes the session a second time, after its own channel.
    assertThatThrownBy(connection::close).hasMessageContaining("Channel shutdown invoked");
  }

  @Test
  void refusesAJdbcConnectionToAnUnknownCatalog() {
    String url = SERVER.jdbcUrl() + "&user=ada&password=any&catalog=nowhere";
    assertThatThrownBy(() -> DriverManager.getConnection(url).close())
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("Cannot set session option for catalog = Optional[nowhere]");
  }

  @Test
  void idleSessionsExpire() {
    AtomicLong now = new AtomicLong();
    Duration idle = Duration.ofMinutes(10);
    try (Sessions sessions =
        new Sessions(SERVER::spark, new Sessions.Limits(idle, 2, 2, 5), now::get)) {
      Identity first = new Identity("ada", "1");
      Identity second = new Identity("ada", "2");
      Session before = sessions.of(first);
      sessions.of(second);
      assertThatThrownBy(() -> sessions.of(new Identity("ada", "3")))
          .isInstanceOf(FlightFailure.class)
          .hasMessage(
              "Cannot begin a session: this server has 2, the limit of spark.flight.session.max-count."
                  + " Close one, or use another server.");
      now.addAndGet(idle.toNanos() - 1);
      assertThat(sessions.of(first)).isSameAs(before);
      now.addAndGet(2);
      assertThat(sessions.count()).isEqualTo(1);
      sessions.of(new Identity("ada", "3"));
      now.addAndGet(idle.toNanos());
      assertThat(sessions.of(first)).isNotSameAs(before);
    }
  }

  @Test
  void oneUserHasOnlySoManySessions() {
    AtomicLong now = new AtomicLong();
    try (Sessions sessions =
        new Sessions(
            SERVER::spark, new Sessions.Limits(Duration.ofMinutes(10), 9, 2, 5), now::get)) {
      Session first = sessions.of(new Identity("ada", "1"));
      sessions.of(new Identity("ada", "2"));
      Identity third = new Identity("ada", "3");
      assertThatThrownBy(() -> sessions.of(third))
          .isInstanceOf(FlightFailure.class)
          .hasMessage(
              "Cannot begin a session: user ada has 2 on this server, the limit of"
                  + " spark.flight.session.max-per-user. Close one, or wait until one has been idle for 600 s.");
      assertThat(sessions.of(new Identity("ada", "1"))).isSameAs(first);
      sessions.of(new Identity("bob", "3"));
      sessions.close(new Identity("ada", "2"));
      sessions.of(third);
    }
  }

  @Test
  void aSessionIsNotIdleWhileACallIsAtWork() {
    AtomicLong now = new AtomicLong();
    Duration idle = Duration.ofMinutes(10);
    try (Sessions sessions =
        new Sessions(SERVER::spark, new Sessions.Limits(idle, 2, 2, 5), now::get)) {
      Identity ada = new Identity("ada", "1");
      Runnable end = sessions.call(ada);
      Session session = sessions.of(ada);
      now.addAndGet(3 * idle.toNanos());
      sessions.call(ada).run(); // a second one comes and goes
      now.addAndGet(3 * idle.toNanos());
      assertThat(sessions.of(ada)).isSameAs(session);
      end.run();
      now.addAndGet(idle.toNanos() - 1);
      assertThat(sessions.count()).isEqualTo(1);
      now.addAndGet(1);
      assertThat(sessions.count()).isZero();
    }
  }

  private FlightSqlClient sql() {
    return new FlightSqlClient(client);
  }

  private Map<String, ErrorValue> set(CallOption who, Map<String, SessionOptionValue> options) {
    SetSessionOptionsResult result =
        client.setSessionOptions(new SetSessionOptionsRequest(options), who);
    return result.getErrors().entrySet().stream()
        .collect(
            java.util.stream.Collectors.toMap(Map.Entry::getKey, error -> error.getValue().value));
  }

  private Map<String, SessionOptionValue> options(CallOption who) {
    return client.getSessionOptions(new GetSessionOptionsRequest(), who).getSessionOptions();
  }

  private Object ask(CallOption who, String query) {
    List<List<Object>> rows = FlightRows.of(sql(), sql().execute(query, who), who);
    assertThat(rows).hasSize(1);
    return rows.get(0).get(0);
  }

  private static SessionOptionValue number(long value) {
    return SessionOptionValueFactory.makeSessionOptionValue(value);
  }

  private static SessionOptionValue empty() {
    return SessionOptionValueFactory.makeEmptySessionOptionValue();
  }

  private static SessionOptionValue text(String value) {
    return SessionOptionValueFactory.makeSessionOptionValue(value);
  }
}
