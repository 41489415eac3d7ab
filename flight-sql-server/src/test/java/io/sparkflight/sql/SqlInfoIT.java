package io.sparkflight.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkflight.testing.FlightSqlServerExtension;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.sql.FlightSqlClient;
import org.apache.arrow.flight.sql.impl.FlightSql.SqlInfo;
import org.apache.arrow.vector.UInt4Vector;
import org.apache.arrow.vector.complex.DenseUnionVector;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Every code of the protocol has an answer, of the type that clients cast it to, and a true one.
 */
class SqlInfoIT {
  @RegisterExtension static final FlightSqlServerExtension SERVER = new FlightSqlServerExtension();

  /** The children of the union, in the protocol's order. */
  private enum Kind {
    STRING,
    BOOL,
    BIGINT,
    INT32,
    STRINGS,
    MAP
  }

  private record Answer(Kind kind, Object value) {}

  private static final Set<String> STRINGS =
      Set.of(
          "FLIGHT_SQL_SERVER_NAME",
          "FLIGHT_SQL_SERVER_VERSION",
          "FLIGHT_SQL_SERVER_ARROW_VERSION",
          "FLIGHT_SQL_SERVER_SUBSTRAIT_MIN_VERSION",
          "FLIGHT_SQL_SERVER_SUBSTRAIT_MAX_VERSION",
          "SQL_IDENTIFIER_QUOTE_CHAR",
          "SQL_SEARCH_STRING_ESCAPE",
          "SQL_EXTRA_NAME_CHARACTERS",
          "SQL_SCHEMA_TERM",
          "SQL_PROCEDURE_TERM",
          "SQL_CATALOG_TERM");

  /** Ordinals: Arrow's own servers and the JDBC driver have them as 64 bits. */
  private static final Set<String> ORDINALS =
      Set.of(
          "SQL_IDENTIFIER_CASE",
          "SQL_QUOTED_IDENTIFIER_CASE",
          "SQL_NULL_ORDERING",
          "SQL_DEFAULT_TRANSACTION_ISOLATION",
          "SQL_DB_SCHEMA_NAME_LENGTH");

  private static final Set<String> NUMBERS_OF_32_BITS =
      Set.of(
          "FLIGHT_SQL_SERVER_TRANSACTION",
          "FLIGHT_SQL_SERVER_STATEMENT_TIMEOUT",
          "FLIGHT_SQL_SERVER_TRANSACTION_TIMEOUT",
          "SQL_SUPPORTED_GROUP_BY",
          "SQL_SUPPORTED_GRAMMAR",
          "SQL_ANSI92_SUPPORTED_LEVEL",
          "SQL_OUTER_JOINS_SUPPORT_LEVEL",
          "SQL_SCHEMAS_SUPPORTED_ACTIONS",
          "SQL_CATALOGS_SUPPORTED_ACTIONS",
          "SQL_SUPPORTED_POSITIONED_COMMANDS",
          "SQL_SUPPORTED_SUBQUERIES",
          "SQL_SUPPORTED_UNIONS",
          "SQL_SUPPORTED_TRANSACTIONS_ISOLATION_LEVELS",
          "SQL_SUPPORTED_RESULT_SET_TYPES");

  @Test
  void answersEveryCodeWithItsType() throws Exception {
    Map<SqlInfo, Answer> answers = ask();
    for (SqlInfo code : SqlInfo.values()) {
      if (code != SqlInfo.UNRECOGNIZED) {
        Answer answer = Objects.requireNonNull(answers.get(code), code.name());
        assertThat(answer.kind()).as(code.name()).isEqualTo(expected(code.name()));
      }
    }
  }

  @Test
  void answersOneCodeAlone() throws Exception {
    assertThat(ask(SqlInfo.SQL_IDENTIFIER_QUOTE_CHAR))
        .isEqualTo(Map.of(SqlInfo.SQL_IDENTIFIER_QUOTE_CHAR, new Answer(Kind.STRING, "`")));
  }

  @Test
  void tellsThatItTakesPlansOfSubstrait() throws Exception {
    assertThat(ask(SqlInfo.FLIGHT_SQL_SERVER_SUBSTRAIT))
        .isEqualTo(Map.of(SqlInfo.FLIGHT_SQL_SERVER_SUBSTRAIT, new Answer(Kind.BOOL, true)));
    assertThat(ask(SqlInfo.FLIGHT_SQL_SERVER_SUBSTRAIT_MAX_VERSION))
        .containsEntry(
            SqlInfo.FLIGHT_SQL_SERVER_SUBSTRAIT_MAX_VERSION, new Answer(Kind.STRING, "0.48.0"));
  }

  @Test
  void namesAllKeywordsOfSpark() throws Exception {
    assertThat(texts(ask(), SqlInfo.SQL_KEYWORDS))
        .containsExactlyInAnyOrderElementsOf(column("SELECT upper(keyword) FROM sql_keywords()"));
  }

