package io.sparkflight.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkflight.testing.FlightRows;
import io.sparkflight.testing.FlightSqlServerExtension;
import io.sparkflight.testing.LakeSpark;
import java.sql.Connection;
import java.sql.Statement;
import java.util.List;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.sql.FlightSqlClient;
import org.apache.arrow.flight.sql.FlightSqlClient.PreparedStatement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Statements that write to tables of Iceberg and Delta: once on each way, whole or not at all, and
 * never with a count that is not true. Each format keeps a history, which shows what has run.
 */
class TableFormatsIT {
  @RegisterExtension
  static final FlightSqlServerExtension ICEBERG =
      new FlightSqlServerExtension(LakeSpark::iceberg)
          .with("spark.flight.result.retention", "1min");

  @RegisterExtension
  static final FlightSqlServerExtension DELTA =
      new FlightSqlServerExtension(LakeSpark::delta).with("spark.flight.result.retention", "1min");

  private static final long UNKNOWN = -1;

  /** A table of each kind, with the rows 0 to 9 as its first version after creation. */
  private enum Format {
    COPY_ON_WRITE("ice.db.rewritten", "iceberg"),
    MERGE_ON_READ("ice.db.marked", "iceberg"),
    DELTA("logged", "delta");

    private final String table;
    private final String source;

    Format(String table, String source) {
      this.table = table;
      this.source = source;
    }

    private FlightSqlServerExtension server() {
      return this == DELTA ? TableFormatsIT.DELTA : ICEBERG;
    }

    private String properties() {
      String mode = name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
      return this == DELTA
          ? ""
          : "TBLPROPERTIES ('format-version' = '2', 'write.delete.mode' = '%1$s', 'write.update.mode' = '%1$s', 'write.merge.mode' = '%1$s')"
              .formatted(mode);
    }

    /** How many commits the table has seen. */
    private long versions() {
      String history = this == DELTA ? "DESCRIBE HISTORY " + table : "TABLE " + table + ".history";
      return server().spark().newSession().sql(history).count();
    }

    private List<String> rows() {
      return server()
          .spark()
          .newSession()
          .sql("SELECT id, v FROM " + table)
          .toJSON()
          .collectAsList()
          .stream()
          .sorted()
          .toList();
    }

    /** The count of a format that counts a change of rows, or none. */
    private long changed(long rows) {
      return this == COPY_ON_WRITE ? UNKNOWN : rows;
    }
  }

  @ParameterizedTest
  @EnumSource
  void countsAreTrueOrUnknown(Format format) throws Exception {
    try (FlightSqlClient client = format.server().flightSql()) {
      assertThat(create(client, format)).isEqualTo(10);
      String table = format.table;
      assertThat(
              client.executeUpdate("INSERT INTO %s VALUES (10, 'b'), (11, 'b')".formatted(table)))
          .isEqualTo(2);
      assertThat(client.executeUpdate("UPDATE %s SET v = 'c' WHERE id < 3".formatted(table)))
          .isEqualTo(format.changed(3));
      assertThat(client.executeUpdate("DELETE FROM %s WHERE id IN (4, 11)".formatted(table)))
          .isEqualTo(format.changed(2));
      // Two are updated and two inserted: for Iceberg, the two updated are four rows written.
      assertThat(client.executeUpdate(merge(table, 9, 13, "UPDATE SET v = 'm'")))
          .isEqualTo(format == Format.DELTA ? 4 : UNKNOWN);
      assertThat(client.executeUpdate(merge(table, 12, 14, "DELETE"))).isEqualTo(format.changed(2));
      assertThat(
              client.executeUpdate(
                  merge(table, 20, 23, "").replace("WHEN MATCHED THEN  WHEN NOT", "WHEN NOT")))
          .isEqualTo(3);
      assertThat(client.executeUpdate("INSERT OVERWRITE %s VALUES (1, 'o')".formatted(table)))
          .isEqualTo(1);
      assertThat(format.rows()).containsExactly("{\"id\":1,\"v\":\"o\"}");
      assertThat(format.versions()).isEqualTo(format == Format.DELTA ? 9 : 8);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"MERGE_ON_READ", "DELTA"})
  void countsTheRowsOfANewTable(Format format) throws Exception {
    try (FlightSqlClient client = format.server().flightSql()) {
      String copy = format.table + "_copy";
      client.executeUpdate("DROP TABLE IF EXISTS " + copy);
      String sql = "CREATE TABLE %s USING %s AS SELECT id FROM range(6)";
      assertThat(client.executeUpdate(sql.formatted(copy, format.source))).isEqualTo(6);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"MERGE_ON_READ", "DELTA"})
  void runsOnceOnEachWay(Format format) throws Exception {
    try (FlightSqlClient client = format.server().flightSql();
        Connection connection = format.server().jdbc();
        Statement statement = connection.createStatement()) {
      create(client, format);
      long before = format.versions();
      String sql = "UPDATE %s SET v = concat(v, '+') WHERE id = 5".formatted(format.table);
      FlightInfo answer = client.execute(sql);
      for (int time = 0; time < 2; time++) {
        assertThat(FlightRows.of(client, answer))
            .isEqualTo(format == Format.DELTA ? List.of(List.of(1L)) : List.of());
      }
      try (PreparedStatement prepared = client.prepare(sql);
          java.sql.PreparedStatement ofJdbc = connection.prepareStatement(sql)) {
        assertThat(prepared.getResultSetSchema().getFields()).isEmpty();
        FlightRows.of(client, prepared.execute());
        assertThat(prepared.executeUpdate()).isEqualTo(1);
        ofJdbc.execute();
      }
      assertThat(statement.executeUpdate(sql)).isEqualTo(1);
      assertThat(format.versions() - before).isEqualTo(5);
      assertThat(format.rows()).contains("{\"id\":5,\"v\":\"a+++++\"}");
    }
  }

