package io.sparkflight.sql;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sparkflight.sql.IngestFixture.Mode;
import io.sparkflight.testing.FlightSqlServerExtension;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.arrow.flight.Action;
import org.apache.arrow.flight.CallOption;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.Result;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A server with little room, and a client that ingests in parts into one table. */
abstract class IngestInParts {
  /** Little room: parts that stay too long are noticed by the next one. */
  @RegisterExtension
  static final FlightSqlServerExtension SERVER =
      new FlightSqlServerExtension()
          .with("spark.flight.exchange.memory", "1m")
          .with("spark.flight.exchange.statement-memory", "1m")
          .with("spark.flight.exchange.spill-limit", "3m")
          .with("spark.flight.exchange.spill-compression", "none")
          .with("spark.flight.exchange.free-space", "0");

  IngestFixture client = new IngestFixture(SERVER);

  @BeforeEach
  void noTable() {
    client.run("DROP TABLE IF EXISTS parted");
  }

  @AfterEach
  void leave() throws Exception {
    client.run("DROP TABLE IF EXISTS parted");
    client.close();
  }

  static String newId() {
    return UUID.randomUUID().toString();
  }

  List<List<Object>> ids() {
    return client.query("SELECT id FROM parted ORDER BY id");
  }

  static long ingest(
      IngestFixture client, Map<String, String> options, Mode mode, @Nullable Long... ids) {
    return client.ingest(IngestFixture.options("parted", mode, null, options), client.ids(ids));
  }

  static long part(IngestFixture client, String id, String name, Mode mode, @Nullable Long... ids) {
    return ingest(client, Map.of("ingest.id", id, "ingest.part", name), mode, ids);
  }

  static long commit(IngestFixture client, String id, String parts, Mode mode) {
    return ingest(client, Map.of("ingest.id", id, "ingest.parts", parts), mode);
  }

  static List<String> act(FlightClient flight, String action, String id, CallOption... call) {
    List<String> answers = new ArrayList<>();
    for (var all = flight.doAction(new Action(action, id.getBytes(UTF_8)), call); all.hasNext(); ) {
      Result answer = all.next();
      answers.add(new String(answer.getBody(), UTF_8));
    }
    return answers;
  }
}
