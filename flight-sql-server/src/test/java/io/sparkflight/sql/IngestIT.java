package io.sparkflight.sql;

import static io.sparkflight.sql.IngestFixture.Mode.APPEND;
import static io.sparkflight.sql.IngestFixture.Mode.CREATE;
import static io.sparkflight.sql.IngestFixture.Mode.CREATE_APPEND;
import static io.sparkflight.sql.IngestFixture.Mode.REPLACE;
import static io.sparkflight.sql.IngestFixture.fails;
import static io.sparkflight.testing.FlightRows.row;
import static org.assertj.core.api.Assertions.assertThat;

import io.sparkflight.testing.FlightSqlServerExtension;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.vector.FieldVector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Bulk ingest into Spark's own tables and temporary views: all rows or none, once for an id. */
class IngestIT {
  @RegisterExtension static final FlightSqlServerExtension SERVER = new FlightSqlServerExtension();

  @TempDir Path folder = Path.of("");
  private IngestFixture client = new IngestFixture(SERVER);

  @BeforeEach
  void noTable() {
    client.run("DROP TABLE IF EXISTS taken");
  }

  @AfterEach
  void leave() throws Exception {
    client.run("DROP TABLE IF EXISTS taken");
    client.close();
  }

  private FieldVector[] three() {
    return new FieldVector[] {client.ids(1L, 2L, 3L), client.names("a", "ä€😀", "")};
  }

  private List<List<Object>> rows() {
    return client.query("SELECT id, name FROM taken ORDER BY id");
  }

  private static final List<List<Object>> THREE =
      List.of(row(1L, "a"), row(2L, "ä€😀"), row(3L, ""));

  @Test
  void aTableIsCreatedAndAppendedTo() {
    assertThat(client.ingest("taken", CREATE, three())).isEqualTo(3);
    assertThat(rows()).isEqualTo(THREE);
    assertThat(client.ingest("taken", CREATE_APPEND, client.ids(4L), client.names("d")))
        .isEqualTo(1);
    assertThat(rows()).hasSize(4).contains(row(4L, "d"));
  }

  @Test
  void aTableIsReplacedWithOtherColumns() {
    assertThat(client.ingest("taken", REPLACE, three())).isEqualTo(3);
    assertThat(client.ingest("taken", REPLACE, client.longs("other", 7L))).isEqualTo(1);
    assertThat(client.query("SELECT * FROM taken")).containsExactly(row(7L));
    assertThat(client.query("SHOW TABLES LIKE 'taken*'")).hasSize(1);
  }

  @Test
  void aReplacedTableStaysWhatItWasIfItsColumnsDo() {
    client.run(
        "CREATE TABLE taken (ID BIGINT COMMENT 'its number', name VARCHAR(4)) USING parquet"
            + " PARTITIONED BY (ID) COMMENT 'a table' TBLPROPERTIES ('made.by' = \"it's me\")");
    client.ingest("taken", APPEND, client.ids(9L), client.names("old"));
    assertThat(client.once("x", "taken", REPLACE, three())).isEqualTo(3);
    assertThat(client.once("x", "taken", REPLACE, three())).isEqualTo(3);
    assertThat(rows()).isEqualTo(THREE);
    assertThat(client.query("SHOW PARTITIONS taken")).hasSize(3);
    assertThat(client.query("SHOW CREATE TABLE taken").toString())
        .contains(
            "ID BIGINT COMMENT 'its number'",
            "name VARCHAR(4)",
            "PARTITIONED BY (ID)",
            "COMMENT 'a table'",
            "'made.by' = 'it\\'s me'");
    fails(
        () -> client.ingest("taken", REPLACE, client.ids(1L), client.names("too long")),
        FlightStatusCode.INTERNAL,
        "EXCEED_LIMIT_LENGTH");
    assertThat(rows()).isEqualTo(THREE);
    assertThat(client.query("SHOW TABLES LIKE 'taken*'")).hasSize(1);
    assertThat(client.once("y", "taken", REPLACE, client.ids(), client.names())).isZero();
    assertThat(rows()).isEmpty();
    assertThat(client.ingest("taken", REPLACE, client.names("b"))).isEqualTo(1);
    assertThat(client.query("SHOW CREATE TABLE taken").toString())
        .contains("name STRING")
        .doesNotContain("PARTITIONED", "made.by");
  }

  @Test
  void anUploadWithoutRowsMakesAnEmptyTable() {
    assertThat(client.ingest("taken", CREATE, client.ids(), client.names())).isZero();
    assertThat(rows()).isEmpty();
    assertThat(client.ingest("taken", APPEND, client.ids(), client.names())).isZero();
  }