  @ParameterizedTest
  @EnumSource
  void aFailedStatementLeavesTheTable(Format format) throws Exception {
    try (FlightSqlClient client = format.server().flightSql()) {
      create(client, format);
      long versions = format.versions();
      List<String> rows = format.rows();
      for (String sql :
          List.of(
              "UPDATE %s SET v = if(id = 9, raise_error('no such name'), 'z')",
              "INSERT OVERWRITE %s SELECT id, if(id = 9, raise_error('no such name'), 'z') FROM range(0, 10, 1, 4)")) {
        assertThatThrownBy(() -> client.executeUpdate(sql.formatted(format.table)))
            .isInstanceOf(FlightRuntimeException.class)
            .hasMessageContaining("no such name");
      }
      assertThat(format.versions()).isEqualTo(versions);
      assertThat(format.rows()).isEqualTo(rows);
    }
  }

  /** What only the format knows is told in its words, not as a fault of the server. */
  @Test
  void theFormatSaysWhyItRefuses() throws Exception {
    Format format = Format.COPY_ON_WRITE;
    try (FlightSqlClient client = ICEBERG.flightSql()) {
      create(client, format);
      assertThatThrownBy(
              () ->
                  client.executeUpdate(
                      "INSERT INTO %s REPLACE WHERE id = 1 VALUES (1, 'r')"
                          .formatted(format.table)))
          .isInstanceOf(FlightRuntimeException.class)
          .hasMessageStartingWith(
              "Cannot run the statement: ValidationException: Cannot delete file where some, but not"
                  + " all, rows match filter");
    }
  }

  private static long create(FlightSqlClient client, Format format) {
    if (format != Format.DELTA) {
      client.executeUpdate("CREATE NAMESPACE IF NOT EXISTS ice.db");
    }
    client.executeUpdate("DROP TABLE IF EXISTS " + format.table);
    client.executeUpdate(
        "CREATE TABLE %s (id INT, v STRING) USING %s %s"
            .formatted(format.table, format.source, format.properties()));
    return client.executeUpdate(
        "INSERT INTO %s SELECT id, 'a' FROM range(0, 10, 1, 2)".formatted(format.table));
  }

  private static String merge(String table, int from, int to, String change) {
    return "MERGE INTO %1$s USING (SELECT id FROM range(%2$d, %3$d)) s ON s.id = %1$s.id WHEN MATCHED THEN %4$s WHEN NOT MATCHED THEN INSERT (id, v) VALUES (s.id, 'n')"
        .formatted(table, from, to, change);
  }
}
