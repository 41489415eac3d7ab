package io.sparkflight.sql;

import static io.sparkflight.sql.IngestFixture.Mode.APPEND;
import static io.sparkflight.sql.IngestFixture.Mode.CREATE;
import static io.sparkflight.sql.IngestFixture.Mode.CREATE_APPEND;
import static io.sparkflight.sql.IngestFixture.Mode.REPLACE;
import static io.sparkflight.testing.FlightRows.row;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.sparkflight.sql.IngestFixture.Mode;
import io.sparkflight.testing.FlightSqlServerExtension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.arrow.flight.Action;
import org.apache.arrow.flight.ActionType;
import org.apache.arrow.flight.CallOption;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.Result;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VarBinaryVector;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Ingests whose rows come in parts, and take effect by one commit that names the parts. */
class IngestPartsIT {
  /** Little room: parts that stay too long are noticed by the next one. */
  @RegisterExtension
  static final FlightSqlServerExtension SERVER =
      new FlightSqlServerExtension()
          .with("spark.flight.exchange.memory", "1m")
          .with("spark.flight.exchange.statement-memory", "1m")
          .with("spark.flight.exchange.spill-limit", "3m")
          .with("spark.flight.exchange.free-space", "0");

  @RegisterExtension
  static final FlightSqlServerExtension FORGETFUL =
      new FlightSqlServerExtension().with("spark.flight.exchange.idle-timeout", "1s");

  private IngestFixture client = new IngestFixture(SERVER);

  @BeforeEach
  void noTable() {
    client.run("DROP TABLE IF EXISTS parted");
  }

  @AfterEach
  void leave() throws Exception {
    client.run("DROP TABLE IF EXISTS parted");
    client.close();
  }

  @Test
  void exactlyTheNamedPartsAreWrittenAndOnlyOnce() throws Exception {
    String id = newId();
    assertThat(part(client, id, "0.0", CREATE, 1L, 2L)).isEqualTo(2);
    assertThat(part(client, id, "0.1", CREATE, 1L, 2L)).isEqualTo(2); // another attempt
    assertThat(part(client, id, "1.2", CREATE, 3L)).isEqualTo(1);
    assertThat(part(client, id, "2.3", CREATE)).isZero();
    assertThat(client.query("SHOW TABLES LIKE 'parted'")).isEmpty();
    String parts = "0.1:2,1.2:1,2.3:0";
    assertThat(commit(client, id, parts, CREATE)).isEqualTo(3);
    assertThat(ids()).containsExactly(row(1L), row(2L), row(3L));
    assertThat(commit(client, id, parts, CREATE)).isEqualTo(3);
    client.close();
    SERVER.restart();
    client = new IngestFixture(SERVER);
    assertThat(commit(client, id, parts, CREATE)).isEqualTo(3);
    assertThat(ids()).hasSize(3);
    fails(
        () -> commit(client, id, "0.1:2", CREATE),
        FlightStatusCode.INVALID_ARGUMENT,
        "its ingest.id was used for 3 rows, and these are 2");
  }

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
  void partsAreAppendedAndReplaceAndTwoIngestsDoNotMeet() {
    String one = newId();
    String other = newId();
    part(client, one, "p", CREATE_APPEND, 1L);
    part(client, other, "p", CREATE_APPEND, 2L, 3L);
    assertThat(commit(client, other, "p:2", CREATE_APPEND)).isEqualTo(2);
    assertThat(commit(client, one, "p:1", CREATE_APPEND)).isEqualTo(1);
    assertThat(commit(client, one, "p:1", CREATE_APPEND)).isEqualTo(1);
    assertThat(ids()).containsExactly(row(1L), row(2L), row(3L));
    String third = newId();
    part(client, third, "p", REPLACE, 9L);
    assertThat(commit(client, third, "p:1", REPLACE)).isEqualTo(1);
    assertThat(ids()).containsExactly(row(9L));
  }

  @Test
  void aCommitOfNoPartsMakesAnEmptyTable() {
    assertThat(commit(client, newId(), "", CREATE)).isZero();
    assertThat(ids()).isEmpty();
    client.ingest("parted", APPEND, client.ids(1L));
    assertThat(commit(client, newId(), "", APPEND)).isZero();
    assertThat(ids()).hasSize(1);
    assertThat(commit(client, newId(), "", REPLACE)).isZero();
    assertThat(ids()).isEmpty();
  }

