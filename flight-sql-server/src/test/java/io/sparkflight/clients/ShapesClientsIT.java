package io.sparkflight.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sparkflight.testing.Answer;
import io.sparkflight.testing.Answers;
import io.sparkflight.testing.FlightSqlServerExtension;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.arrow.adbc.core.AdbcConnection;
import org.apache.arrow.adbc.core.AdbcDatabase;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Results of unusual shapes through the drivers: what Spark itself answers. */
class ShapesClientsIT {
  @RegisterExtension static final FlightSqlServerExtension SERVER = new FlightSqlServerExtension();

  private static final List<String> QUERIES =
      List.of(
          "SELECT %s FROM range(0, 3, 1, 1)"
              .formatted(
                  IntStream.range(0, 2_000)
                      .mapToObj(i -> "id + %d AS c%d".formatted(i, i))
                      .collect(Collectors.joining(", "))),
          "SELECT 1 AS a, 'x' AS a, -1L AS a, date'2024-02-29' AS a",
          "SELECT 1 AS a, 'x' AS b, 1.50 AS c, 2.5D AS d WHERE 1 > 2",
          "SELECT * FROM shaped WHERE i < 0",
          "SELECT CAST(null AS int) AS a, CAST(null AS string) AS b, CAST(null AS decimal(38, 3)) AS c,"
              + " CAST(null AS date) AS d, CAST(null AS boolean) AS e FROM range(0, 5, 1, 1)",
          "SELECT c, v, concat('[', c, ']') AS padded FROM shaped ORDER BY i",
          "SELECT CAST(repeat('9', 38) AS decimal(38, 0)) AS a, 0.%s AS b, -1BD AS c"
              .formatted("0".repeat(37) + "1"),
          "SELECT 1 AS `a b`, 2 AS `ß`, 3 AS `x.y`");

  private static final List<Answer> EXPECTED = new ArrayList<>();

  @BeforeAll
  static void askSpark() {
    SERVER.spark().sql("DROP TABLE IF EXISTS shaped");
    SERVER.spark().sql("CREATE TABLE shaped (i INT, c CHAR(5), v VARCHAR(5)) USING parquet");
    SERVER.spark().sql("INSERT INTO shaped VALUES (1, 'ab', 'ab '), (2, null, ''), (3, '', null)");
    QUERIES.forEach(sql -> EXPECTED.add(Answers.ofSpark(SERVER.spark(), sql)));
    assertThat(EXPECTED.get(0).columns()).hasSize(2_000);
    assertThat(EXPECTED.get(5).rows().get(0)).containsExactly("'ab   '", "'ab '", "'[ab   ]'");
  }

  @Test
  void throughJdbc() throws Exception {
    try (Connection connection = SERVER.jdbc()) {
      for (int query = 0; query < QUERIES.size(); query++) {
        String sql = QUERIES.get(query);
        assertThat(Answers.ofJdbc(connection, sql)).as(sql).isEqualTo(EXPECTED.get(query));
      }
    }
  }

  @Test
  void throughAdbcForJava() throws Exception {
    try (AdbcDatabase database = SERVER.adbc();
        AdbcConnection connection = database.connect()) {
      for (int query = 0; query < QUERIES.size(); query++) {
        String sql = QUERIES.get(query);
        assertThat(Answers.ofAdbc(connection, sql)).as(sql).isEqualTo(EXPECTED.get(query));
      }
    }
  }

  @Test
  void throughAdbcForPython() throws Exception {
    assumeTrue(PythonEnvironment.possible(), "this machine has no python3");
    assertThat(ProgramClient.python().answers(SERVER.authority(), QUERIES)).isEqualTo(EXPECTED);
  }
}
