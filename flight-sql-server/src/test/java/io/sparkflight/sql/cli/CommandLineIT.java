package io.sparkflight.sql.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkflight.testing.FlightSqlServerExtension;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** What {@code sparkflight sql} prints of a result, and what it says and exits with. */
class CommandLineIT extends SqlRuns {
  @RegisterExtension
  static final FlightSqlServerExtension PACKING =
      new FlightSqlServerExtension().with("spark.flight.result.compression", "zstd");

  @TempDir private Path folder;

  @Test
  void tableAlignsNumbersRightAndShowsNull() {
    Ran ran =
        sql("SELECT * FROM VALUES (1, 'Zürich', 1.50BD), (200, NULL, NULL) AS t(id, town, price)");

    assertThat(ran.code()).isEqualTo(ExitCode.OK);
    assertThat(ran.out())
        .isEqualTo(
            """
              id | town   | price
            -----+--------+-------
               1 | Zürich |  1.50
             200 | NULL   |  NULL
            """);
    assertThat(ran.err()).matches("2 rows in [0-9]+[.,][0-9]{2} s\n");
  }

  @Test
  void controlCharactersOfACellDoNotReachTheTerminal() {
    assertThat(sql("SELECT concat('a', char(27), '[31m', char(10), 'b') AS c").out())
        .doesNotContain("\u001B")
        .isEqualTo("a\uFFFD[31m\nb\n");
    assertThat(sql("SELECT concat('a', char(10), 'b') AS c FROM range(2)").out())
        .endsWith(" a\\nb\n a\\nb\n");
  }

  @Test
  void serverThatPacksForEverybodyIsRead() {
    String sql = "SELECT id FROM range(2000) ORDER BY id";
    Ran ran = Ran.command("sql", "--uri", PACKING.server().uri(), "--format", "csv", sql);

    assertThat(ran.err()).startsWith("2,000 rows in ");
    assertThat(ran.out().lines()).hasSize(2001).endsWith("1999");
  }

  @Test
  void planIsPrintedWithItsLines() {
    assertThat(sql("EXPLAIN SELECT * FROM range(3)").out())
        .startsWith("== Physical Plan ==\n*(1) Range ");
  }

  @Test
  void statementWithoutRowsIsDone() {
    Ran ran = sql("CREATE OR REPLACE TEMPORARY VIEW nothing AS SELECT 1");

    assertThat(ran.out()).isEmpty();
    assertThat(ran.err()).matches("done in [0-9]+[.,][0-9]{2} s\n");
  }

  @Test
  void instantHasItsOffsetAndALocalTimeNone() {
    String times =
        "SELECT timestamp'2024-01-02 03:04:05Z' AS at, timestamp_ntz'2024-01-02 03:04:05' AS local";

    assertThat(sql(times, "csv").out())
        .matches("at,local\n[-0-9]{10}T[:0-9]{8}(Z|[-+][0-9]{2}:[0-9]{2}),2024-01-02T03:04:05\n");
  }

  @Test
  void jdbcUrlOfTheServerIsTaken() {
    String url =
        SERVER.server().uri().replace("grpc:", "jdbc:arrow-flight-sql:") + "/?useEncryption=false";

    assertThat(Ran.command("sql", "--uri", url, "SELECT 1 AS one").code()).isEqualTo(ExitCode.OK);
  }

  @Test
  void rowsBeyondTheSampleAreInTheTableToo() {
    assertThat(sql("SELECT id FROM range(2500) ORDER BY id").out().lines()).hasSize(2502);
  }

  @Test
  void csvTellsNullFromEmptyAndQuotes() {
    Ran ran = sql("SELECT 'a,\"b' AS q, '' AS empty, cast(NULL AS INT) AS nothing", "csv");

    assertThat(ran.out()).isEqualTo("q,empty,nothing\n\"a,\"\"b\",\"\",\n");
  }

  @Test
  void csvKeepsTheOrderOfAllEndpoints() {
    List<String> lines = sql(MANY, "csv").out().lines().toList();

    assertThat(lines).hasSize(MANY_ROWS + 1);
    for (int row = 0; row < MANY_ROWS; row++) {
      assertThat(lines.get(row + 1)).isEqualTo(row + "," + row * 2L);
    }
  }

  @Test
  void jsonKeepsTypesAndNesting() {
    Ran ran =
        sql(
            "SELECT 1 AS id, 1.50BD AS price, true AS ok, array(1, NULL) AS list,"
                + " struct('y' AS s) AS nested, map('k', 2) AS pairs, date'2024-01-02' AS day",
            "json");

    assertThat(ran.out())
        .isEqualTo(
            "{\"id\":1,\"price\":1.50,\"ok\":true,\"list\":[1,null],\"nested\":{\"s\":\"y\"},"
                + "\"pairs\":{\"k\":2},\"day\":\"2024-01-02\"}\n");
  }

  @Test
  void jsonOfNoRowsIsEmpty() {
    assertThat(sql("SELECT 1 AS id WHERE false", "json").out()).isEmpty();
  }

  @Test
  void tableFitsTheTerminal() throws Exception {
    try (Launched sql =
        Launched.startOnTerminal(
            folder,
            "sql",
            "--uri",
            SERVER.server().uri(),
            "SELECT 7 AS id, 'Zürich' AS town, repeat('x', 200) AS comment")) {
      sql.awaitEnd();

      assertThat(sql.out()).contains("  7 | Zürich | xxxx", "xxxx…", "1 row in ");
      assertThat(sql.out().lines()).allSatisfy(line -> assertThat(line).hasSizeLessThan(81));
      assertThat(sql.err()).isEmpty();
    }
  }

  @Test
  void refusedStatementIsTheServersSentence() {
    Ran ran = sql("SELECT * FROM no_such_table");

    assertThat(ran.code()).isEqualTo(ExitCode.FAILED);
    assertThat(ran.out()).isEmpty();
    assertThat(ran.err())
        .startsWith("sparkflight: Cannot analyse the statement: [TABLE_OR_VIEW_NOT_FOUND]")
        .doesNotContain("\tat ", "Exception");
  }

  @Test
  void statementThatFailsWhileItRunsIsAFailure() {
    Ran ran = sql("SELECT raise_error('deliberate')");

    assertThat(ran.code()).isEqualTo(ExitCode.FAILED);
    assertThat(ran.err()).contains("deliberate").doesNotContain("\tat ", " rows in ");
  }

  @Test
  void userIsWhoAsks() {
    Ran ran = sql("SELECT 1 AS one", "csv", "--user", "ada");

    assertThat(ran.err()).startsWith("1 row in ");
    assertThat(ran.out()).isEqualTo("one\n1\n");
  }
}
