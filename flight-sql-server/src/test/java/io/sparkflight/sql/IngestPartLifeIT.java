package io.sparkflight.sql;

import static io.sparkflight.sql.IngestFixture.Mode.APPEND;
import static io.sparkflight.sql.IngestFixture.Mode.CREATE;
import static io.sparkflight.sql.IngestFixture.Mode.CREATE_APPEND;
import static io.sparkflight.sql.IngestFixture.fails;
import static io.sparkflight.testing.FlightRows.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.sparkflight.testing.FlightSqlServerExtension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.arrow.flight.CallOption;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VarBinaryVector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** How long the parts of an ingest stay, for whom, and what is left of them after a server. */
class IngestPartLifeIT extends IngestInParts {
  @RegisterExtension
  static final FlightSqlServerExtension FORGETFUL =
      new FlightSqlServerExtension().with("spark.flight.exchange.idle-timeout", "4s");

  /** The parts are gone with the server: whoever repeats the commit is told to send all again. */
  @Test
  void whatADeadServerMovedIsTakenBackBeforePartsAreSaidToBeMissing(@TempDir Path folder)
      throws Exception {
    client.run(
        "CREATE TABLE parted (id BIGINT) USING parquet LOCATION '%s'".formatted(folder.toUri()));
    String id = newId();
    part(client, id, "p", APPEND, 1L, 2L);
    assertThat(commit(client, id, "p:2", APPEND)).isEqualTo(2);
    Path moved = only(folder, ".parquet");
    Path pending = IngestFixture.asIfKilledWhileMoving(moved, only(folder, ".done"));
    client.close();
    SERVER.restart();
    client = new IngestFixture(SERVER);
    assertThat(ids()).hasSize(2);
    fails(
        () -> commit(client, id, "p:2", APPEND),
        FlightStatusCode.NOT_FOUND,
        "Send all rows again, under another id");
    assertThat(moved).doesNotExist();
    assertThat(pending).doesNotExist();
    assertThat(ids()).isEmpty();
  }

  private static Path only(Path folder, String ending) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      List<Path> found = all.filter(file -> file.toString().endsWith(ending)).toList();
      assertThat(found).hasSize(1);
      return found.get(0);
    }
  }

  @Test
  void partsAreTheirUsersOwn() throws Exception {
    String id = newId();
    try (FlightClient flight = SERVER.flight()) {
      CallOption bob = flight.authenticateBasicToken("bob", "any").orElseThrow();
      IngestFixture his = new IngestFixture(SERVER, bob);
      IngestFixture hers =
          new IngestFixture(SERVER, flight.authenticateBasicToken("ada", "any").orElseThrow());
      part(hers, id, "p", CREATE, 1L);
      fails(() -> commit(his, id, "p:1", CREATE), FlightStatusCode.NOT_FOUND, "no server has it");
      part(his, id, "p", CREATE, 2L);
      act(flight, "sparkflight.DiscardIngest", id, bob);
      fails(() -> commit(his, id, "p:1", CREATE), FlightStatusCode.NOT_FOUND, "no server has it");
      assertThat(commit(hers, id, "p:1", CREATE)).isEqualTo(1);
      assertThat(hers.query("SELECT * FROM parted")).containsExactly(row(1L));
      his.close();
      hers.close();
    }
  }

  /** Each part takes more than half of the room: only one may lie there. */
  @Test
  void discardingAndCommittingGiveTheRoomBack() throws Exception {
    String id = newId();
    try (FlightClient flight = SERVER.flight()) {
      large(id, "first");
      FlightRuntimeException full =
          catchThrowableOfType(FlightRuntimeException.class, () -> large(id, "second"));
      assertThat(full.status().code()).isEqualTo(FlightStatusCode.RESOURCE_EXHAUSTED);
      assertThat(act(flight, "sparkflight.DiscardIngest", id)).isEmpty();
      act(flight, "sparkflight.DiscardIngest", id); // again: nothing is there, and that is right
      large(id, "second");
      VarBinaryVector none = bytes(0);
      Map<String, String> commit = Map.of("ingest.id", id, "ingest.parts", "second:1");
      assertThat(client.ingest(IngestFixture.options("parted", CREATE, null, commit), none))
          .isEqualTo(1);
      large(newId(), "third");
    }
  }

  private void large(String id, String name) {
    Map<String, String> part = Map.of("ingest.id", id, "ingest.part", name);
    FieldVector bytes = bytes(1);
    client.ingest(IngestFixture.options("parted", CREATE_APPEND, null, part), bytes);
  }

  /** Each value is of two megabytes. */
  private static VarBinaryVector bytes(int values) {
    VarBinaryVector vector = new VarBinaryVector("b", SERVER.memory());
    for (int i = 0; i < values; i++) {
      vector.setSafe(i, new byte[2 << 20]);
    }
    vector.setValueCount(values);
    return vector;
  }

  @Test
  void partsThatNobodyRenewsAreFreedAndThoseThatAreRenewedStay() throws Exception {
    String left = newId();
    String kept = newId();
    try (IngestFixture there = new IngestFixture(FORGETFUL);
        FlightClient flight = FORGETFUL.flight()) {
      part(there, kept, "p", CREATE, 1L);
      part(there, left, "p", CREATE, 2L);
      await("the end of what nobody renews")
          .pollInterval(Duration.ofMillis(100))
          .atMost(Duration.ofSeconds(60))
          .until(
              () -> {
                assertThat(act(flight, "sparkflight.RenewIngest", kept)).containsExactly("4000");
                return isFree(there, left);
              });
      assertThat(isFree(there, kept)).isFalse();
    }
  }

  /** A commit would renew what it looks for; a refused part does not. */
  private static boolean isFree(IngestFixture there, String id) {
    try {
      part(there, id, "p", CREATE, 3L);
      return true;
    } catch (FlightRuntimeException e) {
      assertThat(e.status().code()).isEqualTo(FlightStatusCode.ALREADY_EXISTS);
      return false;
    }
  }
}
