package io.sparkflight.sql;

import static io.sparkflight.sql.IngestFixture.Mode.CREATE;
import static io.sparkflight.testing.FlightRows.row;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.Any;
import io.sparkflight.testing.FlightSqlServerExtension;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.arrow.flight.AsyncPutListener;
import org.apache.arrow.flight.CallOptions;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightDescriptor;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.PutResult;
import org.apache.arrow.flight.SyncPutListener;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementIngest;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryProvider.MapDictionaryProvider;
import org.apache.arrow.vector.types.Types.MinorType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Uploads larger than the memory that the server may use, and those that do not come to an end. */
class LargeIngestIT {
  private static Path spill = Path.of("");

  @RegisterExtension
  static final FlightSqlServerExtension SERVER =
      new FlightSqlServerExtension()
          .with("spark.flight.exchange.spill-directory", spill())
          .with("spark.flight.exchange.memory", "16m")
          .with("spark.flight.exchange.statement-memory", "8m")
          .with("spark.flight.exchange.spill-limit", "256m")
          .with("spark.flight.exchange.spill-compression", "none")
          .with("spark.flight.exchange.free-space", "0")
          .with("spark.flight.upload.idle-timeout", "4s")
          .with("spark.flight.upload.max-message-size", "8m");

  private static String spill() {
    try {
      spill = Files.createTempDirectory(Path.of("target").toAbsolutePath(), "spill-");
      return spill.toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static final int ROWS = 1_000;
  private static final byte[] PAD = new byte[1_000];

  private IngestFixture client = new IngestFixture(SERVER);

  @BeforeEach
  void noTable() {
    client.run("DROP TABLE IF EXISTS large");
  }

  @AfterEach
  void leave() throws Exception {
    client.run("DROP TABLE IF EXISTS large");
    client.close();
  }

  /** 160 MB: ten times the memory, and three parts. */
  @Test
  void everyRowArrivesOnce() throws Exception {
    int batches = 160;
    try (BigIntVector ids = new BigIntVector("id", SERVER.memory());
        VarBinaryVector pad = new VarBinaryVector("pad", SERVER.memory());
        VectorSchemaRoot root = VectorSchemaRoot.of(ids, pad)) {
      Put put = new Put(root);
      for (int batch = 0; batch < batches; batch++) {
        fill(ids, root, batch);
        for (int i = 0; i < ROWS; i++) {
          pad.setSafe(i, PAD);
        }
        pad.setValueCount(ROWS);
        put.next();
      }
      put.end();
    }
    long all = (long) batches * ROWS;
    assertThat(client.query("SELECT count(*), count(DISTINCT id), min(id), max(id) FROM large"))
        .containsExactly(row(all, all, 0L, all - 1));
    assertThat(client.query("SELECT DISTINCT input_file_name() FROM large")).hasSize(3);
  }

  /** One upload into the table, batch by batch. */
  private static final class Put {
    private final FlightClient flight = SERVER.flight();
    private final AsyncPutListener answers = new AsyncPutListener();
    private final FlightClient.ClientStreamListener listener;

    Put(VectorSchemaRoot root) {
      listener = flight.startPut(descriptor(), root, answers);
    }

    void next() {
      while (!listener.isReady() && !answers.isCancelled()) {
        Thread.onSpinWait();
      }
      listener.putNext();
    }

    void end() throws Exception {
      listener.completed();
      listener.getResult();
      flight.close();
    }
  }

  private static void fill(BigIntVector ids, VectorSchemaRoot root, int batch) {
    ids.allocateNew(ROWS);
    for (int i = 0; i < ROWS; i++) {
      ids.set(i, (long) batch * ROWS + i);
    }
    ids.setValueCount(ROWS);
    root.setRowCount(ROWS);
  }

  @Test
  void anUploadWithoutRoomIsRefusedAndForgotten() throws Exception {
    FlightRuntimeException failure;
    try (VarBinaryVector bytes = new VarBinaryVector("b", SERVER.memory());
        VectorSchemaRoot root = VectorSchemaRoot.of(bytes)) {
      bytes.setSafe(0, new byte[4 << 20]);
      bytes.setValueCount(1);
      root.setRowCount(1);
      failure =
          catchThrowableOfType(
              FlightRuntimeException.class,
              () -> {
                Put put = new Put(root);
                for (int i = 0; i < 100; i++) {
                  put.next();
                }
                put.end();
              });
    }
    assertThat(failure.status().code()).isEqualTo(FlightStatusCode.RESOURCE_EXHAUSTED);
    assertThat(failure.getMessage()).contains("spark.flight.exchange.spill-limit");
    assertThat(client.query("SHOW TABLES LIKE 'large'")).isEmpty();
    everyRowArrivesOnce(); // the room is there again
  }

  @Test
  void aBatchThatIsTooLargeIsRefused() throws Exception {
    try (VarBinaryVector bytes = new VarBinaryVector("b", SERVER.memory());
        VectorSchemaRoot root = VectorSchemaRoot.of(bytes)) {
      bytes.setSafe(0, new byte[13 << 20]);
      bytes.setValueCount(1);
      root.setRowCount(1);
      FlightRuntimeException failure =
          catchThrowableOfType(
              FlightRuntimeException.class,
              () ->
                  client
                      .client()
                      .executeIngest(root, IngestFixture.options("large", CREATE, null, Map.of())));
      assertThat(failure).isNotNull();
      assertThat(failure.status().code()).isEqualTo(FlightStatusCode.RESOURCE_EXHAUSTED);
      assertThat(failure.getMessage()).contains("and this server takes", "Send smaller batches.");
    }
    assertThat(client.query("SHOW TABLES LIKE 'large'")).isEmpty();
  }

  @Test
  void aClientThatLeavesInTheMiddleLeavesNothing() throws Exception {
    try (BigIntVector ids = new BigIntVector("id", SERVER.memory());
        VectorSchemaRoot root = VectorSchemaRoot.of(ids);
        FlightClient flight = SERVER.flight()) {
      AsyncPutListener answers = new AsyncPutListener();
      FlightClient.ClientStreamListener put =
          flight.startPut(descriptor(), root, answers, CallOptions.timeout(2, TimeUnit.SECONDS));
      fill(ids, root, 0);
      put.putNext();
      // It says nothing more: the deadline of the call passes.
      assertThat(catchThrowableOfType(FlightRuntimeException.class, put::getResult)).isNotNull();
    }
    assertThat(client.query("SHOW TABLES LIKE 'large'")).isEmpty();
    try (Stream<Path> left = Files.list(spill)) {
      assertThat(left).isEmpty();
    }
    await("no thread that waits for an upload")
        .until(
            () ->
                Thread.getAllStackTraces().values().stream()
                    .flatMap(Stream::of)
                    .noneMatch(frame -> frame.getClassName().endsWith("IngestCommand")));
  }

  @Test
  void aClientThatSaysNothingMoreIsNotWaitedFor() throws Exception {
    try (BigIntVector ids = new BigIntVector("id", SERVER.memory());
        VectorSchemaRoot root = VectorSchemaRoot.of(ids);
        FlightClient flight = SERVER.flight()) {
      FlightClient.ClientStreamListener put =
          flight.startPut(descriptor(), root, new AsyncPutListener());
      fill(ids, root, 0);
      put.putNext();
      FlightRuntimeException failure =
          catchThrowableOfType(FlightRuntimeException.class, put::getResult);
      assertThat(failure).isNotNull();
      assertThat(failure.status().code()).isEqualTo(FlightStatusCode.TIMED_OUT);
      assertThat(failure.getMessage()).contains("the client has sent nothing for 4 s");
    }
    assertThat(client.query("SHOW TABLES LIKE 'large'")).isEmpty();
  }

  /** As pandas' categories come: the same indexes may mean something else in the next batch. */
  @Test
  void dictionariesMayChangeBetweenBatches() throws Exception {
    DictionaryEncoding encoding = new DictionaryEncoding(7, false, null);
    try (VarCharVector entries = new VarCharVector("entries", SERVER.memory());
        IntVector indexes =
            new IntVector(
                "word", new FieldType(true, MinorType.INT.getType(), encoding), SERVER.memory());
        VectorSchemaRoot root = VectorSchemaRoot.of(indexes);
        FlightClient flight = SERVER.flight()) {
      MapDictionaryProvider dictionaries =
          new MapDictionaryProvider(new Dictionary(entries, encoding));
      SyncPutListener answers = new SyncPutListener();
      words(entries, "no", "yes");
      FlightClient.ClientStreamListener put =
          flight.startPut(descriptor(), root, dictionaries, answers);
      indexes.setSafe(0, 1);
      indexes.setNull(1);
      indexes.setValueCount(2);
      root.setRowCount(2);
      put.putNext();
      put.completed();
      put.getResult();
      try (PutResult counted = answers.read()) {
        assertThat(counted).isNotNull();
      }
    }
    assertThat(client.query("SELECT word, typeof(word) FROM large ORDER BY word"))
        .containsExactly(row(null, "string"), row("yes", "string"));
  }

  private static void words(VarCharVector entries, String... words) {
    for (int i = 0; i < words.length; i++) {
      entries.setSafe(i, words[i].getBytes(UTF_8));
    }
    entries.setValueCount(words.length);
  }

  private static FlightDescriptor descriptor() {
    return FlightDescriptor.command(
        Any.pack(
                CommandStatementIngest.newBuilder()
                    .setTable("large")
                    .setTableDefinitionOptions(CREATE.options())
                    .build())
            .toByteArray());
  }
}
