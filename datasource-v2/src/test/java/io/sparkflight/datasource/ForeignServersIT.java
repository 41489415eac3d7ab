package io.sparkflight.datasource;

import static io.sparkflight.datasource.testing.Rows.rows;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkflight.datasource.testing.Rows;
import io.sparkflight.datasource.testing.ScriptedServer;
import io.sparkflight.datasource.testing.ScriptedServer.Tells;
import io.sparkflight.manager.statement.AttemptTotals;
import java.util.List;
import org.apache.arrow.flight.Location;
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
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;

/**
 * What servers of Arrow's own parts say of a result: it is read in every way to say it, or an
 * error.
 */
class ForeignServersIT extends OneScriptedServer {
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
    server.script("t0", rows -> rows.start().lastBatch(0, 10, sent -> sent).end());
    assertThat(ids(reader().load())).hasSize(10);
  }

  /** Whatever it is called. */
  @Test
  void aServerThatTellsAChecksumIsBelievedOnlyWithIt() {
    server.endpoint(
        "t0",
        rows ->
            rows.start()
                .batch(0, 10)
                .lastBatch(
                    10,
                    20,
                    sent ->
                        new AttemptTotals(
                            sent.batches(), sent.rows(), sent.bytes(), sent.hash() + 1))
                .end());
    assertThatThrownBy(() -> reader().option("reread", true).load().collect())
        .hasMessageContaining("Cannot read endpoint 0 of a query of " + server.uri())
        .hasMessageContaining("Bytes have changed on the way. Run the query again.");
    server.script("t0", rows -> rows.start().batch(0, 10).lastBatch(10, 20, sent -> sent).end());
    assertThat(ids(reader().load())).hasSize(20);
  }

  @Test
  void whatOtherServersSayInTheirLastMessageIsTheirs() {
    for (String words : List.of("the end", "{\"rows\":1}", "{\"crc\":1}", "[10]", "10")) {
      server.reset().endpoint("t0", rows -> rows.start().lastBatch(0, 10, words).end());
      assertThat(ids(reader().load())).as(words).hasSize(10);
    }
  }
}