  @Test
  void columnsAreFoundByTheirNames() {
    client.run("CREATE TABLE taken (name STRING, more DOUBLE DEFAULT 0.5, ID INT) USING parquet");
    assertThat(client.ingest("taken", APPEND, three())).isEqualTo(3);
    assertThat(client.query("SELECT id, name, more FROM taken WHERE id = 1"))
        .containsExactly(row(1, "a", 0.5));
  }

  @Test
  void partitionsAreFoundByTheirValues() {
    client.run("CREATE TABLE taken (id BIGINT, name STRING) USING parquet PARTITIONED BY (name)");
    assertThat(client.once("x", "taken", APPEND, three())).isEqualTo(3);
    assertThat(client.query("SELECT id FROM taken WHERE name = 'ä€😀'")).containsExactly(row(2L));
    assertThat(client.once("x", "taken", APPEND, three())).isEqualTo(3);
    assertThat(client.query("SELECT count(*) FROM taken")).containsExactly(row(3L));
  }

  @Test
  void aSchemaMayBeNamed() {
    client.run("CREATE SCHEMA IF NOT EXISTS `in`");
    assertThat(
            client.ingest(IngestFixture.options("there", CREATE, "in", Map.of()), client.ids(1L)))
        .isEqualTo(1);
    assertThat(client.query("SELECT * FROM `in`.there")).containsExactly(row(1L));
    client.run("DROP SCHEMA `in` CASCADE");
  }

  @Test
  void whatDoesNotFitIsRefusedAndNothingIsWritten() {
    client.run("CREATE TABLE taken (id INT, name STRING) USING parquet");
    fails(
        () -> client.ingest("taken", APPEND, client.ids(1L), client.longs("age", 3L)),
        FlightStatusCode.INVALID_ARGUMENT,
        "it has no column age, but id, name");
    fails(
        () -> client.ingest("taken", APPEND, client.ids(1L << 40), client.names("a")),
        FlightStatusCode.INTERNAL,
        "CAST_OVERFLOW_IN_TABLE_INSERT");
    client.run("DROP TABLE taken");
    client.run("CREATE TABLE taken (id DATE, name STRING) USING parquet");
    fails(
        () -> client.ingest("taken", APPEND, three()),
        FlightStatusCode.INVALID_ARGUMENT,
        "`id`",
        "BIGINT");
    assertThat(rows()).isEmpty();
  }

  @Test
  void whatIsThereOrIsNotIsSaid() {
    fails(
        () -> client.ingest("taken", APPEND, three()),
        FlightStatusCode.NOT_FOUND,
        "Cannot ingest into `spark_catalog`.`default`.`taken`: it does not exist.");
    assertThat(client.ingest("taken", CREATE, three())).isEqualTo(3);
    fails(
        () -> client.ingest("taken", CREATE, three()),
        FlightStatusCode.ALREADY_EXISTS,
        "it exists");
    fails(
        () -> client.ingest(IngestFixture.options("t", CREATE, "nowhere", Map.of()), three()),
        FlightStatusCode.NOT_FOUND,
        "its schema does not exist");
    client.run("CREATE OR REPLACE VIEW looked_at AS SELECT 1 AS id");
    fails(
        () -> client.ingest("looked_at", APPEND, client.ids(1L)),
        FlightStatusCode.INVALID_ARGUMENT,
        "it is a view");
    client.run("DROP VIEW looked_at");
    fails(
        () ->
            client.ingest(
                IngestFixture.options("taken", APPEND, null, Map.of("ingest.di", "1")), three()),
        FlightStatusCode.INVALID_ARGUMENT,
        "it has the option ingest.di, and this server knows only ingest.id, ingest.part, ingest.parts");
    fails(
        () -> client.ingest("", APPEND, three()),
        FlightStatusCode.INVALID_ARGUMENT,
        "it names no table");
    assertThat(rows()).isEqualTo(THREE);
  }

  @Test
  void theSameIdIsTheSameIngest() throws IOException {
    assertThat(client.once("made", "taken", CREATE, three())).isEqualTo(3);
    assertThat(client.once("made", "taken", CREATE, three())).isEqualTo(3);
    assertThat(rows()).isEqualTo(THREE);
    client.run("DROP TABLE taken");
    client.run(
        "CREATE TABLE taken (id BIGINT, name STRING) USING parquet LOCATION '%s'"
            .formatted(folder.toUri()));
    assertThat(client.once("first", "taken", APPEND, three())).isEqualTo(3);
    assertThat(client.once("first", "taken", APPEND, three())).isEqualTo(3);
    assertThat(rows()).isEqualTo(THREE);
    assertThat(client.once("second", "taken", APPEND, three())).isEqualTo(3);
    assertThat(rows()).hasSize(6);
    assertThat(files(".crc")).isNotEmpty();
  }

