package io.sparkflight.sql;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkflight.config.ConfigException;
import io.sparkflight.error.FlightFailure;
import io.sparkflight.testing.FlightSqlServerExtension;
import io.sparkflight.testing.FreePorts;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What keeps a server from starting, and how it says so. */
class RefusedStartIT {
  @RegisterExtension static final FlightSqlServerExtension SERVER = new FlightSqlServerExtension();

  @Test
  void aPortInUse() {
    String port = Integer.toString(SERVER.server().port());
    assertThatThrownBy(() -> start(Map.of("spark.flight.port", port)))
        .isInstanceOf(FlightFailure.class)
        .hasMessageContaining("Cannot listen on 127.0.0.1:" + port)
        .hasMessageContaining("Choose another address or port, or port 0 for any free one.");
  }

  @Test
  void settingsThatAreWrongAreToldTogether() {
    assertThatThrownBy(
            () ->
                start(
                    Map.of(
                        "spark.flight.prot", "1",
                        "spark.flight.port", "70000",
                        "spark.flight.session.idle-timeout", "soon")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("unknown key spark.flight.prot; did you mean spark.flight.port?")
        .hasMessageContaining("spark.flight.port = '70000' is not valid: not in 0…65535")
        .hasMessageContaining("spark.flight.session.idle-timeout = 'soon' is not valid");
  }

  @Test
  void moreMemoryForResultsThanTheProcessHas() {
    assertThatThrownBy(() -> start(Map.of("spark.flight.exchange.memory", "1t")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(
            "spark.flight.exchange.memory is 1048576 MiB, more than three quarters of this process's"
                + " heap of ")
        .hasMessageContaining("spark.driver.memory");
  }

  @Test
  void anUnknownManager() {
    assertThatThrownBy(
            () -> start(Map.of("spark.flight.port", "0", "spark.flight.manager", "telepathy")))
        .isInstanceOf(FlightFailure.class)
        .hasMessageContaining(
            "Cannot start the manager 'telepathy': there is none of that name. Set"
                + " spark.flight.manager to one of ")
        .hasMessageContaining("local");
  }

  @Test
  void zooKeeperIsAbsent() {
    String url = "127.0.0.1:" + FreePorts.take();
    assertThatThrownBy(
            () ->
                start(
                    Map.of(
                        "spark.flight.port", "0",
                        "spark.flight.manager", "zookeeper",
                        "spark.flight.cluster.secret", "sixteen characters",
                        "spark.flight.manager.zookeeper.url", url,
                        "spark.flight.manager.zookeeper.connect-timeout", "2s")))
        .isInstanceOf(FlightFailure.class)
        .hasMessageStartingWith(
            "Cannot join the other servers: ZooKeeper at %s did not answer within 2000 ms."
                .formatted(url))
        .hasMessageContaining("spark.flight.manager.zookeeper.url");
  }

  @Test
  void aClusterWithoutASecret() {
    assertThatThrownBy(() -> start(Map.of("spark.flight.manager", "zookeeper")))
        .isInstanceOf(FlightFailure.class)
        .hasMessageContaining("spark.flight.cluster.secret is not set");
  }

  private static void start(Map<String, String> conf) {
    SparkFlightSqlServer.start(SERVER.spark(), conf).close();
  }
}
