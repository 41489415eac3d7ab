package io.sparkflight.sql;

import static io.sparkflight.sql.IngestFixture.Mode.APPEND;
import static io.sparkflight.sql.IngestFixture.Mode.CREATE;
import static io.sparkflight.sql.IngestFixture.Mode.REPLACE;
import static io.sparkflight.testing.FlightRows.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkflight.testing.FlightSqlServerExtension;
import io.sparkflight.testing.LakeSpark;
import java.util.Map;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.sql.FlightSqlClient.ExecuteIngestOptions;
import org.apache.arrow.vector.FieldVector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Bulk ingest into tables of Iceberg and Delta, which take all rows in one step of their history.
 */
class IngestFormatsIT {
  @RegisterExtension
  static final FlightSqlServerExtension ICEBERG = new FlightSqlServerExtension(LakeSpark::iceberg);

  @RegisterExtension
  static final FlightSqlServerExtension DELTA = new FlightSqlServerExtension(LakeSpark::delta);

  private static final String COLUMNS = "id BIGINT NOT NULL, name STRING COMMENT 'whose')";
  private static final String DEFINITION = "PARTITIONED BY (name) TBLPROPERTIES ('kept' = 'yes')";

  @Test
  void iceberg() throws Exception {
    try (IngestFixture client = new IngestFixture(ICEBERG)) {
      client.run("CREATE NAMESPACE IF NOT EXISTS ice.taken");
      client.run("USE ice.taken");
      client.run("CREATE TABLE rows (%s USING iceberg %s".formatted(COLUMNS, DEFINITION));
      check(client, "rows");
      client.run("DROP TABLE rows");
      assertThat(client.ingest("rows", CREATE, three(client))).isEqualTo(3);
      assertThat(client.query("SHOW TBLPROPERTIES rows ('provider')").toString())
          .doesNotContain("parquet");
      client.run("DROP TABLE rows");
      client.run("USE spark_catalog.default");
    }
  }

  @Test
  void delta() throws Exception {
    try (IngestFixture client = new IngestFixture(DELTA)) {
      client.run("CREATE TABLE taken_rows (%s USING delta %s".formatted(COLUMNS, DEFINITION));
      check(client, "taken_rows");
      client.run("DROP TABLE taken_rows");
    }
  }

  private static FieldVector[] three(IngestFixture client) {
    return new FieldVector[] {client.ids(1L, 2L, 3L), client.names("a", "b", "c")};
  }

  private static void check(IngestFixture client, String table) {
    assertThat(client.once("x", table, APPEND, three(client))).isEqualTo(3);
    assertThat(client.once("x", table, APPEND, three(client))).isEqualTo(3);
    assertThat(client.query("SELECT count(*), sum(id) FROM " + table)).containsExactly(row(3L, 6L));
    assertThat(client.once("y", table, APPEND, three(client))).isEqualTo(3);
    assertThat(client.query("SELECT count(*) FROM " + table)).containsExactly(row(6L));
    assertThatThrownBy(
            () -> client.ingest(table, APPEND, client.ids(1L, null), client.names("a", "b")))
        .isInstanceOf(FlightRuntimeException.class)
        .hasMessageContaining("its column id takes no nulls, and the upload has some");
    assertThatThrownBy(() -> client.ingest(table, APPEND, client.names("a")))
        .isInstanceOf(FlightRuntimeException.class)
        .hasMessageContaining("its column id takes no nulls, and the upload has only name");
    assertThatThrownBy(() -> client.ingest(table, APPEND, client.ids(1L), client.longs("age", 1L)))
        .isInstanceOf(FlightRuntimeException.class)
        .hasMessageContaining("it has no column age, but id, name");
    assertThat(client.ingest(table, APPEND, client.ids(4L))).isEqualTo(1);
    assertThat(client.query("SELECT id FROM %s WHERE name IS NULL".formatted(table)))
        .containsExactly(row(4L));
    assertThat(client.query("SELECT count(*) FROM " + table)).containsExactly(row(7L));
    checkParts(client, table);
    ExecuteIngestOptions same =
        IngestFixture.options(table, REPLACE, null, Map.of("ingest.id", "same columns"));
    assertThat(client.ingest(same, client.names("a", "b"), client.ids(1L, 2L))).isEqualTo(2);
    assertThat(client.ingest(same, client.names("a", "b"), client.ids(1L, 2L))).isEqualTo(2);
    assertThat(client.query("SELECT count(*), sum(id) FROM " + table)).containsExactly(row(2L, 3L));
    assertThat(client.query("DESCRIBE TABLE EXTENDED " + table).toString())
        .contains("# Partition", "kept=yes", "whose");
    assertThatThrownBy(
            () -> client.ingest(table, REPLACE, client.ids(1L, null), client.names("a", "b")))
        .isInstanceOf(FlightRuntimeException.class)
        .hasMessageContaining("its column id takes no nulls, and the upload has some");
    ExecuteIngestOptions replace =
        IngestFixture.options(table, REPLACE, null, Map.of("ingest.id", "z"));
    assertThat(client.ingest(replace, client.longs("other", 7L))).isEqualTo(1);
    assertThat(client.ingest(replace, client.longs("other", 7L))).isEqualTo(1);
    assertThat(client.query("SELECT * FROM " + table)).containsExactly(row(7L));
  }

  /** The table's eighth row comes in a part; the ninth would have a null where it takes none. */
  private static void checkParts(IngestFixture client, String table) {
    client.ingest(parted(table, APPEND, "p"), client.ids(8L));
    client.ingest(parted(table + "_later", CREATE, "nulls"), client.ids(9L, null));
    assertThatThrownBy(() -> client.ingest(committed(table, "p:1,nulls:2"), client.ids()))
        .isInstanceOf(FlightRuntimeException.class)
        .hasMessageContaining("its column id takes no nulls, and the upload has some");
    assertThat(client.query("SELECT count(*) FROM " + table)).containsExactly(row(7L));
    assertThat(client.ingest(committed(table, "p:1"), client.ids())).isEqualTo(1);
    assertThat(client.ingest(committed(table, "p:1"), client.ids())).isEqualTo(1);
    assertThat(client.query("SELECT count(*), max(id) FROM " + table)).containsExactly(row(8L, 8L));
  }

  private static ExecuteIngestOptions parted(String table, IngestFixture.Mode mode, String part) {
    Map<String, String> options = Map.of("ingest.id", "parts", "ingest.part", part);
    return IngestFixture.options(table, mode, null, options);
  }

  private static ExecuteIngestOptions committed(String table, String parts) {
    Map<String, String> options = Map.of("ingest.id", "parts", "ingest.parts", parts);
    return IngestFixture.options(table, APPEND, null, options);
  }
}
