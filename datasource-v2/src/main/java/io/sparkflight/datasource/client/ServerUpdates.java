package io.sparkflight.datasource.client;

import com.google.protobuf.Any;
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
import org.apache.arrow.flight.CallOption;
import org.apache.arrow.flight.CallOptions;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightDescriptor;
import org.apache.arrow.flight.FlightEndpoint;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.Result;
import org.apache.arrow.flight.sql.FlightSqlClient;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementIngest;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;

/**
 * What changes a server: statements without rows, transactions, uploads, actions. Used and closed
 * with the connection that it is of.
 */
public final class ServerUpdates {
  private static final int ACTION_SECONDS = 60;

  private final URI uri;
  private final FlightClient flight;
  private final FlightSqlClient client;
  private final BufferAllocator memory;
  private final CallOption[] call;

  ServerUpdates(
      URI uri,
      FlightClient flight,
      FlightSqlClient client,
      BufferAllocator memory,
      CallOption[] call) {
    this.uri = uri;
    this.flight = flight;
    this.client = client;
    this.memory = memory;
    this.call = call;
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
    for (FlightEndpoint endpoint : client.execute(sql, call).getEndpoints()) {
      try (FlightStream rows = client.getStream(endpoint.getTicket(), call)) {
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

  /**
   * Executes a statement without rows, once: it may have taken effect although this fails.
   *
   * @param what completes "Cannot … on SERVER"; the statement itself may have secrets among its
   *     options
   */
  public void update(String what, String sql) {
    try {
      long unused = client.executeUpdate(sql, call);
    } catch (FlightRuntimeException e) {
      throw FlightSqlException.of(what + " on", uri, e);
    }
  }

  private CallOption[] timed() {
    CallOption[] timed = Arrays.copyOf(call, call.length + 1);
    timed[call.length] = CallOptions.timeout(ACTION_SECONDS, TimeUnit.SECONDS);
    return timed;
  }
}
