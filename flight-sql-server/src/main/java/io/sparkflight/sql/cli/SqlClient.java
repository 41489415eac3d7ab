package io.sparkflight.sql.cli;

import io.sparkflight.lifecycle.Closer;
import io.sparkflight.manager.ResultOptions;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.flight.CallHeaders;
import org.apache.arrow.flight.CallOption;
import org.apache.arrow.flight.FlightCallHeaders;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightEndpoint;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.HeaderCallOption;
import org.apache.arrow.flight.Location;
import org.apache.arrow.flight.sql.FlightSqlClient;
import org.apache.arrow.flight.sql.impl.FlightSql;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;

/** A connection to a server, by Arrow's own client. */
final class SqlClient implements AutoCloseable {
  private final URI uri;
  private final BufferAllocator memory;
  private final FlightSqlClient client;
  private final CallOption[] options;
  private final Closer closer;

  private SqlClient(
      URI uri,
      BufferAllocator memory,
      FlightSqlClient client,
      CallOption[] options,
      Closer closer) {
    this.uri = uri;
    this.memory = memory;
    this.client = client;
    this.options = options;
    this.closer = closer;
  }

  /** Connects without a name. */
  static SqlClient connect(URI uri) {
    return connect(uri, "", "");
  }

  /**
   * Connects; an empty user is nobody.
   *
   * @throws UnreachableException if no server answers
   */
  static SqlClient connect(URI uri, String user, String password) {
    Closer closer = new Closer();
    try {
      BufferAllocator memory = closer.register("memory", new RootAllocator());
      FlightClient flight =
          closer.register("client", FlightClient.builder(memory, new Location(uri)).build());
      List<CallOption> options = new ArrayList<>(List.of(plain()));
      if (!user.isEmpty()) {
        flight.authenticateBasicToken(user, password).ifPresent(options::add);
      }
      return new SqlClient(
          uri, memory, new FlightSqlClient(flight), options.toArray(CallOption[]::new), closer);
    } catch (RuntimeException e) {
      closer.closeAfter(e);
      throw told(uri, e);
    }
  }

  /** Arrow's own client cannot unpack batches, and the server may pack them for everybody. */
  private static CallOption plain() {
    CallHeaders headers = new FlightCallHeaders();
    headers.insert(ResultOptions.COMPRESSION.name(), "none");
    return new HeaderCallOption(headers);
  }

  /**
   * Connects now, which is otherwise part of the first statement.
   *
   * @throws UnreachableException if no server answers
   */
  void reach() {
    try {
      client.getSqlInfo(
          new FlightSql.SqlInfo[] {FlightSql.SqlInfo.FLIGHT_SQL_SERVER_NAME}, options);
    } catch (FlightRuntimeException e) {
      RuntimeException told = told(uri, e);
      if (told instanceof UnreachableException) {
        throw told;
      }
      // Otherwise it has answered; what it has against this call, the statement will tell.
    }
  }

  /** What is done with each batch; the batch is valid during the call. */
  interface BatchReader {
    void read(VectorSchemaRoot batch);
  }

  /** The result of a statement, not read yet. */
  interface Result {
    /** The columns; none if the statement returns no rows. */
    Schema schema();

    /** Reads every endpoint, one after the other, in their order. */
    void forEachBatch(BatchReader reader);
  }

  /** Executes a statement. */
  Result execute(String sql) {
    FlightInfo info;
    try {
      info = client.execute(sql, options);
    } catch (FlightRuntimeException e) {
      throw told(uri, e);
    }
    return new Result() {
      @Override
      public Schema schema() {
        return info.getSchemaOptional().orElseGet(() -> new Schema(List.of()));
      }

      @Override
      public void forEachBatch(BatchReader reader) {
        info.getEndpoints().forEach(endpoint -> read(endpoint, reader));
      }
    };
  }

  /** Holds the batches; open as long as the connection. */
  BufferAllocator memory() {
    return memory;
  }

  private void read(FlightEndpoint endpoint, BatchReader reader) {
    if (endpoint.getLocations().isEmpty()) { // the server that was asked has the rows
      read(client.getStream(endpoint.getTicket(), options), uri, reader);
      return;
    }
    Location location = endpoint.getLocations().get(0);
    try (FlightClient other = FlightClient.builder(memory, location).build()) {
      read(other.getStream(endpoint.getTicket(), options), location.getUri(), reader);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while a connection was closed", e);
    }
  }

  private static void read(FlightStream stream, URI from, BatchReader reader) {
    try (stream) {
      while (stream.next()) {
        reader.read(stream.getRoot());
      }
    } catch (FlightRuntimeException e) {
      throw told(from, e);
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException("a stream was not closed", e);
    }
  }

  /** A server may also answer that it is unavailable: then no failure of the network is below. */
  private static RuntimeException told(URI uri, RuntimeException failure) {
    boolean unreachable =
        failure instanceof FlightRuntimeException flight
            && flight.status().code() == FlightStatusCode.UNAVAILABLE
            && flight.getCause() != null
            && flight.getCause().getCause() != null;
    return unreachable || UnreachableException.isUnknownHost(failure)
        ? new UnreachableException(uri, failure)
        : failure;
  }

  @Override
  public void close() {
    closer.close();
  }
}
