package io.sparkflight.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkflight.testing.FlightRows;
import io.sparkflight.testing.FlightSqlServerExtension;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.arrow.flight.sql.FlightSqlClient;
import org.apache.arrow.flight.sql.impl.FlightSql.Searchable;
import org.apache.arrow.flight.sql.impl.FlightSql.XdbcDataType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What the table of types says is tried in SQL. */
class TypeInfoIT {
  @RegisterExtension static final FlightSqlServerExtension SERVER = new FlightSqlServerExtension();

  /** The columns of the table, in Flight SQL's order. */
  private record Type(
      String name,
      int code,
      @Nullable String prefix,
      @Nullable String suffix,
      int searchable,
      int verbose,
      @Nullable Integer subcode) {
    private static Type of(List<Object> row) {
      return new Type(
          (String) row.get(0),
          (Integer) row.get(1),
          (String) row.get(3),
          (String) row.get(4),
          (Integer) row.get(8),
          (Integer) row.get(15),
          (Integer) row.get(16));
    }

    /** As a column's definition has it. */
    private String declared() {
      return switch (name) {
        case "CHAR", "VARCHAR" -> name + "(9)";
        case "DECIMAL" -> "DECIMAL(20, 5)";
        case "ARRAY" -> "ARRAY<INT>";
        case "MAP" -> "MAP<INT, INT>";
        case "STRUCT" -> "STRUCT<a: INT>";
        default -> name;
      };
    }
  }

  private static FlightSqlClient client;

  @BeforeAll
  static void connect() {
    client = SERVER.flightSql();
  }

  @AfterAll
  static void close() throws Exception {
    client.close();
  }

  @Test
  void hasEveryTypeOfSpark() {
    assertThat(types())
        .extracting(Type::name)
        .containsExactlyInAnyOrder(
            "BOOLEAN",
            "TINYINT",
            "SMALLINT",
            "INT",
            "BIGINT",
            "FLOAT",
            "DOUBLE",
            "DECIMAL",
            "STRING",
            "CHAR",
            "VARCHAR",
            "BINARY",
            "DATE",
            "TIMESTAMP",
            "TIMESTAMP_NTZ",
            "INTERVAL YEAR TO MONTH",
            "INTERVAL DAY TO SECOND",
            "INTERVAL",
            "ARRAY",
            "MAP",
            "STRUCT",
            "VOID");
    for (Type type : types()) {
      assertThat(SERVER.spark().sql("SELECT cast(null AS " + type.declared() + ")").count())
          .as(type.name())
          .isEqualTo(1);
    }
  }

  @Test
  void areInOrder() {
    assertThat(types())
        .isSortedAccordingTo(Comparator.comparingInt(Type::code).thenComparing(Type::name));
  }

  @Test
  void literalsAreWhatTheirQuotesSay() {
    Map<String, String> samples =
        new TreeMap<>(
            Map.of(
                "STRING", "it",
                "BINARY", "1F",
                "DATE", "2024-02-29",
                "TIMESTAMP", "2024-02-29 12:00:00.123456",
                "TIMESTAMP_NTZ", "2024-02-29 12:00:00.123456",
                "INTERVAL YEAR TO MONTH", "1-2",
                "INTERVAL DAY TO SECOND", "1 02:03:04.5"));
    for (Type type : types()) {
      String sample = samples.get(type.name());
      if (sample != null) {
        String literal = type.prefix() + sample + type.suffix();
        assertThat(one("SELECT typeof(" + literal + ")"))
            .as(literal)
            .isEqualToIgnoringCase(type.name());
      } else if (!type.declared().matches("(VAR)?CHAR.*")) {
        assertThat(type.prefix()).as(type.name()).isNull();
      }
    }
  }

  @Test
  void whereTakesWhatItIsSaidToTake() {
    for (Type type : types()) {
      String comparison =
          "SELECT 1 FROM (SELECT cast(null AS %s) AS x) WHERE x = x".formatted(type.declared());
      if (type.searchable() == Searchable.SEARCHABLE_NONE_VALUE) {
        assertThatThrownBy(() -> SERVER.spark().sql(comparison)).as(type.name()).isNotNull();
      } else {
        assertThat(SERVER.spark().sql(comparison).count()).as(type.name()).isZero();
      }
    }
  }

  @Test
  void datesAndIntervalsHaveASubtype() {
    for (Type type : types()) {
      boolean some =
          type.verbose() == XdbcDataType.XDBC_DATETIME_VALUE
              || type.verbose() == XdbcDataType.XDBC_INTERVAL_VALUE;
      assertThat(type.subcode() != null).as(type.name()).isEqualTo(some);
      assertThat(some || type.verbose() == type.code()).as(type.name()).isTrue();
    }
  }

  @Test
  void oneTypeAlone() {
    assertThat(types(java.sql.Types.BIGINT)).extracting(Type::name).containsExactly("BIGINT");
    assertThat(types(java.sql.Types.VARCHAR))
        .extracting(Type::name)
        .containsExactly("STRING", "VARCHAR");
    assertThat(types(java.sql.Types.BLOB)).isEmpty();
  }

  private static String one(String sql) {
    return SERVER.spark().sql(sql).first().getString(0);
  }

  private static List<Type> types(int... code) {
    return FlightRows.of(
            client, code.length == 0 ? client.getXdbcTypeInfo() : client.getXdbcTypeInfo(code[0]))
        .stream()
        .map(Type::of)
        .toList();
  }
}
