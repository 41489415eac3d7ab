package io.sparkflight.datasource;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.sparkflight.datasource.testing.Rows;
import io.sparkflight.datasource.testing.ScriptedServer;
import io.sparkflight.datasource.testing.ScriptedServer.Tells;
import io.sparkflight.lifecycle.Threads;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.apache.arrow.flight.CallStatus;
import org.apache.arrow.flight.FlightEndpoint;
import org.apache.arrow.flight.Location;
import org.apache.arrow.flight.Ticket;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryEncoder;
import org.apache.arrow.vector.dictionary.DictionaryProvider.MapDictionaryProvider;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.spark.SparkExecutorInfo;
import org.apache.spark.api.java.JavaFutureAction;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Servers of Arrow's own parts, well and badly behaved: every row, or an error that says why. */
class ForeignServersIT {
  private static SparkSession spark;
  private static ScriptedServer server;

  @BeforeAll
  static void start() throws IOException {
    spark =
        SparkSession.builder()
            .master("local[2,3]")
            .config("spark.ui.enabled", false)
            .config("spark.sql.shuffle.partitions", 2)
            .getOrCreate();
    server = ScriptedServer.start();
  }

  @AfterAll
  static void stop() {
    server.close();
    spark.stop();
  }

  /** Not before the last test's query was cancelled, if it is. */
  @BeforeEach
  void forget() throws Exception {
    spark.sparkContext().listenerBus().waitUntilEmpty();
    await("the end of what was before").until(() -> renewers() == 0);
    server.reset();
  }

  private static DataFrameReader reader() {
    return spark.read().format("flight-sql").option("uri", server.uri()).option("query", "SELECT");
  }

  private static List<Long> ids(Dataset<Row> rows) {
    return rows.collectAsList().stream().map(row -> row.getLong(0)).sorted().toList();
  }

  private static Consumer<Rows> rows(long begin, long end) {
    return rows -> rows.start().batch(begin, end).end();
  }

  /** An endpoint that the server keeps for this long. */
  private static FlightEndpoint kept(String ticket, Duration time) {
    return new FlightEndpoint(
        new Ticket(ticket.getBytes(UTF_8)), Instant.now().plus(time), server.location());
  }

  @Test
  void columnsAreToldInWhicheverWayTheServerHas() {
    for (Tells way : Tells.values()) {
      server.reset().columns(ScriptedServer.COLUMNS, way).endpoint("t", rows(0, 2));
      assertThat(reader().load().collectAsList().toString())
          .as(way.name())
          .isEqualTo("[[0,n0], [1,n1]]");
    }
    server.reset().columns(ScriptedServer.COLUMNS).endpoint("t", rows(0, 2));
    assertThat(ids(reader().load())).as("told by the stream alone").containsExactly(0L, 1L);
    server.reset().columns(ScriptedServer.COLUMNS);
    assertThatThrownBy(() -> reader().load())
        .hasMessageContaining("Cannot find out the columns of a query on " + server.uri());
  }

  @Test
  void aTypeThatSparkHasNotIsToldWithItsColumnWhenTheQueryIsPlanned() {
    Schema odd =
        new Schema(List.of(Field.nullable("odd one", new ArrowType.Time(TimeUnit.SECOND, 32))));
    server.columns(odd, Tells.SCHEMA);
    assertThatThrownBy(() -> reader().load()).hasMessageContaining("odd one");
  }

