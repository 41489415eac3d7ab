package io.sparkflight.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkflight.testing.CountedMetastore;
import io.sparkflight.testing.FlightRows;
import io.sparkflight.testing.FlightSqlServerExtension;
import io.sparkflight.testing.SourceKnowsColumns;
import java.io.ByteArrayInputStream;
import java.nio.channels.Channels;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.arrow.flight.CallOption;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.sql.FlightSqlClient;
import org.apache.arrow.vector.ipc.ReadChannel;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The columns of tables and views, and what it costs the metastore to tell them. */
class ColumnsIT {
  @RegisterExtension static final FlightSqlServerExtension SERVER = new FlightSqlServerExtension();

  private static final int MANY = 600;

  private static FlightSqlClient client;

  @BeforeAll
  static void createTables() {
    client = SERVER.flightSql();
    MetadataFixture.create(SERVER.spark());
    client.executeUpdate("CREATE TEMPORARY VIEW my_orders AS SELECT * FROM meta.orders");
    client.executeUpdate("CREATE GLOBAL TEMPORARY VIEW all_orders AS SELECT id FROM meta.orders");
    client.executeUpdate(
        "CREATE TABLE meta.types (c CHAR(3), v VARCHAR(9), f FLOAT, d DOUBLE, s"
            + " STRUCT<Inner: INT>, m MAP<STRING, INT>) USING parquet");
    SERVER.spark().sql("CREATE DATABASE many");
    for (int i = 0; i < MANY; i++) {
      SERVER
          .spark()
          .sql(
              "CREATE TABLE many.t%03d (id INT %s) USING parquet"
                  .formatted(i, i < MANY / 2 ? "COMMENT 'early'" : ""));
    }
  }

  @AfterAll
  static void close() throws Exception {
    client.close();
    SERVER.spark().catalog().dropGlobalTempView("all_orders");
    SERVER.spark().sql("DROP DATABASE many CASCADE");
    MetadataFixture.drop(SERVER.spark());
  }

  @Test
  void ofATable() {
    Schema columns = columns("spark_catalog", "meta", "orders");
    assertThat(names(columns)).containsExactly("id", "price", "note", "tags");
    assertThat(columns.findField("price").getType()).isEqualTo(new ArrowType.Decimal(15, 2, 128));
    assertThat(columns.findField("id").getMetadata())
        .containsEntry("ARROW:FLIGHT:SQL:CATALOG_NAME", "spark_catalog")
        .containsEntry("ARROW:FLIGHT:SQL:SCHEMA_NAME", "meta")
        .containsEntry("ARROW:FLIGHT:SQL:TABLE_NAME", "orders")
        .containsEntry("ARROW:FLIGHT:SQL:TYPE_NAME", "BIGINT")
        .containsEntry("ARROW:FLIGHT:SQL:IS_READ_ONLY", "0")
        .containsEntry("ARROW:FLIGHT:SQL:REMARKS", "the key");
  }

  @Test
  void ofViews() {
    assertThat(columns("spark_catalog", "meta", "large\\_orders").findField("id").getMetadata())
        .containsEntry("ARROW:FLIGHT:SQL:IS_READ_ONLY", "1");
    assertThat(names(columns("", "", "my\\_orders")))
        .containsExactly("id", "price", "note", "tags");
    assertThat(columns("", "global\\_temp", "all\\_orders").findField("id").getMetadata())
        .containsEntry("ARROW:FLIGHT:SQL:SCHEMA_NAME", "global_temp")
        .doesNotContainKey("ARROW:FLIGHT:SQL:CATALOG_NAME");
  }

