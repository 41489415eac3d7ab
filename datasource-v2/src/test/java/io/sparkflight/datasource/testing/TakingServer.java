package io.sparkflight.datasource.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.ByteString;
import io.sparkflight.lifecycle.Closer;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.arrow.flight.CallStatus;
import org.apache.arrow.flight.FlightDescriptor;
import org.apache.arrow.flight.FlightEndpoint;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightServer;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.Location;
import org.apache.arrow.flight.PutResult;
import org.apache.arrow.flight.Result;
import org.apache.arrow.flight.SchemaResult;
import org.apache.arrow.flight.Ticket;
import org.apache.arrow.flight.sql.FlightSqlProducer;
import org.apache.arrow.flight.sql.NoOpFlightSqlProducer;
import org.apache.arrow.flight.sql.SqlInfoBuilder;
import org.apache.arrow.flight.sql.impl.FlightSql;
import org.apache.arrow.flight.sql.impl.FlightSql.SqlInfo;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * A server of Arrow's own parts that takes bulk ingests and has transactions. It remembers columns,
 * and how many rows of each attempt have come; of SQL it knows what the source says to it, by the
 * first word, and it answers as a test wants.
 */
public final class TakingServer extends NoOpFlightSqlProducer implements AutoCloseable {
  private static final Pattern TABLE = Pattern.compile("(?:FROM|TABLE) \"(\\w+)\"");
  private static final String MARK = "spark_attempt";

  /** What a test has to say; by itself everything is as it should be. */
  public static class Answers {
    /** After a table was made by an ingest of no rows. */
    public void made(String table) {}

    /** The columns of a new table. */
    public Schema types(String table, Schema sent) {
      return sent;
    }

    /** How many rows an INSERT says that it has moved. */
    public long moved(long rows) {
      return rows;
    }

    /** Where the counts of a table are read; none for the server itself. */
    public Location[] places() {
      return new Location[0];
    }
  }

  private final Closer closer = new Closer();
  private final BufferAllocator memory;
  private final FlightServer server;
  private final Map<String, Schema> tables = new ConcurrentHashMap<>();
  private final Map<String, Map<String, Long>> rows = new ConcurrentHashMap<>();
  private final List<String> calls = new CopyOnWriteArrayList<>();
  private volatile Answers answers = new Answers();
  private volatile long longest;

  private TakingServer() throws IOException {
    memory = closer.register("memory", new RootAllocator());
    server =
        closer.register(
            "taking server",
            FlightServer.builder(memory, Location.forGrpcInsecure("127.0.0.1", 0), this).build());
    var unused = server.start();
  }

  public static TakingServer start() throws IOException {
    return new TakingServer();
  }

  /** What the source is given. */
  public String uri() {
    return location().getUri().toString();
  }

  public Location location() {
    return server.getLocation();
  }

  /** Has one table alone, and answers so. */
  public TakingServer reset(String table, Schema columns, Answers like) {
    tables.clear();
    rows.clear();
    calls.clear();
    tables.put(table, columns);
    answers = like;
    longest = 0;
    return this;
  }

  /** Says so of its statements. */
  public void longestStatement(long characters) {
    longest = characters;
  }

  /** The names of the tables that are there. */
  public List<String> tables() {
    return tables.keySet().stream().sorted().toList();
  }

  /** The first words of what was executed, and "begin", "commit", "rollback". */
  public List<String> calls() {
    return calls;
  }

  /** Counts of attempts in each table, which another server may tell instead. */
  public Map<String, Map<String, Long>> rows() {
    return rows;
  }

  private SqlInfoBuilder facts() {
    SqlInfoBuilder facts =
        new SqlInfoBuilder()
            .withFlightSqlServerName("Taking")
            .withFlightSqlServerTransaction(
                FlightSql.SqlSupportedTransaction.SQL_SUPPORTED_TRANSACTION_TRANSACTION);
    return longest > 0 ? facts.withSqlMaxStatementLength(longest) : facts;
  }

  @Override
  public FlightInfo getFlightInfoSqlInfo(
      FlightSql.CommandGetSqlInfo request, CallContext context, FlightDescriptor descriptor) {
    return info(FlightSqlProducer.Schemas.GET_SQL_INFO_SCHEMA, descriptor);
  }

  private static FlightInfo info(Schema schema, FlightDescriptor descriptor) {
    FlightEndpoint all = new FlightEndpoint(new Ticket(descriptor.getCommand()));
    return new FlightInfo(schema, descriptor, List.of(all), -1, -1);
  }

  @Override
  public void getStreamSqlInfo(
      FlightSql.CommandGetSqlInfo command, CallContext context, ServerStreamListener listener) {
    List<Integer> known =
        List.of(
            SqlInfo.FLIGHT_SQL_SERVER_NAME_VALUE,
            SqlInfo.FLIGHT_SQL_SERVER_TRANSACTION_VALUE,
            longest > 0 ? SqlInfo.SQL_MAX_STATEMENT_LENGTH_VALUE : 0);
    facts().send(command.getInfoList().stream().filter(known::contains).toList(), listener);
  }

  private String table(String sql) {
    Matcher name = TABLE.matcher(sql);
    if (name.find() && tables.containsKey(name.group(1))) {
      return name.group(1);
    }
    throw CallStatus.NOT_FOUND.withDescription("no table in " + sql).toRuntimeException();
  }

