package io.sparkflight.sql;

import static io.sparkflight.sql.IngestFixture.Mode.APPEND;
import static io.sparkflight.sql.IngestFixture.Mode.CREATE;
import static io.sparkflight.sql.IngestFixture.Mode.CREATE_APPEND;
import static io.sparkflight.sql.IngestFixture.Mode.REPLACE;
import static io.sparkflight.sql.IngestFixture.fails;
import static io.sparkflight.testing.FlightRows.row;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.stream.StreamSupport;
import org.apache.arrow.flight.ActionType;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightStatusCode;
import org.junit.jupiter.api.Test;

/** Ingests whose rows come in parts, and take effect by one commit that names the parts. */
class IngestPartsIT extends IngestInParts {
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
  void theServerSaysThatItTakesParts() throws Exception {
    try (FlightClient flight = SERVER.flight()) {
      assertThat(StreamSupport.stream(flight.listActions().spliterator(), false))
          .extracting(ActionType::getType)
          .contains(
              "sparkflight.RenewIngest", "sparkflight.DiscardIngest", "CreatePreparedStatement");
    }
  }
}