  @Test
  void theirTypesAsTheyWereDeclared() {
    Schema types = columns(null, "meta", "types");
    assertThat(of(types, "TYPE_NAME"))
        .containsExactly(
            "CHAR(3)", "VARCHAR(9)", "FLOAT", "DOUBLE", "STRUCT<Inner: INT>", "MAP<STRING, INT>");
    assertThat(of(types, "PRECISION")).containsExactly("3", "9", "6", "15", null, null);
    assertThat(of(types, "IS_CASE_SENSITIVE")).containsExactly("1", "1", "0", "0", "0", "0");
    assertThat(of(types, "IS_SEARCHABLE")).containsExactly("1", "1", "1", "1", "1", "0");
  }

  @Test
  void thatOnlyTheSourceOfATableKnows() throws Exception {
    SERVER.spark().sql("CREATE TABLE meta.elsewhere (lost INT) USING parquet");
    SERVER
        .spark()
        .sharedState()
        .externalCatalog()
        .alterTableDataSchema("meta", "elsewhere", new StructType());
    try (Connection jdbc = SERVER.jdbc("eve");
        Statement statement = jdbc.createStatement()) {
      statement.execute(
          "SET spark.sql.catalog.spark_catalog=" + SourceKnowsColumns.class.getName());
      List<String> found = new ArrayList<>();
      try (ResultSet rows = jdbc.getMetaData().getColumns("spark_catalog", "meta", "%", "%")) {
        while (rows.next()) {
          found.add(rows.getString("TABLE_NAME") + "." + rows.getString("COLUMN_NAME"));
        }
      }
      assertThat(found).contains("elsewhere.found", "orders.id").doesNotContain("elsewhere.lost");
    } finally {
      SERVER.spark().sql("DROP TABLE meta.elsewhere");
    }
  }

  @Test
  void manyTablesCostTheMetastoreFewCalls() throws Exception {
    try (CountedMetastore metastore = CountedMetastore.of(SERVER.spark());
        FlightClient flight = SERVER.flight()) {
      CallOption ada = flight.authenticateBasicToken("ada", "any").orElseThrow();
      assertThat(read(client.getTables(null, "many", null, null, false, ada), ada)).hasSize(MANY);
      assertThat(metastore.take()).hasSizeBetween(3, 12);
      assertThat(read(client.getTables(null, "many", null, null, true, ada), ada)).hasSize(MANY);
      assertThat(metastore.take()).contains("getTablesByName").hasSizeBetween(3, 20);
    }
  }

  @Test
  void manyOfThemReachJdbcUnmixed() throws Exception {
    List<@Nullable String> remarks = new ArrayList<>();
    try (Connection jdbc = SERVER.jdbc();
        ResultSet rows = jdbc.getMetaData().getColumns("spark_catalog", "many", "%", "%")) {
      while (rows.next()) {
        remarks.add(rows.getString("REMARKS"));
      }
    }
    assertThat(remarks).hasSize(MANY);
    assertThat(remarks.subList(0, MANY / 2)).containsOnly("early");
    assertThat(remarks.subList(MANY / 2, MANY)).containsOnlyNulls();
  }

  private static List<@Nullable String> of(Schema columns, String key) {
    List<@Nullable String> values = new ArrayList<>();
    for (Field column : columns.getFields()) {
      Map<String, String> metadata = column.getMetadata();
      values.add(metadata.get("ARROW:FLIGHT:SQL:" + key));
    }
    return values;
  }

  private static List<String> names(Schema columns) {
    return columns.getFields().stream().map(Field::getName).toList();
  }

  private static Schema columns(@Nullable String catalog, String schema, String table) {
    List<List<Object>> rows = read(client.getTables(catalog, schema, table, null, true));
    assertThat(rows).hasSize(1);
    byte[] bytes = (byte[]) Objects.requireNonNull(rows.get(0).get(4));
    try {
      return MessageSerializer.deserializeSchema(
          new ReadChannel(Channels.newChannel(new ByteArrayInputStream(bytes))));
    } catch (java.io.IOException e) {
      throw new AssertionError(e);
    }
  }

  private static List<List<Object>> read(FlightInfo info, CallOption... options) {
    return FlightRows.of(client, info, options);
  }
}
