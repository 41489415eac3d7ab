package io.sparkflight.datasource.client;

import io.sparkflight.arrow.column.ArrowColumns;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.arrow.flight.CallOption;
import org.apache.arrow.flight.CancelFlightInfoRequest;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.Ticket;
import org.apache.arrow.flight.sql.FlightSqlClient;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.DictionaryProvider.MapDictionaryProvider;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.spark.sql.types.StructType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What columns a relation of a server's has, without reading it, as far as the server can tell them
 * so: by a prepared statement, by the schema of a statement, or by its result.
 */
final class RelationColumns {
  private static final Logger LOG = LoggerFactory.getLogger(RelationColumns.class);

  private final URI uri;
  private final FlightSqlClient client;
  private final BufferAllocator memory;
  private final CallOption[] call;

  /**
   * Asks by somebody's connection.
   *
   * @param call how each call is made
   */
  RelationColumns(URI uri, FlightSqlClient client, BufferAllocator memory, CallOption[] call) {
    this.uri = uri;
    this.client = client;
    this.memory = memory;
    this.call = call;
  }

  /**
   * The columns of a relation, in types of Spark.
   *
   * @throws io.sparkflight.error.FlightFailure if a column has none; it names it
   */
  StructType of(String relation) {
    String sql = "SELECT * FROM " + relation;
    Schema schema =
        List.<Callable<Optional<Schema>>>of(
                () -> preparedSchema(sql),
                () -> Optional.of(client.getExecuteSchema(sql, call).getSchema()),
                () -> resultSchema(sql))
            .stream()
            .map(way -> told(way).filter(each -> !each.getFields().isEmpty()))
            .flatMap(Optional::stream)
            .findFirst()
            .orElseThrow(
                () ->
                    FlightSqlException.because(
                        "Cannot find out the columns of a query on %s: it tells them neither of a prepared statement, nor of a statement, nor of a result. Another server is needed."
                            .formatted(uri)));
    try (VectorSchemaRoot root = VectorSchemaRoot.create(schema, memory)) {
      return ArrowColumns.schema(root, new MapDictionaryProvider());
    }
  }

  private Optional<Schema> preparedSchema(String sql) {
    try (FlightSqlClient.PreparedStatement prepared = client.prepare(sql, call)) {
      return Optional.ofNullable(prepared.getResultSetSchema());
    }
  }

  /** The last resorts: the server begins to work, which nobody needs. */
  private Optional<Schema> resultSchema(String sql) throws Exception {
    FlightInfo info = client.execute(sql, call);
    try {
      Optional<Schema> told = info.getSchemaOptional().filter(each -> !each.getFields().isEmpty());
      return told.isPresent() || info.getEndpoints().isEmpty()
          ? told
          : Optional.of(streamSchema(info.getEndpoints().get(0).getTicket()));
    } finally {
      giveUp(info);
    }
  }

  private Schema streamSchema(Ticket ticket) throws Exception {
    try (FlightStream stream = client.getStream(ticket, call)) {
      Schema schema = StreamColumns.of(stream);
      stream.cancel("only its schema was of interest", null);
      return schema;
    }
  }

  private void giveUp(FlightInfo info) {
    try {
      var unused = client.cancelFlightInfo(new CancelFlightInfoRequest(info), call);
    } catch (FlightRuntimeException e) {
      LOG.debug("A result that is not needed was not cancelled", e);
    }
  }

  /** What one way tells; nothing if the server does not have it. */
  private Optional<Schema> told(Callable<Optional<Schema>> way) {
    try {
      return way.call();
    } catch (FlightRuntimeException e) {
      if (e.status().code() == FlightStatusCode.UNIMPLEMENTED) {
        LOG.debug("{} does not tell columns this way", uri, e);
        return Optional.empty();
      }
      throw FlightSqlException.of("find out the columns of a query on", uri, e);
    } catch (Exception e) {
      throw FlightSqlException.of("find out the columns of a query on", uri, e);
    }
  }
}