  @Test
  void aCommitThatSaysWhatIsNotTrueWritesNothing() {
    client.ingest("parted", CREATE, client.ids(0L));
    String id = newId();
    part(client, id, "p", APPEND, 1L, 2L);
    Map<String, String> named = Map.of("ingest.id", id, "ingest.part", "names");
    fails(
        () -> client.ingest(IngestFixture.options("other", CREATE, null, named), client.names("a")),
        FlightStatusCode.INVALID_ARGUMENT,
        "its columns are name STRING, and those of the ingest's other parts are id BIGINT");
    Map<String, String> told = Map.of("ingest.id", id, "ingest.parts", "p:2");
    fails(
        () -> client.ingest(IngestFixture.options("parted", REPLACE, null, told), client.names()),
        FlightStatusCode.INVALID_ARGUMENT,
        "its columns are id BIGINT, and name STRING are told");
    fails(
        () -> commit(client, id, "p:2,q:1", APPEND),
        FlightStatusCode.NOT_FOUND,
        "Cannot take part q: no server has it");
    fails(
        () -> commit(client, id, "p:3", APPEND),
        FlightStatusCode.INVALID_ARGUMENT,
        "Cannot take part p: it has 2 rows, and 3 are told");
    fails(
        () -> commit(client, id, "p:2,p:2", APPEND),
        FlightStatusCode.INVALID_ARGUMENT,
        "it names part p twice");
    fails(
        () -> commit(client, id, "p:2,", APPEND),
        FlightStatusCode.INVALID_ARGUMENT,
        "'' is no part with its number of rows");
    fails(
        () -> ingest(client, Map.of("ingest.id", id, "ingest.parts", "p:2"), APPEND, 3L),
        FlightStatusCode.INVALID_ARGUMENT,
        "the commit brings rows");
    fails(
        () -> ingest(client, Map.of("ingest.part", "p"), APPEND, 3L),
        FlightStatusCode.INVALID_ARGUMENT,
        "a part of an ingest needs an ingest.id");
    fails(
        () -> part(client, id, "a:b", APPEND, 3L),
        FlightStatusCode.INVALID_ARGUMENT,
        "'a:b' is no name of a part");
    assertThat(ids()).containsExactly(row(0L));
    assertThat(commit(client, id, "p:2", APPEND)).isEqualTo(2); // a refusal takes nothing away
    assertThat(ids()).hasSize(3);
  }

  @Test
  void aPartStaysAsItIsWhenItsNameComesAgain() {
    String id = newId();
    part(client, id, "p", CREATE, 1L);
    fails(
        () -> part(client, id, "p", CREATE, 2L),
        FlightStatusCode.ALREADY_EXISTS,
        "there is one of this name, which stays as it is");
    assertThat(commit(client, id, "p:1", CREATE)).isEqualTo(1);
    assertThat(ids()).containsExactly(row(1L));
  }

  @Test
  void aPartThatDoesNotFitIsRefusedAtOnceAndLeavesNothing() {
    client.run("CREATE TABLE parted (id BIGINT) USING parquet");
    String id = newId();
    Map<String, String> part = Map.of("ingest.id", id, "ingest.part", "p");
    fails(
        () -> client.ingest(IngestFixture.options("parted", APPEND, null, part), client.names("a")),
        FlightStatusCode.INVALID_ARGUMENT,
        "it has no column name, but id");
    assertThat(part(client, id, "p", APPEND, 1L)).isEqualTo(1); // the name is free
    assertThat(commit(client, id, "p:1", APPEND)).isEqualTo(1);
  }

  /** The table was made after the part had come. */
  @Test
  void aCommitLooksAtTheTableAgain() {
    String id = newId();
    part(client, id, "p", CREATE_APPEND, 1L);
    client.run("CREATE TABLE parted (other BIGINT) USING parquet");
    fails(
        () -> commit(client, id, "p:1", CREATE_APPEND),
        FlightStatusCode.INVALID_ARGUMENT,
        "it has no column id, but other");
    assertThat(client.query("SELECT * FROM parted")).isEmpty();
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
          .atMost(Duration.ofSeconds(20))
          .until(
              () -> {
                assertThat(act(flight, "sparkflight.RenewIngest", kept)).containsExactly("1000");
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

  @Test
  void theServerSaysThatItTakesParts() throws Exception {
    try (FlightClient flight = SERVER.flight()) {
      assertThat(StreamSupport.stream(flight.listActions().spliterator(), false))
          .extracting(ActionType::getType)
          .contains(
              "sparkflight.RenewIngest", "sparkflight.DiscardIngest", "CreatePreparedStatement");
    }
  }

  private static String newId() {
    return UUID.randomUUID().toString();
  }

  private List<List<Object>> ids() {
    return client.query("SELECT id FROM parted ORDER BY id");
  }

  private static long ingest(
      IngestFixture client, Map<String, String> options, Mode mode, @Nullable Long... ids) {
    return client.ingest(IngestFixture.options("parted", mode, null, options), client.ids(ids));
  }

  private static long part(
      IngestFixture client, String id, String name, Mode mode, @Nullable Long... ids) {
    return ingest(client, Map.of("ingest.id", id, "ingest.part", name), mode, ids);
  }

  private static long commit(IngestFixture client, String id, String parts, Mode mode) {
    return ingest(client, Map.of("ingest.id", id, "ingest.parts", parts), mode);
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

  private static List<String> act(
      FlightClient flight, String action, String id, CallOption... call) {
    List<String> answers = new ArrayList<>();
    for (var all = flight.doAction(new Action(action, id.getBytes(UTF_8)), call); all.hasNext(); ) {
      Result answer = all.next();
      answers.add(new String(answer.getBody(), UTF_8));
    }
    return answers;
  }

  private static void fails(ThrowingCallable action, FlightStatusCode code, String words) {
    FlightRuntimeException failure = catchThrowableOfType(FlightRuntimeException.class, action);
    assertThat(failure).isNotNull();
    assertThat(failure.status().code()).isEqualTo(code);
    assertThat(failure).hasMessageContaining(words);
  }
}
