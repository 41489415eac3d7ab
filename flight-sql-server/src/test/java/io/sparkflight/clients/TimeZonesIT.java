package io.sparkflight.clients;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkflight.testing.Canonical;
import io.sparkflight.testing.FlightSqlServerExtension;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.util.Calendar;
import java.util.Map;
import java.util.TimeZone;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.SessionOptionValueFactory;
import org.apache.arrow.flight.SetSessionOptionsRequest;
import org.apache.arrow.flight.sql.FlightSqlClient;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of moments and of local times when a session has a time zone of its own. */
class TimeZonesIT {
  @RegisterExtension static final FlightSqlServerExtension SERVER = new FlightSqlServerExtension();

  private static final String ROW =
      "SELECT timestamp'2024-07-01 12:00:00.123456' AS t, timestamp_ntz'2024-07-01 12:00:00.123456' AS n";

  private static final LocalDateTime LOCAL = LocalDateTime.parse("2024-07-01T12:00:00.123456");

  /** The session of the anonymous is the other tests', too. */
  @AfterEach
  void reset() throws Exception {
    try (FlightSqlClient client = SERVER.flightSql()) {
      client.execute("RESET spark.sql.session.timeZone");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "UTC, UTC",
    "Asia/Kathmandu, Asia/Kathmandu",
    "America/New_York, America/New_York",
    "+7, +07:00",
    "GMT-3, -03:00",
    "PST, America/Los_Angeles"
  })
  void theZoneGoesWithTheColumnAndTheValueIsTheMoment(String sparks, String arrows)
      throws Exception {
    try (FlightSqlClient client = SERVER.flightSql()) {
      client.execute("SET TIME ZONE '" + sparks + "'");
      check(client, client.execute(ROW), arrows);
      check(
          client,
          client.execute("SELECT t, n FROM (%s) CROSS JOIN range(1)".formatted(ROW)),
          arrows);
    }
  }

  private static void check(FlightSqlClient client, FlightInfo info, String zone) throws Exception {
    Schema schema = info.getSchemaOptional().orElseThrow();
    assertThat(zone(schema, "t")).isEqualTo(zone);
    assertThat(zone(schema, "n")).isNull();
    try (FlightStream stream = client.getStream(info.getEndpoints().get(0).getTicket())) {
      assertThat(stream.getSchema()).isEqualTo(schema);
      assertThat(stream.next()).isTrue();
      assertThat(Canonical.ofArrow(stream.getRoot().getVector("t"), 0))
          .isEqualTo(Canonical.ofSpark(LOCAL.atZone(ZoneId.of(zone)).toInstant()));
      assertThat(Canonical.ofArrow(stream.getRoot().getVector("n"), 0))
          .isEqualTo(Canonical.ofSpark(LOCAL));
    }
  }

  private static String zone(Schema schema, String column) {
    return ((ArrowType.Timestamp) schema.findField(column).getType()).getTimezone();
  }

  @Test
  void momentsInsideOfOtherTypesHaveTheZoneAsWell() throws Exception {
    try (FlightSqlClient client = SERVER.flightSql()) {
      client.execute("SET TIME ZONE 'Asia/Kathmandu'");
      FlightInfo info =
          client.execute(
              "SELECT array(t), named_struct('x', map('k', t)) FROM (%s)".formatted(ROW));
      Schema schema = info.getSchemaOptional().orElseThrow();
      assertThat(schema.toString().split("Timestamp\\(MICROSECOND, Asia/Kathmandu\\)", -1))
          .hasSize(3);
      try (FlightStream stream = client.getStream(info.getEndpoints().get(0).getTicket())) {
        assertThat(stream.getSchema()).isEqualTo(schema);
      }
    }
  }

  @Test
  void aSessionOptionSetsTheZone() throws Exception {
    try (FlightSqlClient client = SERVER.flightSql()) {
      assertThat(
              client
                  .setSessionOptions(
                      new SetSessionOptionsRequest(
                          Map.of(
                              "spark.sql.session.timeZone",
                              SessionOptionValueFactory.makeSessionOptionValue("Asia/Tokyo"))))
                  .hasErrors())
          .isFalse();
      check(client, client.execute(ROW), "Asia/Tokyo");
    }
  }

  @Test
  void whatIsPreparedFollowsTheZone() throws Exception {
    try (FlightSqlClient client = SERVER.flightSql();
        FlightSqlClient.PreparedStatement prepared = client.prepare(ROW)) {
      for (String zone : new String[] {"Asia/Tokyo", "America/New_York"}) {
        client.execute("SET TIME ZONE '" + zone + "'");
        check(client, prepared.execute(), zone);
      }
    }
  }

  /** Whatever the zone of this JVM. */
  @ParameterizedTest
  @ValueSource(strings = {"UTC", "Asia/Kathmandu", "America/New_York"})
  void jdbcReadsByTheClassesOfJavaTime(String zone) throws SQLException {
    try (Connection connection = inZone(zone);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(ROW)) {
      assertThat(rows.next()).isTrue();
      assertThat(rows.getObject("t", Instant.class))
          .isEqualTo(LOCAL.atZone(ZoneId.of(zone)).toInstant());
      assertThat(rows.getObject("t", OffsetDateTime.class))
          .isEqualTo(LOCAL.atZone(ZoneId.of(zone)).toOffsetDateTime());
      assertThat(rows.getObject("t", LocalDateTime.class)).isEqualTo(LOCAL);
      assertThat(rows.getObject("n", LocalDateTime.class)).isEqualTo(LOCAL);
      assertThat(rows.getString("t")).isEqualTo("2024-07-01 12:00:00.123456");
      assertThat(rows.getString("n")).isEqualTo("2024-07-01 12:00:00.123456");
    }
  }

  /** Without the calendar the driver counts from the zone of its JVM, in the wrong direction. */
  @ParameterizedTest
  @ValueSource(strings = {"UTC", "Asia/Kathmandu", "America/New_York"})
  void jdbcReadsAndBindsTheTimeOfAClockWithACalendarOfTheZone(String zone) throws SQLException {
    Calendar calendar = Calendar.getInstance(TimeZone.getTimeZone(zone));
    Calendar utc = Calendar.getInstance(TimeZone.getTimeZone("UTC"));
    try (Connection connection = inZone(zone);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(ROW);
        PreparedStatement bound = connection.prepareStatement("SELECT CAST(? AS TIMESTAMP) AS t")) {
      assertThat(rows.next()).isTrue();
      assertThat(rows.getTimestamp("t", calendar).toLocalDateTime()).isEqualTo(LOCAL);
      assertThat(rows.getTimestamp("n", utc).toLocalDateTime()).isEqualTo(LOCAL);
      Instant moment = Instant.parse("2024-12-01T12:00:00.123Z");
      bound.setTimestamp(1, Timestamp.from(moment), calendar);
      try (ResultSet arrived = bound.executeQuery()) {
        assertThat(arrived.next()).isTrue();
        assertThat(arrived.getObject("t", Instant.class)).isEqualTo(moment);
      }
    }
  }

  private static Connection inZone(String zone) throws SQLException {
    Connection connection = SERVER.jdbc("zones");
    try (Statement statement = connection.createStatement()) {
      statement.executeUpdate("SET TIME ZONE '" + zone + "'");
    }
    return connection;
  }
}
