package io.sparkflight.datasource.read;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkflight.datasource.client.FlightSqlException;
import io.sparkflight.datasource.client.SourceOptions;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.apache.arrow.flight.FlightEndpoint;
import org.apache.arrow.flight.Location;
import org.apache.arrow.flight.Ticket;
import org.apache.spark.SparkConf;
import org.junit.jupiter.api.Test;

/** What a task gets of an endpoint, and whether a second copy of it may. */
class EndpointPartitionTest {
  private static final URI ASKED = URI.create("grpc://127.0.0.1:1");
  private final Instant expiration = Instant.now().plusSeconds(600).truncatedTo(ChronoUnit.MICROS);
  private static final SourceOptions SOURCE =
      SourceOptions.of(Map.of("uri", ASKED.toString(), "query", "q"));

  /** As a client of Arrow receives it. */
  private static FlightEndpoint received(String ticket, Instant end, Location... locations)
      throws Exception {
    return FlightEndpoint.deserialize(
        new FlightEndpoint(new Ticket(ticket.getBytes(UTF_8)), end, locations).serialize());
  }

  private static EndpointPartition partition(FlightEndpoint endpoint) {
    return new EndpointPartition(0, endpoint, false, new Object());
  }

  private static EndpointPartition inATask(EndpointPartition partition) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(partition);
    }
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      return (EndpointPartition) in.readObject();
    }
  }

  @Test
  void expirationIsWhatTheServerHasSent() throws Exception {
    EndpointPartition partition = inATask(partition(received("t", expiration)));
    assertThat(partition.expiration()).isEqualTo(expiration);
    assertThat(partition.renewal())
        .isBetween(Instant.now().plusSeconds(200), expiration.minus(Duration.ofSeconds(200)));
    assertThat(partition.endpoint().getExpirationTime()).contains(expiration);
  }

  @Test
  void aTaskGetsTheLastRenewal() throws Exception {
    EndpointPartition partition = partition(received("old", expiration));
    partition.renewed(received("new", expiration.plusSeconds(60)));
    EndpointPartition read = inATask(partition);
    assertThat(new String(read.ticket().getBytes(), UTF_8)).isEqualTo("new");
    assertThat(read.expiration()).isEqualTo(expiration.plusSeconds(60));
  }

  @Test
  void eachTaskKnowsHowManyHadItBefore() throws Exception {
    EndpointPartition partition = partition(new FlightEndpoint(new Ticket(new byte[1])));
    assertThat(inATask(partition).launches()).isEqualTo(1);
    assertThat(inATask(partition).launches()).isEqualTo(2);
  }

  @Test
  void noLocationAndTheReusedConnectionAreTheServerThatWasAsked() throws Exception {
    Location other = Location.forGrpcTls("other.example", 2);
    assertThat(partition(received("t", expiration)).locations(ASKED)).containsExactly(ASKED);
    EndpointPartition both =
        partition(received("t", expiration, Location.reuseConnection(), other));
    assertThat(both.locations(ASKED)).containsExactly(ASKED, other.getUri());
    assertThat(both.preferredLocations()).containsExactly("other.example");
  }

  @Test
  void secondCopiesAreRefusedOfWhatCanBeReadOnce() throws Exception {
    FlightEndpoint once = new FlightEndpoint(new Ticket(new byte[1]));
    List<EndpointPartition> single = List.of(partition(received("t", expiration)), partition(once));
    SparkConf cluster = new SparkConf(false).set("spark.master", "spark://host:7077");
    SparkConf speculating = cluster.clone().set("spark.speculation", "true");
    assertThatThrownBy(() -> Speculation.refuse(SOURCE, single, speculating))
        .isInstanceOf(FlightSqlException.class)
        .hasMessageContaining("Cannot read a query of " + ASKED + " with spark.speculation");
    assertThatCode(
            () -> {
              Speculation.refuse(SOURCE, single, cluster);
              Speculation.refuse(
                  SOURCE, single, speculating.clone().set("spark.master", "local[2]"));
              Speculation.refuse(SOURCE, single.subList(0, 1), speculating);
              Speculation.refuse(
                  SOURCE, List.of(new EndpointPartition(0, once, true, new Object())), speculating);
            })
        .doesNotThrowAnyException();
  }
}
