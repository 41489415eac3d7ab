package io.sparkflight.datasource;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import io.sparkflight.lifecycle.Closer;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.arrow.flight.CallStatus;
import org.apache.arrow.flight.FlightDescriptor;
import org.apache.arrow.flight.FlightEndpoint;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightServer;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.Location;
import org.apache.arrow.flight.PutResult;
import org.apache.arrow.flight.Result;
import org.apache.arrow.flight.Ticket;
import org.apache.arrow.flight.sql.NoOpFlightSqlProducer;
import org.apache.arrow.flight.sql.impl.FlightSql;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.UnionMode;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A Flight SQL server of Arrow's own parts that lists what a test gives it, with patterns as a
 * database without escapes has them. The answer to each query is its own text; updates are noted.
 * It tells nothing of itself, and has no session options.
 */
final class ListingServer extends NoOpFlightSqlProducer {
  /** The one column of each query. */
  private static final Schema SQL =
      new Schema(List.of(Field.nullable("sql", ArrowType.Utf8.INSTANCE)));

  private static final Schema UNKNOWN_TYPE =
      new Schema(
          List.of(
              Field.nullable("sql", ArrowType.Utf8.INSTANCE),
              new Field(
                  "either",
                  FieldType.nullable(new ArrowType.Union(UnionMode.Sparse, new int[] {})),
                  List.of())));

  private final Closer closer = new Closer();
  private final BufferAllocator memory;
  private final FlightServer server;
  private final List<String> updates = new CopyOnWriteArrayList<>();
  private final List<Table> tables;

  /**
   * A table that is listed.
   *
   * @param catalog null if the server lists it without one
   * @param schema null, too
   */
  record Table(@Nullable String catalog, @Nullable String schema, String name) {}

  ListingServer(Table... tables) throws IOException {
    this.tables = List.of(tables);
    this.memory = closer.register("memory", new RootAllocator());
    this.server =
        closer
            .register(
                "listing server",
                FlightServer.builder(memory, Location.forGrpcInsecure("127.0.0.1", 0), this)
                    .build())
            .start();
  }

  String uri() {
    return server.getLocation().getUri().toString();
  }

  /** What it was sent to take effect, in this order. */
  List<String> updates() {
    return updates;
  }

  @Override
  public void close() {
    closer.close();
  }

  private static FlightInfo info(Message command, FlightDescriptor descriptor, Schema schema) {
    Ticket ticket = new Ticket(Any.pack(command).toByteArray());
    return new FlightInfo(schema, descriptor, List.of(new FlightEndpoint(ticket)), -1, -1);
  }

  private void send(
      Schema schema, List<List<@Nullable String>> rows, ServerStreamListener listener) {
    try (VectorSchemaRoot root = VectorSchemaRoot.create(schema, memory)) {
      listener.start(root);
      root.allocateNew();
      for (int row = 0; row < rows.size(); row++) {
        for (int column = 0; column < rows.get(row).size(); column++) {
          String value = rows.get(row).get(column);
          if (value != null) {
            ((VarCharVector) root.getVector(column)).setSafe(row, value.getBytes(UTF_8));
          }
        }
      }
      root.setRowCount(rows.size());
      listener.putNext();
      listener.completed();
    }
  }

  private static List<@Nullable String> row(@Nullable String... values) {
    return Arrays.asList(values);
  }

  @Override
  public FlightInfo getFlightInfoCatalogs(
      FlightSql.CommandGetCatalogs request, CallContext context, FlightDescriptor descriptor) {
    return info(request, descriptor, Schemas.GET_CATALOGS_SCHEMA);
  }

  @Override
  public void getStreamCatalogs(CallContext context, ServerStreamListener listener) {
    List<List<@Nullable String>> rows =
        tables.stream()
            .map(Table::catalog)
            .filter(catalog -> catalog != null)
            .distinct()
            .map(catalog -> row(catalog))
            .toList();
    send(Schemas.GET_CATALOGS_SCHEMA, rows, listener);
  }

  @Override
  public FlightInfo getFlightInfoSchemas(
      FlightSql.CommandGetDbSchemas request, CallContext context, FlightDescriptor descriptor) {
    return info(request, descriptor, Schemas.GET_SCHEMAS_SCHEMA);
  }