  @Test
  void everyWayToNameALocationIsUnderstood() {
    Location dead = Location.forGrpcInsecure("127.0.0.1", 1);
    server
        .endpoint("t0", rows(0, 10))
        .endpoint("t1", rows(10, 20), dead, server.location())
        .endpoint("t2", rows(20, 30), Location.reuseConnection())
        .endpoint(
            "t3",
            rows(30, 40),
            new Location(java.net.URI.create("https://x/y")),
            dead,
            Location.reuseConnection())
        .endpoint("t4", rows -> rows.start().end())
        .endpoint("t5", rows -> rows.start().batch(0, 0).batch(40, 41).batch(0, 0).end());
    assertThat(ids(reader().load())).hasSize(41).doesNotHaveDuplicates().endsWith(40L);
    server.reset().endpoint("t0", rows(0, 10), dead, Location.forGrpcInsecure("127.0.0.1", 2));
    assertThatThrownBy(() -> reader().option("reread", true).load().collect())
        .hasMessageContaining("endpoint 0 of a query of " + server.uri())
        .hasMessageContaining("127.0.0.1:1: UNAVAILABLE")
        .hasMessageContaining("127.0.0.1:2: UNAVAILABLE");
  }

  @Test
  void noEndpointIsNoRow() {
    assertThat(reader().load().collectAsList()).isEmpty();
  }

  @Test
  void explainingAQueryDoesNotExecuteIt() {
    server.columns(ScriptedServer.COLUMNS, Tells.SCHEMA).endpoint("t", rows(0, 3));
    Dataset<Row> rows = reader().load();
    assertThat(rows.queryExecution().executedPlan().toString()).contains("ColumnarToRow");
    assertThat(server.calls()).isEmpty();
    assertThat(ids(rows)).hasSize(3);
    assertThat(server.calls()).containsExactly("execute", "read t");
  }

  @Test
  void dictionariesAreRead() {
    for (Tells[] told : List.of(Tells.values(), new Tells[0])) {
      server.reset().columns(ScriptedServer.COLUMNS, told);
      server.endpoint("t", ForeignServersIT::encoded);
      assertThat(reader().load().where("name IS NOT NULL").collectAsList().toString())
          .isEqualTo("[[0,red], [1,blue], [2,red]]");
    }
  }

  private static void encoded(Rows rows) {
    DictionaryEncoding encoding = new DictionaryEncoding(7, false, null);
    try (VarCharVector words = new VarCharVector("words", rows.memory());
        VarCharVector names =
            new VarCharVector(
                "name", new FieldType(true, ArrowType.Utf8.INSTANCE, null), rows.memory());
        BigIntVector ids = new BigIntVector("id", rows.memory())) {
      words.setSafe(0, "red".getBytes(UTF_8));
      words.setSafe(1, "blue".getBytes(UTF_8));
      words.setValueCount(2);
      List<String> values = List.of("red", "blue", "red");
      for (int i = 0; i < 3; i++) {
        ids.setSafe(i, i);
        names.setSafe(i, values.get(i).getBytes(UTF_8));
      }
      ids.setValueCount(3);
      names.setValueCount(3);
      Dictionary dictionary = new Dictionary(words, encoding);
      try (var indexes = DictionaryEncoder.encode(names, dictionary);
          VectorSchemaRoot root =
              VectorSchemaRoot.of(ids, (org.apache.arrow.vector.FieldVector) indexes)) {
        rows.stream().start(root, new MapDictionaryProvider(dictionary));
        rows.stream().putNext();
        rows.stream().completed();
      }
    }
  }

  @Test
  void anEndpointWithOtherColumnsFailsTheQuery() {
    Field id = ScriptedServer.COLUMNS.getFields().get(0);
    Field name = ScriptedServer.COLUMNS.getFields().get(1);
    List<Schema> others =
        List.of(
            new Schema(List.of(id)),
            new Schema(List.of(Field.nullable("other", id.getType()), name)),
            new Schema(List.of(id, Field.nullable("name", ArrowType.Binary.INSTANCE))));
    for (Schema other : others) {
      server
          .reset()
          .endpoint("t0", rows(0, 10))
          .endpoint("t1", rows -> rows.as(other).start().batch(0, 1).end());
      assertThatThrownBy(() -> reader().option("reread", true).load().collect())
          .hasMessageContaining("endpoint 1 of a query of " + server.uri())
          .hasMessageContaining("it sends struct<")
          .hasMessageContaining("was planned");
    }
  }

