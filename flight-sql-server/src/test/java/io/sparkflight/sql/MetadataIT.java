package io.sparkflight.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkflight.testing.FlightRows;
import io.sparkflight.testing.FlightSqlServerExtension;
import java.io.ByteArrayInputStream;
import java.nio.channels.Channels;
import java.util.List;
import org.apache.arrow.flight.CallOption;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.sql.FlightSqlClient;
import org.apache.arrow.flight.sql.util.TableRef;
import org.apache.arrow.vector.ipc.ReadChannel;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What the stock Flight SQL client learns of catalogs, schemas, tables, types and keys. */
class MetadataIT {
  @RegisterExtension static final FlightSqlServerExtension SERVER = new FlightSqlServerExtension();

  private static final List<Object> ORDERS = row("spark_catalog", "meta", "orders", "TABLE");
  private static final List<Object> VIEW = row("spark_catalog", "meta", "large_orders", "VIEW");
  private static final List<Object> MINE = row("spark_catalog", null, "my_orders", "VIEW");

  private static FlightSqlClient client;

  @BeforeAll
  static void createTables() {
    client = SERVER.flightSql();
    MetadataFixture.create(SERVER.spark());
    client.executeUpdate("CREATE TEMPORARY VIEW my_orders AS SELECT * FROM meta.orders");
  }

  @AfterAll
  static void close() throws Exception {
    client.close();
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
        .containsExactlyInAnyOrder(ORDERS, VIEW, MINE);
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
        .containsExactlyInAnyOrder(VIEW, MINE);
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
  void tellsTheColumnsOfATable() throws Exception {
    List<List<Object>> rows = read(client.getTables(null, "meta", "orders", null, true));
    assertThat(rows).hasSize(1);
    Schema columns =
        MessageSerializer.deserializeSchema(
            new ReadChannel(
                Channels.newChannel(new ByteArrayInputStream((byte[]) rows.get(0).get(4)))));
    assertThat(columns.getFields().stream().map(field -> field.getName()))
        .containsExactly("id", "price", "note", "tags");
    assertThat(columns.findField("price").getType()).isEqualTo(new ArrowType.Decimal(15, 2, 128));
    assertThat(columns.findField("id").getMetadata())
        .containsEntry("ARROW:FLIGHT:SQL:TYPE_NAME", "BIGINT")
        .containsEntry("ARROW:FLIGHT:SQL:TABLE_NAME", "orders")
        .containsEntry("ARROW:FLIGHT:SQL:REMARKS", "the key");
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
    assertThat(read(client.getTableTypes())).containsExactly(row("TABLE"), row("VIEW"));
  }

  @Test
  void listsTypes() {
    List<List<Object>> types = read(client.getXdbcTypeInfo());
    assertThat(types.stream().map(type -> type.get(0)))
        .contains("BOOLEAN", "BIGINT", "DECIMAL", "STRING", "DATE", "TIMESTAMP");
    assertThat(types).extracting(type -> (Integer) type.get(1)).isSorted();
    assertThat(read(client.getXdbcTypeInfo(java.sql.Types.BIGINT)))
        .singleElement()
        .extracting(type -> type.get(0))
        .isEqualTo("BIGINT");
    assertThat(read(client.getXdbcTypeInfo(java.sql.Types.ARRAY))).isEmpty();
    for (List<Object> type : types) {
      SERVER.spark().sql("SELECT cast(null AS " + type.get(0) + ")");
    }
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
      String schema,
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
