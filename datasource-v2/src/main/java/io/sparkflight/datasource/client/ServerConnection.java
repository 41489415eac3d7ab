package io.sparkflight.datasource.client;

import com.google.protobuf.Any;
import io.sparkflight.arrow.column.ArrowColumns;
import io.sparkflight.lifecycle.Closer;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.flight.Action;
import org.apache.arrow.flight.CallHeaders;
import org.apache.arrow.flight.CallOption;
import org.apache.arrow.flight.CallOptions;
import org.apache.arrow.flight.CloseSessionRequest;
import org.apache.arrow.flight.FlightCallHeaders;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightDescriptor;
import org.apache.arrow.flight.FlightEndpoint;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.HeaderCallOption;
import org.apache.arrow.flight.Location;
import org.apache.arrow.flight.Result;
import org.apache.arrow.flight.Ticket;
import org.apache.arrow.flight.sql.FlightSqlClient;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementIngest;
import org.apache.arrow.flight.sql.impl.FlightSql.SqlInfo;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.DenseUnionVector;
import org.apache.arrow.vector.dictionary.DictionaryProvider.MapDictionaryProvider;
import org.apache.spark.sql.types.StructType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A signed-in client of one server. Used by one thread; owns its memory and connection. */
public final class ServerConnection implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ServerConnection.class);

  /** What SQL itself says, for a server that does not tell. */
  private static final String USUAL_QUOTE = "\"";

  private static final int ACTION_SECONDS = 60;

  private final URI uri;
  private final Closer closer = new Closer();
  private final BufferAllocator memory;
  private final FlightClient flight;
  private final FlightSqlClient client;
  private final CallOption[] call;

  private ServerConnection(ServerOptions server, URI uri) throws IOException {
    this.uri = uri;
    this.memory = closer.register("memory of a flight-sql connection", new RootAllocator());
    FlightClient.Builder builder = FlightClient.builder(memory, new Location(uri));
    if (server.authorities() != null) {
      InputStream authorities =
          closer.register("certificates", new FileInputStream(server.authorities()));
      builder.trustedCertificates(authorities);
    }
    this.flight = closer.register("flight-sql connection", builder.build());
    this.client = new FlightSqlClient(flight);
    this.call = signIn(server);
  }

  /** Connects to the server that the user names. */
  public static ServerConnection open(ServerOptions server) {
    return open(server, server.uri());
  }

  /**
   * Connects to the same for one piece of work: the session that is begun by signing in with a name
   * ends with the connection. Servers allow a user only so many, and a job has many tasks.
   */
  public static ServerConnection openForOne(ServerOptions server) {
    ServerConnection connection = open(server);
    if (server.user() != null) {
      connection.closer.register("flight-sql session", connection::endSession);
    }
    return connection;
  }

  private void endSession() {
    try {
      var unused = flight.closeSession(new CloseSessionRequest(), timed());
    } catch (FlightRuntimeException e) { // it ends by itself, or the server has none
      LOG.debug("The session on {} was not closed", uri, e);
    }
  }

  private CallOption[] timed() {
    CallOption[] timed = Arrays.copyOf(call, call.length + 1);
    timed[call.length] = CallOptions.timeout(ACTION_SECONDS, TimeUnit.SECONDS);
    return timed;
  }

  /**
   * Connects to another server of the same cluster.
   *
   * @throws FlightSqlException if it cannot be reached, or does not let us in
   */
  public static ServerConnection open(ServerOptions server, URI uri) {
    try {
      return new ServerConnection(server, uri);
    } catch (IOException | FlightRuntimeException e) {
      throw FlightSqlException.of("connect to", uri, e);
    }
  }

  private CallOption[] signIn(ServerOptions server) {
    List<CallOption> options = new ArrayList<>();
    CallHeaders headers = new FlightCallHeaders();
    server.headers().forEach(headers::insert);
    server.bearer().ifPresent(token -> headers.insert("authorization", "Bearer " + token));
    options.add(new HeaderCallOption(headers));
    try {
      if (server.user() != null) {
        String password = server.password() == null ? "" : server.password();
        flight.authenticateBasicToken(server.user(), password).ifPresent(options::add);
      }
    } catch (RuntimeException e) {
      closer.closeAfter(e);
      throw e;
    }
    return options.toArray(CallOption[]::new);
  }

  /** What the server's SQL puts around names. */
  public String quote() {
    String quote = String.valueOf(info(SqlInfo.SQL_IDENTIFIER_QUOTE_CHAR).orElse(USUAL_QUOTE));
    return quote.length() == 1 && !quote.isBlank() ? quote : USUAL_QUOTE;
  }

  /** What the server says of itself; empty if it does not. */
  public Optional<Object> info(SqlInfo code) {
    try {
      FlightInfo info = client.getSqlInfo(new SqlInfo[] {code}, call);
      try (FlightStream rows = client.getStream(info.getEndpoints().get(0).getTicket(), call)) {
        while (rows.next()) {
          DenseUnionVector values = (DenseUnionVector) rows.getRoot().getVector("value");
          if (rows.getRoot().getRowCount() > 0) {
            return Optional.ofNullable(values.getObject(0));
          }
        }
      }
      return Optional.empty();
    } catch (FlightRuntimeException e) {
      if (e.status().code() == FlightStatusCode.UNIMPLEMENTED
          || e.status().code() == FlightStatusCode.NOT_FOUND) {
        return Optional.empty();
      }
      throw FlightSqlException.of("ask", uri, e);
    } catch (Exception e) {
      throw FlightSqlException.of("ask", uri, e);
    }
  }

  /** The types of the actions that the server offers; none if it does not say. */
  public Set<String> actions() {
    Set<String> actions = new TreeSet<>();
    try {
      flight.listActions(call).forEach(each -> actions.add(each.getType()));
    } catch (FlightRuntimeException e) {
      if (e.status().code() != FlightStatusCode.UNIMPLEMENTED) {
        throw FlightSqlException.of("ask", uri, e);
      }
    }
    return actions;
  }

  /** Does a small action; the last of the server's answers, if there are any. */
  public Optional<byte[]> act(String type, byte[] body) {
    try {
      Optional<byte[]> answer = Optional.empty();
      Iterator<Result> results = flight.doAction(new Action(type, body), timed());
      while (results.hasNext()) {
        answer = Optional.of(results.next().getBody());
      }
      return answer;
    } catch (FlightRuntimeException e) {
      throw FlightSqlException.of("do '%s' on".formatted(type), uri, e);
    }
  }

  /**
   * Begins a bulk ingest.
   *
   * @param root holds each batch when it is sent; stays the caller's
   * @param patience with the server, once it has all rows
   */
  public IngestStream ingest(
      CommandStatementIngest command, VectorSchemaRoot root, Duration patience) {
    return new IngestStream(
        uri, patience, answers -> flight.startPut(command(command), root, answers, call));
  }

  private static FlightDescriptor command(CommandStatementIngest command) {
    return FlightDescriptor.command(Any.pack(command).toByteArray());
  }

  /** For vectors that live no longer than this connection. */
  public BufferAllocator memory() {
    return memory;
  }

  /** The columns of a relation of the server's, without reading it. */
  public StructType schema(String relation) {
    String sql = "SELECT * FROM " + relation;
    try (FlightSqlClient.PreparedStatement prepared = client.prepare(sql, call);
        VectorSchemaRoot root = VectorSchemaRoot.create(prepared.getResultSetSchema(), memory)) {
      return ArrowColumns.schema(root, new MapDictionaryProvider());
    } catch (FlightRuntimeException e) {
      throw FlightSqlException.of("prepare a statement on", uri, e);
    }
  }

  /**
   * Executes updates, in one transaction or, if that is not asked for, one after the other.
   *
   * @return the number of rows of each; -1 where the server does not tell
   */
  public List<Long> update(boolean transaction, List<String> statements) {
    List<Long> counts = new ArrayList<>();
    try {
      if (!transaction) {
        for (String sql : statements) {
          counts.add(client.executeUpdate(sql, call));
        }
        return counts;
      }
      FlightSqlClient.Transaction begun = client.beginTransaction(call);
      try {
        for (String sql : statements) {
          counts.add(client.executeUpdate(sql, begun, call));
        }
      } catch (RuntimeException e) {
        rollBack(begun, e);
        throw e;
      }
      client.commit(begun, call);
      return counts;
    } catch (FlightRuntimeException e) {
      throw FlightSqlException.of("execute an update on", uri, e);
    }
  }

  private void rollBack(FlightSqlClient.Transaction begun, RuntimeException failure) {
    try {
      client.rollback(begun, call);
    } catch (RuntimeException e) { // without its connection the server rolls back by itself
      failure.addSuppressed(e);
    }
  }

  /** Executes a query for names and numbers. */
  public Map<String, Long> counts(String sql) {
    Map<String, Long> counts = new TreeMap<>();
    for (FlightEndpoint endpoint : execute(sql).getEndpoints()) {
      try (FlightStream rows = read(endpoint.getTicket().getBytes())) {
        while (rows.next()) {
          VectorSchemaRoot root = rows.getRoot();
          for (int row = 0; row < root.getRowCount(); row++) {
            Number count = (Number) root.getVector(1).getObject(row);
            counts.put(String.valueOf(root.getVector(0).getObject(row)), count.longValue());
          }
        }
      } catch (Exception e) {
        throw FlightSqlException.of("read from", uri, e);
      }
    }
    return counts;
  }

  /** Executes a query. */
  public FlightInfo execute(String sql) {
    try {
      return client.execute(sql, call);
    } catch (FlightRuntimeException e) {
      throw FlightSqlException.of("execute a query on", uri, e);
    }
  }

  /** Begins to read an endpoint; what is wrong with it is told by the stream. */
  public FlightStream read(byte[] ticket) {
    return client.getStream(new Ticket(ticket), call);
  }

  @Override
  public void close() {
    closer.close();
  }
}