  @Test
  void namesTheFunctionsOfSparkByTheirKind() throws Exception {
    Map<SqlInfo, Answer> answers = ask();
    List<String> functions = new ArrayList<>(column("SELECT upper(f) FROM all_functions"));
    List<String> grammar = List.of("EXTRACT", "TIMESTAMPADD", "TIMESTAMPDIFF");
    functions.addAll(grammar);
    Map<SqlInfo, List<String>> kinds =
        Map.of(
            SqlInfo.SQL_NUMERIC_FUNCTIONS, List.of("ABS", "LOG10", "SHIFTLEFT", "TRY_ADD"),
            SqlInfo.SQL_STRING_FUNCTIONS, List.of("CONCAT_WS", "LEVENSHTEIN", "LOCATE", "UCASE"),
            SqlInfo.SQL_SYSTEM_FUNCTIONS, List.of("CURRENT_DATABASE", "IFNULL", "USER", "VERSION"),
            SqlInfo.SQL_DATETIME_FUNCTIONS, List.of("CURDATE", "DATE_TRUNC", "EXTRACT", "NOW"));
    kinds.forEach(
        (code, some) ->
            assertThat(texts(answers, code))
                .as(code.name())
                .containsAll(some)
                .isSubsetOf(functions)
                .doesNotHaveDuplicates()
                .noneMatch(name -> name.matches(".*[^A-Z0-9_].*")));
  }

  @Test
  void namesNoFunctionOfOneClientToAnother() throws Exception {
    try (FlightSqlClient client = SERVER.flightSql()) {
      client.executeUpdate(
          "CREATE TEMPORARY FUNCTION sum_of_mine AS"
              + " 'org.apache.spark.sql.catalyst.expressions.Abs'");
      assertThat(texts(ask(), SqlInfo.SQL_NUMERIC_FUNCTIONS)).doesNotContain("SUM_OF_MINE");
    }
  }

  @Test
  void tellsTheLongestStatement() throws Exception {
    assertThat(ask().get(SqlInfo.SQL_MAX_STATEMENT_LENGTH))
        .isEqualTo(new Answer(Kind.BIGINT, 1_000_000L));
  }

  @Test
  void tellsHowNullsSort() throws Exception {
    boolean first =
        SERVER
            .spark()
            .sql("SELECT x FROM VALUES (1), (null) AS t(x) ORDER BY x")
            .first()
            .isNullAt(0);
    assertThat(first).isTrue();
    assertThat(ask().get(SqlInfo.SQL_NULL_ORDERING)).isEqualTo(new Answer(Kind.BIGINT, 1L));
  }

  private static Kind expected(String code) {
    if (STRINGS.contains(code)) {
      return Kind.STRING;
    }
    if (code.equals("SQL_KEYWORDS") || code.endsWith("_FUNCTIONS")) {
      return Kind.STRINGS;
    }
    if (code.equals("SQL_SUPPORTS_CONVERT")) {
      return Kind.MAP;
    }
    if (NUMBERS_OF_32_BITS.contains(code) || code.contains("_CONCURRENCIES_")) {
      return Kind.INT32;
    }
    boolean limit = code.startsWith("SQL_MAX_") && !code.endsWith("_INCLUDES_BLOBS");
    return limit || ORDINALS.contains(code) ? Kind.BIGINT : Kind.BOOL;
  }

  private static Map<SqlInfo, Answer> ask(SqlInfo... codes) throws Exception {
    Map<SqlInfo, Answer> answers = new EnumMap<>(SqlInfo.class);
    try (FlightSqlClient client = SERVER.flightSql()) {
      FlightInfo info = client.getSqlInfo(codes);
      try (FlightStream stream = client.getStream(info.getEndpoints().get(0).getTicket())) {
        while (stream.next()) {
          UInt4Vector names = (UInt4Vector) stream.getRoot().getVector(0);
          DenseUnionVector values = (DenseUnionVector) stream.getRoot().getVector(1);
          for (int row = 0; row < stream.getRoot().getRowCount(); row++) {
            Object value = values.getObject(row);
            answers.put(
                SqlInfo.forNumber(names.get(row)),
                new Answer(
                    Kind.values()[values.getTypeId(row)],
                    value instanceof Number || value instanceof Boolean || value instanceof List
                        ? value
                        : String.valueOf(value)));
          }
        }
      }
    }
    return answers;
  }

  private static List<String> texts(Map<SqlInfo, Answer> answers, SqlInfo code) {
    Answer answer = Objects.requireNonNull(answers.get(code), code.name());
    List<String> texts =
        ((List<?>) answer.value())
            .stream().map(text -> text.toString().toUpperCase(Locale.ROOT)).toList();
    assertThat(texts).as(code.name()).isNotEmpty();
    return texts;
  }

  private static List<String> column(String sql) {
    SERVER.spark().sql("SHOW FUNCTIONS").toDF("f").createOrReplaceTempView("all_functions");
    return SERVER.spark().sql(sql).collectAsList().stream()
        .map((Row row) -> row.getString(0))
        .toList();
  }
}