  @Test
  void aStreamThatBreaksFailsTheQueryAndCancelsIt() {
    server
        .endpoint("t0", rows(0, 10))
        .endpoint(
            "t1",
            rows ->
                rows.start().batch(10, 20).fail(CallStatus.INTERNAL.withDescription("disk full")));
    Dataset<Row> rows = reader().option("reread", true).load();
    assertThatThrownBy(rows::collect)
        .hasMessageContaining("Cannot read endpoint 1 of a query of " + server.uri())
        .hasMessageContaining("INTERNAL: disk full");
    await("the query cancelled").until(() -> server.calls().contains("cancel"));
  }

  @Test
  void whatTheServerKeepsIsReadAgainFromItsBeginning() {
    AtomicInteger reads = new AtomicInteger();
    server
        .endpoint("t0", rows(0, 10))
        .endpoint(
            kept("t1", Duration.ofMinutes(5)),
            rows -> {
              rows.start().batch(10, 20);
              if (reads.incrementAndGet() == 1) {
                rows.fail(CallStatus.UNAVAILABLE.withDescription("restarting"));
              } else {
                rows.batch(20, 30).end();
              }
            });
    assertThat(ids(reader().load())).hasSize(30).doesNotHaveDuplicates();
    assertThat(Collections.frequency(server.calls(), "read t1")).isEqualTo(2);
  }

  @Test
  void whatTheServerDoesNotKeepIsNotReadAgain() {
    server
        .endpoint("t0", rows(0, 10))
        .endpoint("t1", rows -> rows.start().batch(10, 20).fail(CallStatus.INTERNAL));
    assertThatThrownBy(() -> reader().load().collect())
        .hasMessageContaining("Cannot read endpoint 1")
        .hasMessageContaining("keeps a result for one read");
    assertThat(Collections.frequency(server.calls(), "read t1")).isEqualTo(1);
  }

  @Test
  void theSameDatasetTwiceIsNeverFewerRows() {
    AtomicInteger reads = new AtomicInteger();
    server.endpoint(
        "t0",
        rows -> {
          if (reads.incrementAndGet() == 1) {
            rows.start().batch(0, 10).end();
          } else {
            rows.start().end(); // what is left of it, the server may think
          }
        });
    Dataset<Row> twice = reader().load();
    assertThat(ids(twice)).hasSize(10);
    assertThatThrownBy(twice::collect)
        .hasMessageContaining("Cannot read endpoint 0 of a query of " + server.uri())
        .hasMessageContaining("keeps a result for one read");
  }

  @Test
  void whatIsGoneBeforeItsTimeIsToBeLoadedAnew() {
    server.endpoint(
        kept("t0", Duration.ofMinutes(5)),
        rows -> rows.fail(CallStatus.NOT_FOUND.withDescription("cancelled")));
    assertThatThrownBy(() -> reader().load().collect())
        .hasMessageContaining("NOT_FOUND: cancelled")
        .hasMessageContaining("Load it anew");
  }

  @Test
  void aTimeThatArrowCannotReadIsToldInWords() {
    server.endpoint(kept("t0", Duration.ofDays(300 * 366)), rows(0, 10));
    assertThatThrownBy(() -> reader().load().collect())
        .hasMessageContaining("Cannot read a query of " + server.uri())
        .hasMessageContaining("after the year 2262");
  }

  /** Spark does not interrupt the thread of a task unless the job says so. */
  @Test
  void aKilledTaskDoesNotWaitForItsServer() {
    AtomicInteger reads = new AtomicInteger();
    server.endpoint(
        "t0",
        rows -> {
          rows.start().batch(0, 10);
          reads.incrementAndGet();
        });
    JavaFutureAction<List<Row>> job = reader().load().toJavaRDD().collectAsync();
    Duration busy = Duration.ofMinutes(1); // of a machine; the source's own time is ten minutes
    await("a task that waits").atMost(busy).until(() -> reads.get() == 1 && running() == 1);
    spark.sparkContext().cancelAllJobs();
    await("the end of the task").atMost(busy).until(() -> running() == 0);
    assertThat(job.isDone()).isTrue();
  }

