package io.sparkflight.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sparkflight.testing.Answer;
import io.sparkflight.testing.Answers;
import io.sparkflight.testing.FlightSqlServerExtension;
import io.sparkflight.testing.Tpch;
import java.sql.Connection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.arrow.adbc.core.AdbcConnection;
import org.apache.arrow.adbc.core.AdbcDatabase;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The TPC-H queries through the drivers, on the embedded server: what Spark itself answers. */
class TpchClientsIT {
  @RegisterExtension static final FlightSqlServerExtension SERVER = new FlightSqlServerExtension();

  private static final Map<String, Answer> EXPECTED = new LinkedHashMap<>();

  @BeforeAll
  static void askSpark() {
    Tpch.createTables(SERVER.spark());
    Tpch.queries()
        .forEach(query -> EXPECTED.put(query, Answers.ofSpark(SERVER.spark(), Tpch.text(query))));
  }

  static Stream<String> queries() {
    return Tpch.queries();
  }

  @ParameterizedTest
  @MethodSource("queries")
  void javasDriversReturnWhatSparkAnswers(String query) throws Exception {
    String sql = Tpch.text(query);
    Answer expected = EXPECTED.get(query);
    try (Connection jdbc = SERVER.jdbc();
        AdbcDatabase database = SERVER.adbc();
        AdbcConnection adbc = database.connect()) {
      assertThat(Answers.ofJdbc(jdbc, sql)).as("JDBC").isEqualTo(expected);
      assertThat(Answers.ofAdbc(adbc, sql)).as("ADBC").isEqualTo(expected);
    }
  }

  @Test
  void pythonsDriverReturnsWhatSparkAnswers() throws Exception {
    assumeTrue(PythonEnvironment.possible(), "this machine has no python3");
    List<String> texts = Tpch.queries().map(Tpch::text).toList();
    assertThat(ProgramClient.python().answers(SERVER.authority(), texts))
        .isEqualTo(List.copyOf(EXPECTED.values()));
  }
}
