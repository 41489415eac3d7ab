package io.sparkflight.datasource.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sparkflight.lifecycle.Closer;
import io.sparkflight.lifecycle.Threads;
import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.apache.arrow.flight.CallStatus;
import org.apache.arrow.flight.CancelFlightInfoRequest;
import org.apache.arrow.flight.CancelStatus;
import org.apache.arrow.flight.FlightDescriptor;
import org.apache.arrow.flight.FlightEndpoint;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightServer;
import org.apache.arrow.flight.Location;
import org.apache.arrow.flight.RenewFlightEndpointRequest;
import org.apache.arrow.flight.SchemaResult;
import org.apache.arrow.flight.Ticket;
import org.apache.arrow.flight.sql.FlightSqlProducer;
import org.apache.arrow.flight.sql.NoOpFlightSqlProducer;
import org.apache.arrow.flight.sql.SqlInfoBuilder;
import org.apache.arrow.flight.sql.impl.FlightSql;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.SparkSession;

/**
 * A Flight SQL server of Arrow's own parts: whatever is asked, it answers with the endpoints and
 * rows that a test has written. It has no prepared statements.
 */
public final class ScriptedServer extends NoOpFlightSqlProducer {
  /** A whole number and a text. */
  public static final Schema COLUMNS =
      new Schema(
          List.of(
              Field.nullable("id", new ArrowType.Int(64, true)),
              Field.nullable("name", ArrowType.Utf8.INSTANCE)));

  /** Where a server may tell the columns of a query. */
  public enum Tells {
    SCHEMA,
    INFO
  }

  private final Closer closer = new Closer();
  private final BufferAllocator memory;
  private final FlightServer server;
  private final ExecutorService writers = Threads.pool("scripted-server");
  private final Map<String, Consumer<Rows>> scripts = new ConcurrentHashMap<>();
  private final List<String> calls = new CopyOnWriteArrayList<>();
  private final List<FlightEndpoint> endpoints = new CopyOnWriteArrayList<>();
  private volatile Schema schema = COLUMNS;
  private volatile Set<Tells> tells = EnumSet.allOf(Tells.class);
  private volatile String name = "";
  private volatile UnaryOperator<FlightEndpoint> renewal =
      endpoint -> {
        throw CallStatus.UNIMPLEMENTED.toRuntimeException();
      };

  private ScriptedServer(Location location, Consumer<FlightServer.Builder> settings)
      throws IOException {
    memory = closer.register("memory", new RootAllocator());
    FlightServer.Builder builder = FlightServer.builder(memory, location, this);
    settings.accept(builder);
    server = closer.register("scripted server", builder.build()).start();
    closer.register("its writers", () -> Threads.stop(writers));
  }

  public static ScriptedServer start() throws IOException {
    return start(Location.forGrpcInsecure("127.0.0.1", 0), builder -> {});
  }

  /** With TLS, or a way to sign in. */
  public static ScriptedServer start(Location location, Consumer<FlightServer.Builder> settings)
      throws IOException {
    return new ScriptedServer(location, settings);
  }

  /** What the source is given. */
  public String uri() {
    return server.getLocation().getUri().toString();
  }

  public Location location() {
    return server.getLocation();
  }

  /** A reader of its rows by the source. */
  public DataFrameReader reader(SparkSession spark) {
    return spark.read().format("flight-sql").option("uri", uri()).option("query", "SELECT");
  }

  /** Forgets what was written and asked. */
  public ScriptedServer reset() {
    scripts.clear();
    calls.clear();
    endpoints.clear();
    schema = COLUMNS;
    tells = EnumSet.allOf(Tells.class);
    name = "";
    return this;
  }

  /** Adds an endpoint without an expiration time. */
  public ScriptedServer endpoint(String ticket, Consumer<Rows> script, Location... locations) {
    return endpoint(new FlightEndpoint(new Ticket(ticket.getBytes(UTF_8)), locations), script);
  }

  /** Adds an endpoint. */
  public ScriptedServer endpoint(FlightEndpoint endpoint, Consumer<Rows> script) {
    endpoints.add(endpoint);
    return script(ticket(endpoint), script);
  }

