package io.sparkflight.datasource.client;

import io.sparkflight.datasource.sql.Dialect;
import io.sparkflight.lifecycle.Closer;
import java.io.IOException;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.flight.CallHeaders;
import org.apache.arrow.flight.CallOption;
import org.apache.arrow.flight.CallOptions;
import org.apache.arrow.flight.CancelFlightInfoRequest;
import org.apache.arrow.flight.CloseSessionRequest;
import org.apache.arrow.flight.FlightCallHeaders;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightEndpoint;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.HeaderCallOption;
import org.apache.arrow.flight.Location;
import org.apache.arrow.flight.RenewFlightEndpointRequest;
import org.apache.arrow.flight.Ticket;
import org.apache.arrow.flight.sql.FlightSqlClient;
import org.apache.arrow.flight.sql.impl.FlightSql.SqlInfo;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A signed-in client of one server. Used by one thread; owns its memory and connection. */
public final class ServerConnection implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ServerConnection.class);
  private static final String RETENTION = "spark.flight.result.retention";
  private static final String STREAMS = "spark.flight.result.streams";
  private static final String COMPRESSION = "spark.flight.result.compression";

  /** Nobody waits for a session to end: one that is left ends by itself. */
  private static final int GOODBYE_SECONDS = 5;

  private final ServerOptions server;
  private final URI uri;
  private final Closer closer = new Closer();
  private final SignIn signIn;
  private final BufferAllocator memory;
  private final FlightClient flight;
  private final FlightSqlClient client;
  private final CallOption[] call;
  private @Nullable Dialect dialect;
  private boolean keepsSession;

  private ServerConnection(ServerOptions server, URI uri) throws IOException {
    this.server = server;
    this.uri = uri;
    this.signIn = new SignIn(server);
    this.call =
        server.timeout().isZero()
            ? new CallOption[0]
            : new CallOption[] {
              CallOptions.timeout(server.timeout().toMillis(), TimeUnit.MILLISECONDS)
            };
    this.memory = closer.register("memory of a flight-sql connection", new RootAllocator());
    try {
      FlightClient.Builder builder =
          FlightClient.builder(memory, new Location(uri)).intercept(signIn);
      server.tls().give(builder);
      this.flight = closer.register("flight-sql connection", builder.build());
      this.client = new FlightSqlClient(flight);
      signIn.start(flight, call);
    } catch (IOException | RuntimeException e) {
      closer.closeAfter(e);
      throw e;
    }
  }

  /** Connects to the server that the user names. */
  public static ServerConnection open(ServerOptions server) {
    return open(server, server.uri());
  }

  /**
   * Connects to another server of the same cluster.
   *
   * @throws FlightSqlException if it cannot be reached, or does not let us in
   */
  public static ServerConnection open(ServerOptions server, URI uri) {
    if (!server.isSafe(uri)) {
      throw FlightSqlException.because(
          "Cannot connect to %s: %s speaks TLS, and this location would take rows and sign-in in the clear. Have the server name a grpc+tls location."
              .formatted(uri, server));
    }
    try {
      return new ServerConnection(server, uri);
    } catch (IOException | IllegalArgumentException | FlightRuntimeException e) {
      throw FlightSqlException.of("connect to", uri, e);
    }
  }

  /**
   * Connects with a sign-in that others share, or signs in anew where that is not accepted (any
   * more).
   *
   * @param server as {@link #keepSession} has told it
   */
  public static ServerConnection openShared(ServerOptions server) {
    ServerConnection shared = open(server);
    Optional<ServerOptions> anew = server.signedOut();
    if (anew.isEmpty()) {
      return shared;
    }
    try {
      var unused = shared.updates().actions(); // each call is refused if this one is
      return shared;
    } catch (FlightSqlException e) {
      shared.close();
      if (e.status().equals(Optional.of(FlightStatusCode.UNAUTHENTICATED))) {
        return open(anew.get());
      }
      throw e;
    }
  }

  /** What the server's SQL puts around names. */
  public String quote() {
    return dialect().names().quote();
  }

  /** What the server tells of its SQL. */
  public Dialect dialect() {
    Dialect known = dialect;
    if (known == null) {
      known = askDialect();
      dialect = known;
    }
    return known;
  }

  private Dialect askDialect() {
    Map<SqlInfo, Object> told = facts(Dialect.BASICS);
    if (told.isEmpty()) { // some refuse all for one that they do not know
      told = facts(List.of(SqlInfo.SQL_IDENTIFIER_QUOTE_CHAR));
    }
    if (Dialect.of(told).sparks()) {
      told.putAll(facts(Dialect.DETAILS));
    }
    return Dialect.of(told);
  }

  /** What the server says of itself; empty if it does not. */
  public Optional<Object> info(SqlInfo code) {
    return Optional.ofNullable(facts(List.of(code)).get(code));
  }

  private Map<SqlInfo, Object> facts(List<SqlInfo> codes) {
    return ask("ask", () -> ServerFacts.ask(client, codes, call));
  }

  /** Whether each stream of this server ends with how much it was: a Spark Flight SQL server. */
  public boolean countsStreams() {
    return dialect().sparks();
  }

  /** What changes the server. Good as long as this connection. */
  public ServerUpdates updates() {
    return new ServerUpdates(server, uri, flight, client, memory, call);
  }

  /**
   * The columns of a relation of the server's, without reading it, as far as the server can tell
   * them so.
   *
   * @throws io.sparkflight.error.FlightFailure if a column has no type in Spark; it names it
   */
  public StructType schema(String relation) {
    return new RelationColumns(uri, client, memory, call).of(relation);
  }

  /** What the server lists. Good as long as this connection. */
  public ServerMetadata metadata() {
    return new ServerMetadata(uri, client, call);
  }

  /**
   * Executes a query. A Spark Flight SQL server is told how long to keep the result: Spark reads
   * many a plan twice, for example to sample it before it sorts, and repeats tasks that fail. And
   * it is told not to pack it, whatever its settings are: nothing here could unpack it.
   */
  public FlightInfo execute(String sql) {
    if (!dialect().sparks()) {
      return ask("execute a query on", () -> client.execute(sql, call));
    }
    CallHeaders headers = new FlightCallHeaders();
    headers.insert(COMPRESSION, "none");
    if (!server.retention().isZero()) {
      headers.insert(RETENTION, server.retention().toMillis() + "ms");
      headers.insert(STREAMS, String.valueOf(server.streams()));
    }
    CallOption[] options = Arrays.copyOf(call, call.length + 1);
    options[call.length] = new HeaderCallOption(headers);
    return ask("execute a query on", () -> client.execute(sql, options));
  }

  /** Has the server keep an endpoint for its whole time again; the new one is to be read. */
  public FlightEndpoint renew(FlightEndpoint endpoint) {
    return ask(
        "renew an endpoint of",
        () -> flight.renewFlightEndpoint(new RenewFlightEndpointRequest(endpoint), call));
  }

  /** Ends a query whose rows nobody wants any more. */
  public void cancel(FlightInfo info) {
    var unused =
        ask(
            "cancel a query on",
            () -> flight.cancelFlightInfo(new CancelFlightInfoRequest(info), call));
  }

  /**
   * Begins to read an endpoint; what is wrong with it is told by the stream.
   *
   * @param checksum a new one, which counts what comes
   */
  public FlightStream read(Ticket ticket, StreamChecksum checksum) {
    return client.getStream(ticket, checksum);
  }

  /** This sign-in, for other connections; its session stays open until one of them closes it. */
  public ServerOptions keepSession() {
    keepsSession = true;
    return signIn.hasOwnSession() ? signIn.bearer().map(server::signedIn).orElse(server) : server;
  }

  /** Ends the session of a sign-in. A server that knows no sessions has nothing to end. */
  public void closeSession() {
    try {
      var unused =
          flight.closeSession(
              new CloseSessionRequest(), CallOptions.timeout(GOODBYE_SECONDS, TimeUnit.SECONDS));
    } catch (FlightRuntimeException e) {
      LOG.debug("No session was closed on {}", uri, e);
    }
  }

  private <T> T ask(String what, Callable<T> question) {
    try {
      return question.call();
    } catch (FlightSqlException e) {
      throw e;
    } catch (Exception e) {
      throw FlightSqlException.of(what, uri, e);
    }
  }

  @Override
  public void close() {
    if (signIn.hasOwnSession() && !keepsSession) {
      closeSession();
    }
    closer.close();
  }
}
