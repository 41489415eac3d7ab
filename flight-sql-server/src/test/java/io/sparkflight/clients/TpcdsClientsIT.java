package io.sparkflight.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sparkflight.testing.Answer;
import io.sparkflight.testing.Answers;
import io.sparkflight.testing.FlightSqlServerExtension;
import io.sparkflight.testing.Tpcds;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** All TPC-DS queries through JDBC and ADBC for Python: what Spark itself answers. */
@Timeout(900)
class TpcdsClientsIT {
  @RegisterExtension static final FlightSqlServerExtension SERVER = new FlightSqlServerExtension();

  /** What a session needs; compiling for tiny tables takes longer than asking them. */
  private static final List<String> SETTINGS =
      List.of(
          "USE " + Tpcds.SCHEMA,
          "SET spark.sql.shuffle.partitions = 1",
          "SET spark.sql.codegen.wholeStage = false",
          "SET spark.sql.codegen.factoryMode = NO_CODEGEN");

  private static final Map<String, Answer> PYTHON = new HashMap<>();
  private static SparkSession spark;
  private static Connection jdbc;

  @BeforeAll
  @Timeout(900) // the class's is for tests only; here Python asks all queries
  static void connect() throws Exception {
    assumeTrue(PythonEnvironment.possible(), "this machine has no python3");
    Tpcds.createTables(SERVER.spark());
    spark = SERVER.spark().newSession();
    SETTINGS.forEach(spark::sql);
    jdbc = SERVER.jdbc("jdbc");
    try (Statement statement = jdbc.createStatement()) {
      for (String setting : SETTINGS) {
        statement.executeUpdate(setting);
      }
    }
    askPython();
  }

  private static void askPython() throws Exception {
    List<String> queries = Tpcds.queries().toList();
    List<String> statements = new ArrayList<>(SETTINGS);
    queries.stream().map(Tpcds::text).forEach(statements::add);
    List<Answer> answers = ProgramClient.python().answers(SERVER.authority(), statements);
    for (String query : queries) {
      PYTHON.put(query, answers.get(SETTINGS.size() + PYTHON.size()));
    }
  }

  static Stream<String> queries() {
    return Tpcds.queries();
  }

  @ParameterizedTest
  @MethodSource("queries")
  void bothDriversReturnWhatSparkAnswers(String name) throws SQLException {
    String sql = Tpcds.text(name);
    Dataset<Row> query = spark.sql(sql);
    List<Integer> keys = Answers.sortedBy(query);
    Answer expected = Answers.ofSpark(query).settled(keys);
    assertThat(Answers.ofJdbc(jdbc, sql).settled(keys)).as("JDBC").isEqualTo(expected);
    assertThat(Objects.requireNonNull(PYTHON.get(name)).settled(keys))
        .as("ADBC")
        .isEqualTo(expected);
  }

  /** An answer without rows proves little; more of them mean that the tables have lost theirs. */
  @Test
  void mostAnswersHaveRows() {
    assertThat(PYTHON).hasSize(103);
    assertThat(PYTHON.values().stream().filter(answer -> !answer.rows().isEmpty()).count())
        .isGreaterThanOrEqualTo(80);
  }

  @AfterAll
  static void close() throws SQLException {
    jdbc.close();
  }
}
