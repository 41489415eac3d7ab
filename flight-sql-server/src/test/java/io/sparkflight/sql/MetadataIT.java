package io.sparkflight.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkflight.testing.FlightRows;
import io.sparkflight.testing.FlightSqlServerExtension;
import java.util.List;
import org.apache.arrow.flight.CallOption;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.sql.FlightSqlClient;
import org.apache.arrow.flight.sql.util.TableRef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What the stock Flight SQL client learns of catalogs, schemas, tables, types and keys. */
class MetadataIT {
  @RegisterExtension static final FlightSqlServerExtension SERVER = new FlightSqlServerExtension();

  private static final List<Object> ORDERS = row("spark_catalog", "meta", "orders", "TABLE");
  private static final List<Object> VIEW = row("spark_catalog", "meta", "large_orders", "VIEW");
  private static final List<Object> MINE = row(null, null, "my_orders", "TEMPORARY VIEW");
  private static final List<Object> SHARED =
      row(null, "global_temp", "all_orders", "GLOBAL TEMPORARY VIEW");

  private static FlightSqlClient client;

  @BeforeAll
  static void createTables() {
    client = SERVER.flightSql();
    MetadataFixture.create(SERVER.spark());
    client.executeUpdate("CREATE TEMPORARY VIEW my_orders AS SELECT * FROM meta.orders");
    client.executeUpdate("CREATE GLOBAL TEMPORARY VIEW all_orders AS SELECT * FROM meta.orders");
  }

  @AfterAll
  static void close() throws Exception {
    client.close();
    SERVER.spark().catalog().dropGlobalTempView("all_orders");
    MetadataFixture.drop(SERVER.spark());
  }

  @Test
  void listsCatalogs() {
    assertThat(read(client.getCatalogs())).contains(row("spark_catalog"));
  }

  @Test
  void listsSchemasByPattern() {
    assertThat(read(client.getSchemas(null, null)))
        .contains(row("spark_catalog", "default"), row("spark_catalog", "meta"));
    assertThat(read(client.getSchemas("spark_catalog", "m_t%")))
        .containsExactly(row("spark_catalog", "meta"));
    assertThat(read(client.getSchemas("another", null))).isEmpty();
  }

  @Test
  void listsTablesViewsAndTheSessionsOwnViews() {
    assertThat(read(client.getTables(null, null, "%orders", null, false)))
        .filteredOn(row -> !"default".equals(row.get(1))) // where other tests have theirs
        .containsExactly(MINE, SHARED, VIEW, ORDERS);
  }

  @Test
  void viewsOfNoCatalogAreFoundThere() {
    assertThat(tables("", null, null)).containsExactly(MINE, SHARED);
    assertThat(tables("", "", null)).containsExactly(MINE);
    assertThat(tables(null, "global_temp", null)).containsExactly(SHARED);
    assertThat(tables("spark_catalog", null, "%\\_orders")).containsExactly(VIEW);
    assertThat(read(client.getSchemas("", null))).containsExactly(row(null, "global_temp"));
    for (String name : List.of("my_orders", "global_temp.all_orders")) {
      assertThat(read(client.execute("SELECT * FROM " + name))).isEmpty();
    }
    assertThatThrownBy(() -> client.execute("SELECT * FROM spark_catalog.global_temp.all_orders"))
        .as("Spark has it in no catalog")
        .hasMessageContaining("TABLE_OR_VIEW_NOT_FOUND");
  }

  @Test
  void listsTablesBySchemaNameAndType() {
    assertThat(tables("spark_catalog", "meta", null)).containsExactlyInAnyOrder(ORDERS, VIEW);
    assertThat(tables(null, "meta", "large\\_orders")).containsExactly(VIEW);
    assertThat(tables(null, "meta", "largeX_orders")).isEmpty();
    assertThat(tables(null, "nowhere", null)).isEmpty();
    assertThat(read(client.getTables(null, "meta", null, List.of("TABLE"), false)))
        .containsExactly(ORDERS);
    assertThat(read(client.getTables(null, null, "%orders", List.of("VIEW"), false)))
        .containsExactly(VIEW);
    assertThat(read(client.getTables(null, null, "%", List.of("view", "temporary view"), false)))
        .contains(VIEW, MINE)
        .doesNotContain(ORDERS, SHARED);
    assertThat(read(client.getTables(null, null, null, List.of("INDEX"), false))).isEmpty();
  }

  @Test
  void hidesTheViewsOfOtherSessions() throws Exception {
    try (FlightClient flight = SERVER.flight()) {
      CallOption bob = flight.authenticateBasicToken("bob", "any").orElseThrow();
      FlightInfo info = client.getTables(null, null, "my_orders", null, false, bob);
      assertThat(FlightRows.of(client, info, bob)).isEmpty();
    }
  }

  @Test
  void everyCommandSendsTheSchemaThatItPromised() throws Exception {
    for (FlightInfo info :
        List.of(
            client.getCatalogs(),
            client.getSchemas(null, null),
            client.getTables(null, null, null, null, false),
            client.getTables(null, null, null, null, true),
            client.getTableTypes(),
            client.getSqlInfo(),
            client.getXdbcTypeInfo())) {
      try (var stream = client.getStream(info.getEndpoints().get(0).getTicket())) {
        assertThat(stream.getSchema()).isEqualTo(info.getSchemaOptional().orElseThrow());
      }
    }
  }

  @Test
  void listsTableTypes() {
    assertThat(read(client.getTableTypes()))
        .containsExactly(
            row("GLOBAL TEMPORARY VIEW"), row("TABLE"), row("TEMPORARY VIEW"), row("VIEW"));
  }

  @Test
  void hasNoKeys() {
    TableRef orders = TableRef.of("spark_catalog", "meta", "orders");
    assertThat(read(client.getPrimaryKeys(orders))).isEmpty();
    assertThat(read(client.getExportedKeys(orders))).isEmpty();
    assertThat(read(client.getImportedKeys(orders))).isEmpty();
    assertThat(read(client.getCrossReference(orders, orders))).isEmpty();
  }

  private static List<List<Object>> tables(
      @org.jspecify.annotations.Nullable String catalog,
      @org.jspecify.annotations.Nullable String schema,
      @org.jspecify.annotations.Nullable String table) {
    return read(client.getTables(catalog, schema, table, null, false));
  }

  private static List<List<Object>> read(FlightInfo info) {
    return FlightRows.of(client, info);
  }

  private static List<Object> row(@org.jspecify.annotations.Nullable Object... values) {
    return FlightRows.row(values);
  }
}