  /** Adds endpoints of ten rows each, with tickets t0, t1 and so on. */
  public ScriptedServer endpoints(int number) {
    for (int i = 0; i < number; i++) {
      endpoint("t" + i, Rows.rows(i * 10L, i * 10L + 10));
    }
    return this;
  }

  /** Writes what a ticket gives, for each reader anew. */
  public ScriptedServer script(String ticket, Consumer<Rows> script) {
    scripts.put(ticket, script);
    return this;
  }

  public ScriptedServer columns(Schema columns, Tells... where) {
    schema = columns;
    tells = Set.of(where);
    return this;
  }

  /** Says to be a server of this name. */
  public ScriptedServer called(String product) {
    name = product;
    return this;
  }

  public ScriptedServer renewing(UnaryOperator<FlightEndpoint> answer) {
    renewal = answer;
    return this;
  }

  /** What was asked, in the order in which it came: "execute", "read T", "renew T", "cancel". */
  public List<String> calls() {
    return calls;
  }

  /** The text of a ticket. */
  public static String ticket(FlightEndpoint endpoint) {
    return new String(endpoint.getTicket().getBytes(), UTF_8);
  }

  @Override
  public FlightInfo getFlightInfoStatement(
      FlightSql.CommandStatementQuery command, CallContext context, FlightDescriptor descriptor) {
    if (endpoints.isEmpty() && tells.isEmpty()) {
      throw CallStatus.UNIMPLEMENTED.withDescription("no queries here").toRuntimeException();
    }
    calls.add("execute");
    return new FlightInfo(
        tells.contains(Tells.INFO) ? schema : null, descriptor, List.copyOf(endpoints), -1, -1);
  }

  @Override
  public SchemaResult getSchemaStatement(
      FlightSql.CommandStatementQuery command, CallContext context, FlightDescriptor descriptor) {
    if (!tells.contains(Tells.SCHEMA)) {
      throw CallStatus.UNIMPLEMENTED.toRuntimeException();
    }
    return new SchemaResult(schema);
  }

  @Override
  public void getStream(CallContext context, Ticket ticket, ServerStreamListener listener) {
    String text = new String(ticket.getBytes(), UTF_8);
    Consumer<Rows> script = scripts.get(text);
    if (script == null && text.startsWith("t")) {
      listener.error(CallStatus.NOT_FOUND.withDescription("no " + text).toRuntimeException());
    } else if (script == null) {
      super.getStream(context, ticket, listener);
    } else {
      calls.add("read " + text);
      writers.execute(() -> write(script, listener));
    }
  }

  private void write(Consumer<Rows> script, ServerStreamListener listener) {
    try (Rows rows = new Rows(schema, memory, listener)) {
      script.accept(rows);
    } catch (RuntimeException | AssertionError e) {
      listener.error(CallStatus.INTERNAL.withDescription(e.toString()).toRuntimeException());
    }
  }

  @Override
  public FlightInfo getFlightInfoSqlInfo(
      FlightSql.CommandGetSqlInfo request, CallContext context, FlightDescriptor descriptor) {
    if (name.isEmpty()) {
      return super.getFlightInfoSqlInfo(request, context, descriptor);
    }
    return new FlightInfo(
        FlightSqlProducer.Schemas.GET_SQL_INFO_SCHEMA,
        descriptor,
        List.of(new FlightEndpoint(new Ticket(descriptor.getCommand()))),
        -1,
        -1);
  }

  @Override
  public void getStreamSqlInfo(
      FlightSql.CommandGetSqlInfo command, CallContext context, ServerStreamListener listener) {
    new SqlInfoBuilder().withFlightSqlServerName(name).send(List.of(0), listener);
  }

  @Override
  public void renewFlightEndpoint(
      RenewFlightEndpointRequest request,
      CallContext context,
      StreamListener<FlightEndpoint> listener) {
    calls.add("renew " + ticket(request.getFlightEndpoint()));
    listener.onNext(renewal.apply(request.getFlightEndpoint()));
    listener.onCompleted();
  }

  @Override
  public void cancelFlightInfo(
      CancelFlightInfoRequest request, CallContext context, StreamListener<CancelStatus> listener) {
    calls.add("cancel");
    listener.onNext(CancelStatus.CANCELLED);
    listener.onCompleted();
  }

  /** Ends it, with the streams that still wait. */
  @Override
  public void close() {
    closer.close();
  }
}