  private static int running() {
    return Arrays.stream(spark.sparkContext().statusTracker().getExecutorInfos())
        .mapToInt(SparkExecutorInfo::numRunningTasks)
        .sum();
  }

  @Test
  void aSilentStreamFailsInTime() {
    server.endpoint("t0", rows -> rows.start().batch(0, 10));
    assertThatThrownBy(
            () -> reader().option("timeout", "300ms").option("reread", true).load().collect())
        .hasMessageContaining("endpoint 0 of a query of " + server.uri())
        .hasMessageContaining("the longest that option timeout allows");
    server.reset().endpoint("t0", rows -> {});
    assertThatThrownBy(
            () -> reader().option("timeout", "300ms").option("reread", true).load().collect())
        .hasMessageContaining("the longest that option timeout allows");
  }

  /** In all it takes longer than the time-out, but it is never silent for so long. */
  @Test
  void aSlowStreamIsRead() {
    ScheduledThreadPoolExecutor pace = Threads.timer("pace");
    try {
      server.endpoint(
          "t0",
          rows -> {
            rows.start();
            for (int i = 0; i < 6; i++) {
              long from = i;
              try {
                pace.schedule(
                        () -> rows.batch(from, from + 1),
                        400,
                        java.util.concurrent.TimeUnit.MILLISECONDS)
                    .get();
              } catch (java.util.concurrent.ExecutionException | InterruptedException e) {
                throw new IllegalStateException(e);
              }
            }
            rows.end();
          });
      assertThat(ids(reader().option("timeout", "2s").load())).hasSize(6);
    } finally {
      Threads.stop(pace);
    }
  }

  @Test
  void aServerThatAlwaysCountsIsNotBelievedWithoutItsCount() {
    server.called("Spark Flight SQL").endpoint("t0", rows(0, 10));
    assertThatThrownBy(() -> reader().option("reread", true).load().collect())
        .hasMessageContaining("ended after 10 rows without the count");
    server
        .reset()
        .called("Spark Flight SQL")
        .endpoint(
            "t0",
            rows -> rows.start().lastBatch(0, 10, "{\"rows\":11,\"batches\":1,\"crc\":1}").end());
    assertThatThrownBy(() -> reader().option("reread", true).load().collect())
        .hasMessageContaining("10 rows in 1 batches arrived");
    server.script(
        "t0", rows -> rows.start().lastBatch(0, 10, "{\"rows\":10,\"batches\":1,\"crc\":1}").end());
    assertThat(ids(reader().load())).hasSize(10);
  }

  /** More endpoints than cores, so that the last ones begin when they would have expired. */
  @Test
  void endpointsAreRenewedBeforeTheirTasksBegin() {
    AtomicInteger made = new AtomicInteger();
    server.renewing(
        old -> {
          String ticket = ScriptedServer.ticket(old);
          String next = ticket.substring(0, 2) + "-" + made.incrementAndGet();
          server.script(next, rows(ticket.charAt(1) * 10L, ticket.charAt(1) * 10L + 10));
          return kept(next, Duration.ofMillis(900));
        });
    Consumer<Rows> slow =
        rows -> {
          await("renewals of the last endpoint")
              .until(
                  () ->
                      server.calls().stream().filter(call -> call.startsWith("renew t2")).count()
                          > 2);
          rows.start().batch(0, 10).end();
        };
    server
        .endpoint("t0", slow)
        .endpoint("t1", slow)
        .endpoint(
            kept("t2", Duration.ofMillis(900)),
            rows -> rows.fail(CallStatus.NOT_FOUND.withDescription("expired")));
    assertThat(ids(reader().load())).hasSize(30).contains('2' * 10L);
    await("the end of renewals").until(() -> renewers() == 0);
  }

  private static long renewers() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("flight-sql-renewal"))
        .count();
  }
}
