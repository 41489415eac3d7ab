package io.sparkflight.datasource.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.sparkflight.datasource.client.FlightSqlException;
import io.sparkflight.datasource.client.ServerOptions;
import io.sparkflight.lifecycle.Threads;
import io.sparkflight.sql.SparkFlightSqlServer;
import io.sparkflight.testing.LocalSpark;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Connections of a catalog are kept, bounded, closed when idle, and replaced when gone. */
class CatalogConnectionsIT {
  private static final Duration LONG = Duration.ofMinutes(10);

  private static SparkFlightSqlServer server;

  @BeforeAll
  static void start() {
    server = server(0);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static SparkFlightSqlServer server(int port) {
    return SparkFlightSqlServer.start(
        LocalSpark.session(), Map.of("spark.flight.port", Integer.toString(port)));
  }

  private static CatalogConnections connections(SparkFlightSqlServer server, Duration idleTime) {
    return new CatalogConnections(
        ServerOptions.of(Map.of("uri", server.uri(), "user", "ada", "password", "any")), idleTime);
  }

  private static List<String> catalogs(CatalogConnections connections) {
    return connections.ask(session -> session.connection().metadata().catalogs());
  }

  private static ServerSession any(CatalogConnections connections) {
    return connections.ask(session -> session);
  }

  @Test
  void oneQuestionAfterTheOtherNeedsOneConnection() {
    CatalogConnections connections = connections(server, LONG);
    ServerSession first = any(connections);
    for (int i = 0; i < 20; i++) {
      assertThat(any(connections)).isSameAs(first);
    }
    assertThat(connections.idle()).isEqualTo(1);
  }

  @Test
  void questionsAtOnceHaveConnectionsOfTheirOwnAndFewAreKept() throws Exception {
    CatalogConnections connections = connections(server, LONG);
    CyclicBarrier allAtOnce = new CyclicBarrier(6);
    ExecutorService pool = Threads.pool("asking");
    try {
      List<Future<ServerSession>> asked = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        asked.add(pool.submit(() -> connections.ask(session -> together(allAtOnce, session))));
      }
      List<ServerSession> sessions = new ArrayList<>();
      for (Future<ServerSession> each : asked) {
        sessions.add(each.get(30, TimeUnit.SECONDS));
      }
      assertThat(sessions).doesNotHaveDuplicates();
      assertThat(connections.idle()).isEqualTo(4);
    } finally {
      Threads.stop(pool);
    }
  }

  private static ServerSession together(CyclicBarrier all, ServerSession session) {
    try {
      int unused = all.await(20, TimeUnit.SECONDS);
      return session;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void whatNobodyUsesIsClosed() {
    CatalogConnections connections = connections(server, Duration.ofMillis(20));
    ServerSession used = any(connections);
    await("nothing is kept").until(() -> connections.idle() == 0);
    await("the connection is closed")
        .untilAsserted(
            () ->
                assertThatThrownBy(() -> used.connection().metadata().catalogs())
                    .isInstanceOf(RuntimeException.class));
    assertThat(catalogs(connections)).contains("spark_catalog");
  }

  @Test
  void aQuestionThatIsRefusedKeepsItsConnection() {
    CatalogConnections connections = connections(server, LONG);
    ServerSession first = any(connections);
    assertThatThrownBy(() -> connections.tell("try", "DROP TABLE nothing"))
        .isInstanceOf(FlightSqlException.class)
        .hasMessageContaining("Cannot try on " + server.uri());
    assertThat(any(connections)).isSameAs(first);
  }

  @Test
  void aSignInThatTheServerDoesNotKnowAnyMoreIsRepeated() {
    SparkFlightSqlServer restarted = server(0);
    CatalogConnections connections = connections(restarted, LONG);
    assertThat(catalogs(connections)).contains("spark_catalog");
    int port = restarted.port();
    restarted.close();
    restarted = server(port); // its tokens have another key
    try {
      connections.tell("set", "SET a.b = c");
      ServerSession second = any(connections);
      assertThat(catalogs(connections)).contains("spark_catalog");
      assertThat(any(connections)).isSameAs(second);
    } finally {
      restarted.close();
    }
    assertThatThrownBy(() -> catalogs(connections))
        .isInstanceOf(FlightSqlException.class)
        .hasMessageContaining("UNAVAILABLE");
    assertThat(connections.idle()).isZero();
  }
}
