package io.sparkflight.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.sparkflight.testing.FlightRows;
import io.sparkflight.testing.FlightSqlServerExtension;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.IntUnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.Location;
import org.apache.arrow.flight.sql.FlightSqlClient;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.VarCharVector;
import org.apache.spark.sql.Encoders;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rows of any size: exact in batches that clients take, or told with their size. */
class GiantRowIT {
  @RegisterExtension
  static final FlightSqlServerExtension SERVER =
      new FlightSqlServerExtension().with("spark.flight.exchange.statement-memory", "100m");

  private static final String TEN = "0123456789";

  @AfterEach
  void theServerStillAnswers() throws Exception {
    try (FlightSqlClient client = SERVER.flightSql()) {
      assertThat(FlightRows.of(client, client.execute("SELECT 42")))
          .isEqualTo(List.of(List.of(42)));
    }
  }

  /** By a task, and by the driver, which folds what has no table. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT id, repeat('0123456789', 10000000) AS giant FROM range(0, 100000, 1, 3) WHERE id = 70000",
        "SELECT 70000L AS id, repeat('0123456789', 10000000) AS giant"
      })
  void aHundredMegabytes(String sql) throws Exception {
    assertExact(sql, 100_000_000);
  }

  /** As large as this process can make, so that with more heap it is a larger one. */
  @Test
  void aGiantBetweenSmallRowsHasABatchOfItsOwn() throws Exception {
    int length = (int) Math.min(1_900_000_000, Runtime.getRuntime().maxMemory() / 32);
    List<Integer> lengths = new ArrayList<>();
    try (FlightSqlClient client = SERVER.flightSql()) {
      FlightInfo info =
          client.execute(
              "SELECT id, if(id = 5, repeat('0123456789', %d), 'small') AS value FROM range(0, 10, 1, 1)"
                  .formatted(length / 10));
      try (FlightStream stream = client.getStream(info.getEndpoints().get(0).getTicket())) {
        while (stream.next()) {
          VarCharVector values = (VarCharVector) stream.getRoot().getVector("value");
          assertThat(values.getValueCount() == 1 || values.getBufferSize() < 11 << 20).isTrue();
          for (int row = 0; row < values.getValueCount(); row++) {
            lengths.add(values.getValueLength(row));
          }
        }
      }
    }
    int giant = length / 10 * 10;
    assertThat(lengths).containsExactly(5, 5, 5, 5, 5, giant, 5, 5, 5, 5);
  }

  private static void assertExact(String sql, int length) throws Exception {
    try (FlightSqlClient client = SERVER.flightSql()) {
      FlightInfo info = client.execute(sql);
      try (FlightStream stream = client.getStream(info.getEndpoints().get(0).getTicket())) {
        assertThat(stream.next()).isTrue();
        assertThat(stream.getRoot().getRowCount()).isEqualTo(1);
        VarCharVector values = (VarCharVector) stream.getRoot().getVector("giant");
        assertThat(values.getValueLength(0)).isEqualTo(length);
        assertThat(differences(values.getDataBuffer(), length, at -> TEN.charAt(at % 10))).isZero();
        assertThat(stream.next()).isFalse();
      }
    }
  }

  private static int differences(ArrowBuf bytes, int length, IntUnaryOperator expected) {
    int found = 0;
    for (int at = 0; at < length; at++) {
      found += bytes.getByte(at) == expected.applyAsInt(at) ? 0 : 1;
    }
    return found;
  }

  @Test
  void aClientThatTakesNoGiantsIsTold() throws Exception {
    try (FlightSqlClient client = new FlightSqlClient(takingAtMost(16 << 20))) {
      FlightInfo info = client.execute("SELECT repeat('x', 30000000)");
      FlightRuntimeException failure =
          catchThrowableOfType(FlightRuntimeException.class, () -> FlightRows.of(client, info));
      assertThat(failure.status().code()).isEqualTo(FlightStatusCode.RESOURCE_EXHAUSTED);
      assertThat(failure).hasMessageContaining("exceeds maximum size 16777216");
    }
  }

  /** In the driver, in the last stage of a job, in an earlier one, and in a collected result. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT repeat('x', 1900000000) AS giant",
        "SELECT repeat(string(id), 1900000000) AS giant FROM range(0, 10000, 1, 2) WHERE id < 10",
        "SELECT repeat(string(id), 1900000000) AS giant FROM range(1)",
        "SELECT id % 3, max(repeat(string(id), 1900000000)) AS giant FROM range(1) GROUP BY id % 3"
      })
  void moreThanThereIsMemoryFor(String sql) throws Exception {
    try (FlightSqlClient client = SERVER.flightSql()) {
      FlightRuntimeException failure =
          catchThrowableOfType(
              FlightRuntimeException.class, () -> FlightRows.of(client, client.execute(sql)));
      assertThat(failure.status().code()).isEqualTo(FlightStatusCode.RESOURCE_EXHAUSTED);
      assertThat(failure)
          .hasMessageMatching(
              "Cannot (return column giant|run the statement): .*(1900000000 bytes|more memory).*");
    }
  }

  /** Rows of up to 10 MB: a client that takes no message above the limit gets all of them. */
  @ParameterizedTest
  @CsvSource({"11, rows", "12, rows", "3, columns", "4, columns"})
  void noBatchIsLargerThanClientsTake(long seed, String form, @TempDir Path folder)
      throws Exception {
    String sql = unevenRows(seed);
    if (form.equals("columns")) {
      String file = folder.resolve("uneven").toUri().toString();
      SERVER.spark().sql(sql).write().parquet(file);
      sql = "SELECT * FROM parquet.`%s`".formatted(file);
    }
    List<Long> lengths = new ArrayList<>();
    try (FlightSqlClient client = new FlightSqlClient(takingAtMost((11 << 20) + (16 << 10)))) {
      FlightInfo info = client.execute(sql);
      try (FlightStream stream = client.getStream(info.getEndpoints().get(0).getTicket())) {
        while (stream.next()) {
          VarCharVector first = (VarCharVector) stream.getRoot().getVector("c0");
          for (int row = 0; row < first.getValueCount(); row++) {
            lengths.add((long) first.getValueLength(row));
          }
        }
      }
    }
    assertThat(lengths)
        .as("seed %d: %s", seed, sql)
        .containsExactlyInAnyOrderElementsOf(
            SERVER
                .spark()
                .sql(sql)
                .selectExpr("cast(octet_length(c0) AS bigint)")
                .as(Encoders.LONG())
                .collectAsList());
  }

  /** One to eight columns of texts that are small in most rows and large in some. */
  private static String unevenRows(long seed) {
    Random random = new Random(seed);
    int columns = 1 + random.nextInt(8);
    int most = 10_000_000 / columns;
    int steep = 2 + random.nextInt(4);
    String texts =
        IntStream.range(0, columns)
            .mapToObj(
                i ->
                    "repeat(chr(65 + cast(id %% 26 AS int)), cast(pow(rand(%d), %d) * %d AS int)) AS c%d"
                        .formatted(seed, steep, most, i))
            .collect(Collectors.joining(", "));
    return "SELECT %s, array_repeat(id, cast(rand(%d) * 100 AS int)) AS list FROM range(0, %d, 1, 2)"
        .formatted(texts, seed, 30 + random.nextInt(20));
  }

  private static FlightClient takingAtMost(int bytes) {
    return FlightClient.builder(
            SERVER.memory(), Location.forGrpcInsecure("127.0.0.1", SERVER.server().port()))
        .maxInboundMessageSize(bytes)
        .build();
  }
}