  @Override
  public void getStreamSchemas(
      FlightSql.CommandGetDbSchemas command, CallContext context, ServerStreamListener listener) {
    List<List<@Nullable String>> rows =
        tables.stream()
            .filter(table -> table.schema() != null)
            .filter(table -> !command.hasCatalog() || command.getCatalog().equals(table.catalog()))
            .filter(
                table ->
                    !command.hasDbSchemaFilterPattern()
                        || like(command.getDbSchemaFilterPattern(), table.schema()))
            .map(table -> row(table.catalog(), table.schema()))
            .distinct()
            .toList();
    send(Schemas.GET_SCHEMAS_SCHEMA, rows, listener);
  }

  @Override
  public FlightInfo getFlightInfoTables(
      FlightSql.CommandGetTables request, CallContext context, FlightDescriptor descriptor) {
    return info(request, descriptor, Schemas.GET_TABLES_SCHEMA_NO_SCHEMA);
  }

  @Override
  public void getStreamTables(
      FlightSql.CommandGetTables command, CallContext context, ServerStreamListener listener) {
    List<List<@Nullable String>> rows =
        tables.stream()
            .filter(table -> !command.hasCatalog() || command.getCatalog().equals(table.catalog()))
            .filter(
                table ->
                    !command.hasDbSchemaFilterPattern()
                        || like(command.getDbSchemaFilterPattern(), table.schema()))
            .filter(
                table ->
                    !command.hasTableNameFilterPattern()
                        || like(command.getTableNameFilterPattern(), table.name()))
            .map(table -> row(table.catalog(), table.schema(), table.name(), "BASE TABLE"))
            .toList();
    send(Schemas.GET_TABLES_SCHEMA_NO_SCHEMA, rows, listener);
  }

  /** LIKE without an escape: a null is like nothing. */
  private static boolean like(String pattern, @Nullable String name) {
    String regex =
        Stream.of(pattern.split(""))
            .map(each -> each.equals("%") ? ".*" : each.equals("_") ? "." : Pattern.quote(each))
            .collect(Collectors.joining());
    return name != null && name.matches("(?is)" + regex);
  }

  @Override
  public void createPreparedStatement(
      FlightSql.ActionCreatePreparedStatementRequest request,
      CallContext context,
      StreamListener<Result> listener) {
    Schema schema = request.getQuery().contains("odd type") ? UNKNOWN_TYPE : SQL;
    listener.onNext(
        new Result(
            Any.pack(
                    FlightSql.ActionCreatePreparedStatementResult.newBuilder()
                        .setPreparedStatementHandle(ByteString.copyFromUtf8("p"))
                        .setDatasetSchema(ByteString.copyFrom(schema.serializeAsMessage()))
                        .build())
                .toByteArray()));
    listener.onCompleted();
  }

  @Override
  public void closePreparedStatement(
      FlightSql.ActionClosePreparedStatementRequest request,
      CallContext context,
      StreamListener<Result> listener) {
    listener.onCompleted();
  }

  @Override
  public FlightInfo getFlightInfoStatement(
      FlightSql.CommandStatementQuery command, CallContext context, FlightDescriptor descriptor) {
    FlightSql.TicketStatementQuery ticket =
        FlightSql.TicketStatementQuery.newBuilder()
            .setStatementHandle(command.getQueryBytes())
            .build();
    return info(ticket, descriptor, SQL);
  }

  @Override
  public void getStreamStatement(
      FlightSql.TicketStatementQuery ticket, CallContext context, ServerStreamListener listener) {
    send(SQL, List.of(row(ticket.getStatementHandle().toStringUtf8().strip())), listener);
  }

  @Override
  public Runnable acceptPutStatement(
      FlightSql.CommandStatementUpdate command,
      CallContext context,
      FlightStream stream,
      StreamListener<PutResult> listener) {
    return () -> {
      if (command.getQuery().contains("refused")) {
        listener.onError(
            CallStatus.INVALID_ARGUMENT.withDescription("not in my house").toRuntimeException());
        return;
      }
      updates.add(command.getQuery());
      byte[] count =
          FlightSql.DoPutUpdateResult.newBuilder().setRecordCount(0).build().toByteArray();
      try (ArrowBuf buffer = memory.buffer(count.length)) {
        buffer.writeBytes(count);
        listener.onNext(PutResult.metadata(buffer));
        listener.onCompleted();
      }
    };
  }
}
