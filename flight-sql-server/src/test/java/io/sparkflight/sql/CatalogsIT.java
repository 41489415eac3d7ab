package io.sparkflight.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkflight.testing.FlightRows;
import io.sparkflight.testing.FlightSqlServerExtension;
import io.sparkflight.testing.ListedCatalog;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.SessionOptionValueFactory;
import org.apache.arrow.flight.SetSessionOptionsRequest;
import org.apache.arrow.flight.sql.FlightSqlClient;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Catalogs beside Spark's own: nested schemas, and catalogs or tables that fail. */
class CatalogsIT {
  @RegisterExtension static final FlightSqlServerExtension SERVER = new FlightSqlServerExtension();

  private static final List<String> CATALOGS = List.of("down", "lake", "nowhere", "wide");

  private static FlightSqlClient client;

  @BeforeAll
  static void configure() {
    client = SERVER.flightSql();
    configure(
        "lake", "tables", "loose top/one top/mid/two top/mid/low/three a.b/four dash-ed/x/five");
    configure("down", "down", "true");
    client.executeUpdate("SET spark.sql.catalog.nowhere=com.example.Nowhere");
    configure("wide", "tables", tables(1_000) + " few/good few/broken");
  }

  private static void configure(String catalog, String option, String value) {
    client.executeUpdate("SET spark.sql.catalog.%s.%s=%s".formatted(catalog, option, value));
    client.executeUpdate(
        "SET spark.sql.catalog.%s=%s".formatted(catalog, ListedCatalog.class.getName()));
  }

  private static String tables(int number) {
    return IntStream.range(0, number).mapToObj(i -> "many/t" + i).collect(Collectors.joining(" "));
  }

  @AfterAll
  static void close() throws Exception {
    client.close();
  }

  @Test
  void listsCatalogsWithoutLoadingThem() {
    ListedCatalog.CALLS.set(0);
    assertThat(read(client.getCatalogs()))
        .extracting(row -> row.get(0))
        .containsSequence("down", "lake", "nowhere", "spark_catalog", "wide")
        .containsAll(CATALOGS);
    assertThat(ListedCatalog.CALLS).hasValue(0);
  }

  @Test
  void nestedSchemasArePathsThatSqlUnderstands() {
    assertThat(schemas("lake", null))
        .containsExactly("`a.b`", "`dash-ed`.x", "dash-ed", "top", "top.mid", "top.mid.low");
    assertThat(schemas("lake", "top.%")).containsExactly("top.mid", "top.mid.low");
    assertThat(schemas("lake", "top.m_d")).containsExactly("top.mid");
    assertThat(schemas("lake", "%.x")).containsExactly("`dash-ed`.x");
    assertThat(schemas("lake", "top")).containsExactly("top");
    assertThat(schemas("Lake", null)).isEmpty();
  }

  @Test
  void everyListedTableCanBeSelectedByItsName() {
    List<List<Object>> tables = read(client.getTables("lake", null, null, null, false));
    assertThat(tables).extracting(row -> row.get(2)).hasSize(6).contains("loose", "four", "five");
    for (List<Object> table : tables) {
      String schema = (String) table.get(1);
      boolean path = schema != null && schema.contains(".");
      String name =
          "lake."
              + (schema == null ? "" : (path ? schema : "`" + schema + "`") + ".")
              + table.get(2);
      assertThat(read(client.execute("SELECT name FROM " + name)))
          .containsExactly(FlightRows.row(table.get(2)));
    }
  }

  @Test
  void aNestedSchemaCanBecomeTheCurrentOne() throws SQLException {
    try (Connection jdbc = SERVER.jdbc("ada");
        Statement statement = jdbc.createStatement()) {
      statement.execute("SET spark.sql.catalog.mine.tables=top/mid/two");
      statement.execute("SET spark.sql.catalog.mine=" + ListedCatalog.class.getName());
      statement.execute("USE mine.top.mid");
      try (ResultSet rows = statement.executeQuery("SELECT name FROM two")) {
        assertThat(rows.next()).isTrue();
        assertThat(rows.next()).isFalse();
      }
    }
    try {
      set("catalog", "lake");
      set("schema", "top.mid.low");
      assertThat(read(client.execute("SELECT name FROM three"))).hasSize(1);
    } finally {
      set("catalog", "spark_catalog");
      set("schema", "default");
    }
  }

  private static void set(String option, String value) {
    assertThat(
            client
                .setSessionOptions(
                    new SetSessionOptionsRequest(
                        Map.of(option, SessionOptionValueFactory.makeSessionOptionValue(value))))
                .getErrors())
        .isEmpty();
  }

  @Test
  void tablesOutsideOfSchemas() {
    assertThat(tables("lake", "")).containsExactly("loose");
    assertThat(tables("lake", "%")).hasSize(6);
    assertThat(tables("", null)).doesNotContain("loose");
  }

  @Test
  void oneCatalogThatFailsDoesNotHideTheOthers() {
    assertThat(read(client.getTables(null, "top%", null, null, false))).hasSize(3);
    assertThat(schemas(null, null)).contains("top.mid", "default", "many");
  }

  @Test
  void whoAsksForACatalogThatFailsIsTold() {
    assertFailure(
        () -> schemas("down", null),
        FlightStatusCode.UNAVAILABLE,
        "Cannot list catalog down: its plug-in failed with IllegalStateException.");
    assertFailure(
        () -> tables("down", null), FlightStatusCode.UNAVAILABLE, "Cannot list catalog down: ");
    assertFailure(
        () -> tables("nowhere", null), FlightStatusCode.INTERNAL, "Cannot list catalog nowhere: ");
    assertThat(tables("unheard_of", null)).isEmpty();
  }

  @Test
  void oneTableThatFailsIsListedWithoutColumns() {
    List<List<Object>> rows = read(client.getTables("wide", "few", null, null, true));
    assertThat(rows).extracting(row -> row.get(2)).containsExactly("broken", "good");
    assertFailure(
        () -> read(client.getTables("wide", "few", "broken", null, true)),
        FlightStatusCode.INTERNAL,
        "Cannot read the columns of wide.few.broken: ");
  }

  @Test
  void aThousandTablesAreListedByAFewCalls() {
    ListedCatalog.CALLS.set(0);
    assertThat(tables("wide", null)).hasSize(1_002);
    assertThat(ListedCatalog.CALLS).hasValueLessThan(10);
    ListedCatalog.CALLS.set(0);
    assertThat(read(client.getTables("wide", "many", null, null, true))).hasSize(1_000);
    assertThat(ListedCatalog.CALLS).hasValueLessThan(1_010);
  }

  private static void assertFailure(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable call,
      FlightStatusCode code,
      String words) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            FlightRuntimeException.class,
            failure -> assertThat(failure.status().code()).isEqualTo(code))
        .hasMessageContaining(words)
        .hasMessageNotContaining("secret");
  }

  private static List<Object> schemas(@Nullable String catalog, @Nullable String pattern) {
    return read(client.getSchemas(catalog, pattern)).stream().map(row -> row.get(1)).toList();
  }

  private static List<Object> tables(@Nullable String catalog, @Nullable String schema) {
    return read(client.getTables(catalog, schema, null, null, false)).stream()
        .map(row -> row.get(2))
        .toList();
  }

  private static List<List<Object>> read(FlightInfo info) {
    return FlightRows.of(client, info);
  }
}