  @Override
  public SchemaResult getSchemaStatement(
      FlightSql.CommandStatementQuery command, CallContext context, FlightDescriptor descriptor) {
    return new SchemaResult(Objects.requireNonNull(tables.get(table(command.getQuery()))));
  }

  @Override
  public FlightInfo getFlightInfoStatement(
      FlightSql.CommandStatementQuery command, CallContext context, FlightDescriptor descriptor) {
    Ticket ticket = new Ticket(("count " + table(command.getQuery())).getBytes(UTF_8));
    FlightEndpoint endpoint = new FlightEndpoint(ticket, answers.places());
    return new FlightInfo(null, descriptor, List.of(endpoint), -1, -1);
  }

  @Override
  public void getStream(CallContext context, Ticket ticket, ServerStreamListener listener) {
    String text = new String(ticket.getBytes(), UTF_8);
    if (!text.startsWith("count ")) {
      super.getStream(context, ticket, listener);
      return;
    }
    try (VarCharVector names = new VarCharVector(MARK, memory);
        BigIntVector counts = new BigIntVector("n", memory);
        VectorSchemaRoot root = VectorSchemaRoot.of((FieldVector) names, counts)) {
      rows.getOrDefault(text.substring(6), Map.of())
          .forEach(
              (attempt, count) -> {
                names.setSafe(root.getRowCount(), attempt.getBytes(UTF_8));
                counts.setSafe(root.getRowCount(), count);
                root.setRowCount(root.getRowCount() + 1);
              });
      listener.start(root);
      listener.putNext();
      listener.completed();
    }
  }

  @Override
  public Runnable acceptPutStatementBulkIngest(
      FlightSql.CommandStatementIngest command,
      CallContext context,
      FlightStream sent,
      StreamListener<PutResult> listener) {
    return () -> {
      try {
        long count = take(command, sent);
        answer(count, listener);
      } catch (RuntimeException e) {
        listener.onError(e);
      }
    };
  }

  private long take(FlightSql.CommandStatementIngest command, FlightStream sent) {
    String table = command.getTable();
    var ifExists = command.getTableDefinitionOptions().getIfExists();
    boolean fails =
        ifExists
            == FlightSql.CommandStatementIngest.TableDefinitionOptions.TableExistsOption
                .TABLE_EXISTS_OPTION_FAIL;
    if (fails && tables.containsKey(table)) {
      throw CallStatus.ALREADY_EXISTS.withDescription(table + " is there").toRuntimeException();
    }
    tables.computeIfAbsent(table, name -> answers.types(name, sent.getSchema()));
    long count = 0;
    while (sent.next()) {
      VectorSchemaRoot root = sent.getRoot();
      count += root.getRowCount();
      for (int row = 0; row < root.getRowCount(); row++) {
        rows.computeIfAbsent(table, name -> new ConcurrentHashMap<>())
            .merge(String.valueOf(root.getVector(MARK).getObject(row)), 1L, Long::sum);
      }
    }
    if (count == 0) {
      answers.made(table);
    }
    return count;
  }

  private void answer(long count, StreamListener<PutResult> listener) {
    byte[] result =
        FlightSql.DoPutUpdateResult.newBuilder().setRecordCount(count).build().toByteArray();
    try (ArrowBuf metadata = memory.buffer(result.length)) {
      metadata.writeBytes(result);
      listener.onNext(PutResult.metadata(metadata));
    }
    listener.onCompleted();
  }

  @Override
  public Runnable acceptPutStatement(
      FlightSql.CommandStatementUpdate command,
      CallContext context,
      FlightStream sent,
      StreamListener<PutResult> listener) {
    return () -> {
      try {
        answer(execute(command.getQuery()), listener);
      } catch (RuntimeException e) {
        listener.onError(e);
      }
    };
  }

  private long execute(String sql) {
    String word = sql.substring(0, sql.indexOf(' '));
    calls.add(word);
    String table = table(sql);
    if (word.equals("DROP")) {
      tables.remove(table);
    }
    long all =
        rows.getOrDefault(table, Map.of()).entrySet().stream()
            .filter(each -> sql.contains("'" + each.getKey() + "'"))
            .mapToLong(Map.Entry::getValue)
            .sum();
    return word.equals("INSERT") ? answers.moved(all) : 0;
  }

  @Override
  public void beginTransaction(
      FlightSql.ActionBeginTransactionRequest request,
      CallContext context,
      StreamListener<FlightSql.ActionBeginTransactionResult> listener) {
    calls.add("begin");
    listener.onNext(
        FlightSql.ActionBeginTransactionResult.newBuilder()
            .setTransactionId(ByteString.copyFromUtf8("one"))
            .build());
    listener.onCompleted();
  }

  @Override
  public void endTransaction(
      FlightSql.ActionEndTransactionRequest request,
      CallContext context,
      StreamListener<Result> listener) {
    boolean commits =
        request.getAction()
            == FlightSql.ActionEndTransactionRequest.EndTransaction.END_TRANSACTION_COMMIT;
    calls.add(commits ? "commit" : "rollback");
    listener.onCompleted();
  }

  @Override
  public void close() {
    closer.close();
  }
}
