package io.sparkflight.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkflight.clients.Client.Feature;
import io.sparkflight.clients.Client.Value;
import io.sparkflight.clients.JavaFeatures.LimitException;
import java.util.List;
import org.apache.arrow.adbc.core.AdbcConnection;
import org.apache.arrow.adbc.core.AdbcException;
import org.apache.arrow.adbc.core.AdbcStatement;
import org.apache.arrow.adbc.core.AdbcStatusCode;
import org.apache.arrow.adbc.core.PartitionDescriptor;
import org.apache.arrow.vector.ipc.ArrowReader;

/** The features of ADBC in Java, tried on a server. */
record AdbcFeatures(AdbcAccess access) {
  private static final int ROWS = 300_000;

  /** Tries them in order. */
  List<Feature> tryAll() throws Exception {
    AdbcPrepared prepared = new AdbcPrepared(access);
    return new JavaFeatures()
        .add("session of a user", this::sessions)
        .add("time zone of a session", this::timeZone)
        .add("result of many batches", this::manyBatches)
        .add("packed result (LZ4, ZSTD)", this::packed)
        .add("global order", this::globalOrder)
        .add("no rows, with a schema", this::noRows)
        .add("errors with status and words", this::failures)
        .add("DDL and DML with counts", this::updates)
        .add("prepared once, executed again", prepared::prepared)
        .add("parameters of a query", prepared::parameters)
        .add("many rows of parameters", prepared::manyParameters)
        .add("bulk ingest", prepared::ingest)
        .add("catalogs, schemas, tables, columns", this::metadata)
        .add("facts about the server", this::facts)
        .add("schema before execution", this::schema)
        .add("partitions read one by one", this::partitions)
        .tryAll();
  }

  private void sessions() throws Exception {
    access.with(
        "ada",
        ada -> {
          long unused =
              AdbcSql.update(ada, "CREATE OR REPLACE TEMPORARY VIEW hers AS SELECT 5 AS n");
          assertThat(AdbcSql.query(ada, "SELECT n FROM hers")).isEqualTo(List.of(List.of(5)));
          access.with(
              "bob",
              bob ->
                  assertThatThrownBy(() -> AdbcSql.query(bob, "SELECT n FROM hers"))
                      .hasMessageContaining("TABLE_OR_VIEW_NOT_FOUND"));
        });
  }

  private void timeZone() throws Exception {
    access.with(
        "adbc",
        connection -> {
          long unused = AdbcSql.update(connection, "SET TIME ZONE '+7'");
          try (AdbcStatement statement =
                  AdbcSql.statement(connection, "SELECT timestamp'2024-07-01 12:00:00' t");
              AdbcStatement.QueryResult result = statement.executeQuery()) {
            assertThat(AdbcValues.value(result.getReader()))
                .isEqualTo(new Value("Timestamp(MICROSECOND, +07:00)", "Long 1719810000000000"));
          }
        });
  }

  private void manyBatches() throws Exception {
    access.with(
        "adbc",
        connection ->
            assertThat(
                    AdbcSql.query(
                            connection,
                            "SELECT id, repeat('x', 100) FROM range(0, %d, 1, 8)".formatted(ROWS))
                        .stream()
                        .map(row -> row.get(0))
                        .distinct())
                .hasSize(ROWS));
  }

  private void packed() throws Exception {
    access.with(
        "adbc",
        connection -> {
          AdbcSql.update(connection, "SET spark.flight.result.compression = lz4");
          assertThatThrownBy(() -> AdbcSql.query(connection, "SELECT id FROM range(0, 5000, 1, 2)"))
              .hasStackTraceContaining("arrow-compression");
        });
    throw new LimitException("without Arrow's module arrow-compression, which this driver names");
  }

