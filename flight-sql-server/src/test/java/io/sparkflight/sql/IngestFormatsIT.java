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

  @Test
  void iceberg() throws Exception {
    try (IngestFixture client = new IngestFixture(ICEBERG)) {
      client.run("CREATE NAMESPACE IF NOT EXISTS ice.taken");
      client.run("USE ice.taken");
      client.run("CREATE TABLE rows (id BIGINT NOT NULL, name STRING) USING iceberg");
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
      client.run("CREATE TABLE taken_rows (id BIGINT NOT NULL, name STRING) USING delta");
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
    ExecuteIngestOptions replace =
        IngestFixture.options(table, REPLACE, null, Map.of("ingest.id", "z"));
    assertThat(client.ingest(replace, client.longs("other", 7L))).isEqualTo(1);
    assertThat(client.ingest(replace, client.longs("other", 7L))).isEqualTo(1);
    assertThat(client.query("SELECT * FROM " + table)).containsExactly(row(7L));
  }
}
