package io.sparkflight.datasource.client;

import io.sparkflight.arrow.column.ArrowColumns;
import io.sparkflight.lifecycle.Closer;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.flight.CallHeaders;
import org.apache.arrow.flight.CallOption;
import org.apache.arrow.flight.FlightCallHeaders;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.HeaderCallOption;
import org.apache.arrow.flight.Location;
import org.apache.arrow.flight.Ticket;
import org.apache.arrow.flight.sql.FlightSqlClient;
import org.apache.arrow.flight.sql.impl.FlightSql.SqlInfo;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.DenseUnionVector;
import org.apache.arrow.vector.dictionary.DictionaryProvider.MapDictionaryProvider;
import org.apache.spark.sql.types.StructType;

/** A signed-in client of one server. Used by one thread; owns its memory and connection. */
public final class ServerConnection implements AutoCloseable {
  /** What SQL itself says, for a server that does not tell. */
  private static final String USUAL_QUOTE = "\"";

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
    try {
      FlightInfo info = client.getSqlInfo(new SqlInfo[] {SqlInfo.SQL_IDENTIFIER_QUOTE_CHAR}, call);
      try (FlightStream rows = client.getStream(info.getEndpoints().get(0).getTicket(), call)) {
        while (rows.next()) {
          DenseUnionVector values = (DenseUnionVector) rows.getRoot().getVector("value");
          if (rows.getRoot().getRowCount() > 0) {
            String quote = String.valueOf(values.getObject(0));
            return quote.length() == 1 && !quote.isBlank() ? quote : USUAL_QUOTE;
          }
        }
      }
      return USUAL_QUOTE;
    } catch (FlightRuntimeException e) {
      if (e.status().code() == FlightStatusCode.UNIMPLEMENTED
          || e.status().code() == FlightStatusCode.NOT_FOUND) {
        return USUAL_QUOTE;
      }
      throw FlightSqlException.of("ask", uri, e);
    } catch (Exception e) {
      throw FlightSqlException.of("ask", uri, e);
    }
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

  /** What the server lists, and its DDL. Good as long as this connection. */
  public ServerMetadata metadata() {
    return new ServerMetadata(uri, client, call);
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
