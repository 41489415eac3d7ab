package io.sparkflight.datasource.client;

import com.google.protobuf.Any;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.arrow.flight.Action;
import org.apache.arrow.flight.CallOption;
import org.apache.arrow.flight.CallOptions;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightDescriptor;
import org.apache.arrow.flight.FlightEndpoint;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.Location;
import org.apache.arrow.flight.Result;
import org.apache.arrow.flight.Ticket;
import org.apache.arrow.flight.sql.FlightSqlClient;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementIngest;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;

/**
 * What changes a server: statements without rows, transactions, uploads, actions. Used and closed
 * with the connection that it is of.
 */
public final class ServerUpdates {
  private static final Duration SHORT_ACTION = Duration.ofSeconds(60);

  private final ServerOptions server;
  private final URI uri;
  private final Duration patience;
  private final FlightClient flight;
  private final FlightSqlClient client;
  private final BufferAllocator memory;
  private final CallOption[] call;

  ServerUpdates(
      ServerOptions server,
      URI uri,
      FlightClient flight,
      FlightSqlClient client,
      BufferAllocator memory,
      CallOption[] call) {
    this(server, uri, flight, client, memory, call, server.longestChange());
  }

  private ServerUpdates(
      ServerOptions server,
      URI uri,
      FlightClient flight,
      FlightSqlClient client,
      BufferAllocator memory,
      CallOption[] call,
      Duration patience) {
    this.server = server;
    this.uri = uri;
    this.patience = patience;
    this.flight = flight;
    this.client = client;
    this.memory = memory;
    this.call = call;
  }

  /** The same for changes that take no longer than this. */
  public ServerUpdates within(Duration longest) {
    return new ServerUpdates(server, uri, flight, client, memory, call, longest);
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
      Iterator<Result> results = flight.doAction(new Action(type, body), timed(SHORT_ACTION));
      while (results.hasNext()) {
        answer = Optional.of(results.next().getBody());
      }
      return answer;
    } catch (FlightRuntimeException e) {
      throw FlightSqlException.of("do '%s' on".formatted(type), uri, e);
    }
  }

  /**
   * Begins a bulk ingest. It may take as long as the caller needs for its rows: the stream looks by
   * itself whether the server still takes some, and how long it needs once it has all.
   *
   * @param root holds each batch when it is sent; stays the caller's
   */
  public IngestStream ingest(CommandStatementIngest command, VectorSchemaRoot root) {
    return new IngestStream(
        uri, patience, answers -> flight.startPut(command(command), root, answers));
  }

  private static FlightDescriptor command(CommandStatementIngest command) {
    return FlightDescriptor.command(Any.pack(command).toByteArray());
  }

  /** For vectors that live no longer than this connection. */
  public BufferAllocator memory() {
    return memory;
  }

  /**
   * Executes an update.
   *
   * @return the number of its rows; -1 if the server does not tell
   */
  public long update(String sql) {
    try {
      return client.executeUpdate(sql, timed(patience));
    } catch (FlightRuntimeException e) {
      throw FlightSqlException.of("execute an update on", uri, e);
    }
  }

  /**
   * Executes updates in one transaction.
   *
   * @param check looks at the number of rows of each, -1 where the server does not tell, before
   *     they are committed; what it throws rolls them back
   */
  public void transact(List<String> statements, Consumer<List<Long>> check) {
    FlightSqlClient.Transaction begun = beforeCommit(statements, check);
    try {
      client.commit(begun, timed(patience));
    } catch (FlightRuntimeException e) {
      throw FlightSqlException.of("commit a transaction on", uri, e);
    }
  }

  private FlightSqlClient.Transaction beforeCommit(
      List<String> statements, Consumer<List<Long>> check) {
    try {
      FlightSqlClient.Transaction begun = client.beginTransaction(call);
      try {
        List<Long> counts = new ArrayList<>();
        for (String sql : statements) {
          counts.add(client.executeUpdate(sql, begun, timed(patience)));
        }
        check.accept(counts);
        return begun;
      } catch (RuntimeException e) {
        rollBack(begun, e);
        throw e;
      }
    } catch (FlightRuntimeException e) {
      throw FlightSqlException.undone("execute an update on", uri, e);
    }
  }

  private void rollBack(FlightSqlClient.Transaction begun, RuntimeException failure) {
    try {
      client.rollback(begun, timed(SHORT_ACTION));
    } catch (RuntimeException e) { // without its connection the server rolls back by itself
      failure.addSuppressed(e);
    }
  }

  /** Executes a query for names and numbers. */
  public Map<String, Long> counts(String sql) {
    try {
      Map<String, Long> counts = new TreeMap<>();
      for (FlightEndpoint endpoint : client.execute(sql, timed(patience)).getEndpoints()) {
        counts.putAll(counts(endpoint));
      }
      return counts;
    } catch (FlightRuntimeException e) {
      throw FlightSqlException.of("count rows on", uri, e);
    }
  }

  private Map<String, Long> counts(FlightEndpoint endpoint) {
    List<URI> told = endpoint.getLocations().stream().map(Location::getUri).toList();
    FlightSqlException last = null;
    for (URI each : ServerOptions.locations(told, uri)) {
      try {
        if (each.equals(uri)) {
          return counts(endpoint.getTicket());
        }
        try (ServerConnection other = ServerConnection.open(server, each)) {
          return other.updates().counts(endpoint.getTicket());
        }
      } catch (FlightSqlException e) {
        if (last != null) {
          e.addSuppressed(last);
        }
        last = e;
      }
    }
    throw Objects.requireNonNull(last);
  }

  private Map<String, Long> counts(Ticket ticket) {
    Map<String, Long> counts = new TreeMap<>();
    try (FlightStream rows = client.getStream(ticket, timed(patience))) {
      while (rows.next()) {
        VectorSchemaRoot root = rows.getRoot();
        for (int row = 0; row < root.getRowCount(); row++) {
          Number count = (Number) root.getVector(1).getObject(row);
          counts.put(String.valueOf(root.getVector(0).getObject(row)), count.longValue());
        }
      }
      return counts;
    } catch (Exception e) {
      throw FlightSqlException.of("count rows on", uri, e);
    }
  }

  /**
   * Executes a statement without rows, once: it may have taken effect although this fails.
   *
   * @param what completes "Cannot … on SERVER"; the statement itself may have secrets among its
   *     options
   */
  public void update(String what, String sql) {
    try {
      long unused = client.executeUpdate(sql, timed(patience));
    } catch (FlightRuntimeException e) {
      throw FlightSqlException.of(what + " on", uri, e);
    }
  }

  /** The last limit of a call counts. */
  private CallOption[] timed(Duration longest) {
    CallOption[] timed = Arrays.copyOf(call, call.length + 1);
    timed[call.length] = CallOptions.timeout(longest.toMillis(), TimeUnit.MILLISECONDS);
    return timed;
  }
}