  private void globalOrder() throws Exception {
    access.with(
        "adbc",
        connection -> {
          List<List<Object>> rows =
              AdbcSql.query(
                  connection, "SELECT id FROM range(0, %d, 1, 8) ORDER BY id DESC".formatted(ROWS));
          assertThat(rows).hasSize(ROWS);
          for (int row = 0; row < ROWS; row++) {
            assertThat(rows.get(row).get(0)).isEqualTo(ROWS - 1L - row);
          }
        });
  }

  private void noRows() throws Exception {
    access.with(
        "adbc",
        connection -> {
          try (AdbcStatement statement =
                  AdbcSql.statement(
                      connection, "SELECT id, string(id) AS name FROM range(10) WHERE id < 0");
              AdbcStatement.QueryResult result = statement.executeQuery()) {
            assertThat(result.getReader().getVectorSchemaRoot().getSchema().getFields()).hasSize(2);
            assertThat(result.getReader().loadNextBatch()).isFalse();
          }
        });
  }

  private void failures() throws Exception {
    access.with(
        "adbc",
        connection -> {
          assertThatThrownBy(() -> AdbcSql.query(connection, "SELEC 1"))
              .isInstanceOfSatisfying(
                  AdbcException.class,
                  e -> assertThat(e.getStatus()).isEqualTo(AdbcStatusCode.INVALID_ARGUMENT))
              .hasMessageContaining("PARSE_SYNTAX_ERROR");
          assertThatThrownBy(
                  () ->
                      AdbcSql.query(
                          connection, "SELECT raise_error('stop here') FROM range(0, 9, 1, 3)"))
              .hasStackTraceContaining("stop here");
          assertThat(AdbcSql.query(connection, "SELECT 2")).isEqualTo(List.of(List.of(2)));
        });
  }

  private void updates() throws Exception {
    access.with(
        "adbc",
        connection -> {
          AdbcSql.createTable(connection, "adbc_updates");
          assertThat(
                  AdbcSql.update(connection, "INSERT INTO adbc_updates VALUES (1, 'a'), (2, 'b')"))
              .isEqualTo(2);
          assertThat(AdbcSql.query(connection, "SELECT sum(id) FROM adbc_updates"))
              .isEqualTo(List.of(List.of(3L)));
          long unused = AdbcSql.update(connection, "DROP TABLE adbc_updates");
        });
  }

  private void metadata() throws Exception {
    access.with(
        "adbc",
        connection -> {
          long unused =
              AdbcSql.update(
                  connection, "CREATE OR REPLACE VIEW adbc_view AS SELECT 1 AS a, 'x' AS b");
          try (ArrowReader reader =
              connection.getObjects(
                  AdbcConnection.GetObjectsDepth.TABLES, null, null, "adbc_view", null, null)) {
            assertThat(AdbcSql.rows(reader).toString()).contains("adbc_view", "VIEW");
          }
          long dropped = AdbcSql.update(connection, "DROP VIEW adbc_view");
          assertThat(dropped).isLessThanOrEqualTo(0);
        });
  }

  private void facts() throws Exception {
    access.with(
        "adbc",
        connection -> {
          try (ArrowReader reader = connection.getInfo()) {
            assertThat(AdbcSql.rows(reader)).isNotEmpty();
          }
        });
  }

  private void schema() throws Exception {
    access.with(
        "adbc",
        connection -> {
          try (AdbcStatement statement =
              AdbcSql.statement(connection, "SELECT 1L AS a, 'x' AS b")) {
            assertThat(statement.executeSchema().getFields()).hasSize(2);
          }
        });
  }

  private void partitions() throws Exception {
    access.with(
        "adbc",
        connection -> {
          int total = 0;
          try (AdbcStatement statement =
              AdbcSql.statement(connection, "SELECT id FROM range(0, %d, 1, 8)".formatted(ROWS))) {
            for (PartitionDescriptor partition :
                statement.executePartitioned().getPartitionDescriptors()) {
              try (ArrowReader reader = connection.readPartition(partition.getDescriptor())) {
                total += AdbcSql.rows(reader).size();
              }
            }
          }
          assertThat(total).isEqualTo(ROWS);
        });
  }
}