  /** What a server leaves that dies while it moves the files of an ingest into the table. */
  @Test
  void whatADeadServerLeftIsUndone() throws IOException {
    client.run(
        "CREATE TABLE taken (id BIGINT, name STRING) USING parquet LOCATION '%s'"
            .formatted(folder.toUri()));
    assertThat(client.ingest("taken", APPEND, client.ids(9L), client.names("other"))).isEqualTo(1);
    List<Path> others = files(".parquet");
    assertThat(client.once("x", "taken", APPEND, three())).isEqualTo(3);
    Path moved =
        files(".parquet").stream().filter(file -> !others.contains(file)).findFirst().orElseThrow();
    Path done = files(".done").get(0);
    Path pending = IngestFixture.asIfKilledWhileMoving(moved, done);
    assertThat(client.once("x", "taken", APPEND, three())).isEqualTo(3);
    assertThat(moved).doesNotExist();
    assertThat(rows()).hasSize(4).containsAll(THREE).contains(row(9L, "other"));
    Files.deleteIfExists(done);
    Files.deleteIfExists(done.resolveSibling("." + done.getFileName() + ".crc"));
    Files.writeString(pending, ""); // what nobody here writes, and must not mean every file
    fails(
        () -> client.once("x", "taken", APPEND, three()),
        FlightStatusCode.INTERNAL,
        "is not what an ingest writes there");
    assertThat(rows()).hasSize(4);
  }

  @Test
  void anIdIsOfItsRows() {
    assertThat(client.once("x", "taken", CREATE, three())).isEqualTo(3);
    fails(
        () -> client.once("x", "taken", CREATE, client.ids(1L), client.names("a")),
        FlightStatusCode.INVALID_ARGUMENT,
        "its ingest.id was used for 3 rows, and these are 1");
  }

  /**
   * Hadoop's own way has one folder for all jobs of a table, and one takes the files of another.
   */
  @Test
  void ingestsIntoOneTableDoNotMeet() throws Exception {
    client.run("CREATE TABLE taken (id BIGINT, name STRING) USING parquet");
    int clients = 4;
    int each = 5;
    ExecutorService pool = Executors.newFixedThreadPool(clients);
    try {
      List<Future<?>> ends = new ArrayList<>();
      for (int i = 0; i < clients; i++) {
        ends.add(
            pool.submit(
                () -> {
                  try (IngestFixture own = new IngestFixture(SERVER)) {
                    for (int j = 0; j < each; j++) {
                      own.ingest("taken", APPEND, own.ids(1L, 2L), own.names("a", "b"));
                    }
                  }
                  return null;
                }));
      }
      for (Future<?> end : ends) {
        end.get();
      }
    } finally {
      pool.shutdownNow();
    }
    assertThat(client.query("SELECT count(*), sum(id) FROM taken"))
        .containsExactly(row(2L * clients * each, 3L * clients * each));
  }

  @Test
  void aTemporaryTableIsTheSessionsOwn() throws Exception {
    assertThat(client.ingest(IngestFixture.temporary("mine", CREATE), three())).isEqualTo(3);
    assertThat(
            client.ingest(
                IngestFixture.temporary("mine", APPEND), client.names("d"), client.ids(4L)))
        .isEqualTo(1);
    assertThat(client.query("SELECT id, name FROM mine ORDER BY id"))
        .hasSize(4)
        .containsAll(THREE)
        .contains(row(4L, "d"));
    assertThat(client.query("SHOW TABLES LIKE 'mine'"))
        .singleElement()
        .satisfies(view -> assertThat(view).contains(true));
    fails(
        () -> client.ingest(IngestFixture.temporary("mine", APPEND), client.longs("x", 1L)),
        FlightStatusCode.INVALID_ARGUMENT,
        "it has no column x of type bigint");
    fails(
        () -> client.ingest(IngestFixture.temporary("mine", CREATE), three()),
        FlightStatusCode.ALREADY_EXISTS,
        "it exists");
    assertThat(client.ingest(IngestFixture.temporary("mine", REPLACE), client.ids(5L)))
        .isEqualTo(1);
    assertThat(client.query("SELECT * FROM mine")).containsExactly(row(5L));
    client.run("DROP VIEW mine");
  }

  private List<Path> files(String ending) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(file -> file.toString().endsWith(ending)).toList();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }
}
