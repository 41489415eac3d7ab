package io.sparkflight.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkflight.clients.JavaFeatures.LimitException;
import java.util.List;
import org.apache.arrow.adbc.core.AdbcConnection;
import org.apache.arrow.adbc.core.AdbcException;
import org.apache.arrow.adbc.core.AdbcStatement;
import org.apache.arrow.adbc.core.AdbcStatusCode;
import org.apache.arrow.adbc.core.BulkIngestMode;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.util.Text;

/** What ADBC in Java does by prepared statements, tried on a server. */
record AdbcPrepared(AdbcAccess access) {
  void prepared() throws Exception {
    access.with(
        AdbcAccess.NOBODY,
        connection -> {
          try (AdbcStatement statement =
              AdbcSql.statement(connection, "SELECT count(*) FROM range(100)")) {
            statement.prepare();
            for (int time = 0; time < 3; time++) {
              assertThat(AdbcSql.rows(statement)).isEqualTo(List.of(List.of(100L)));
            }
          }
        });
    access.with("adbc", AdbcPrepared::refusePrepared);
    throw new LimitException(
        "with a user name; the driver executes prepared statements without the credentials");
  }

  private static void refusePrepared(AdbcConnection connection) throws AdbcException {
    try (AdbcStatement statement =
        AdbcSql.statement(connection, "SELECT count(*) FROM range(100)")) {
      statement.prepare();
      assertThatThrownBy(() -> AdbcSql.rows(statement))
          .isInstanceOfSatisfying(
              AdbcException.class,
              e -> assertThat(e.getStatus()).isEqualTo(AdbcStatusCode.NOT_FOUND));
    } catch (AdbcException e) {
      throw e;
    } catch (Exception e) { // AutoCloseable says that it may throw anything
      throw new AssertionError(e);
    }
  }

  void parameters() throws Exception {
    access.with(
        AdbcAccess.NOBODY,
        connection -> {
          for (long value : new long[] {7, 70}) {
            try (AdbcStatement statement =
                    AdbcSql.statement(connection, "SELECT count(*) FROM range(100) WHERE id < ?");
                BigIntVector ids = new BigIntVector("0", access.memory())) {
              statement.prepare();
              ids.setSafe(0, value);
              VectorSchemaRoot root = VectorSchemaRoot.of(ids);
              root.setRowCount(1);
              statement.bind(root);
              assertThat(AdbcSql.rows(statement)).isEqualTo(List.of(List.of(value)));
            }
          }
        });
  }

  void manyParameters() throws Exception {
    access.with(
        AdbcAccess.NOBODY,
        connection -> {
          AdbcSql.createTable(connection, "adbc_many");
          try (AdbcStatement statement =
                  AdbcSql.statement(connection, "INSERT INTO adbc_many VALUES (?, ?)");
              BigIntVector ids = new BigIntVector("0", access.memory());
              VarCharVector names = new VarCharVector("1", access.memory())) {
            for (int row = 0; row < 3; row++) {
              ids.setSafe(row, row + 1);
              names.setSafe(row, new Text("row " + row));
            }
            VectorSchemaRoot root = VectorSchemaRoot.of(ids, names);
            root.setRowCount(3);
            statement.prepare();
            statement.bind(root);
            assertThat(statement.executeUpdate().getAffectedRows()).isEqualTo(3);
          }
          assertThat(AdbcSql.query(connection, "SELECT sum(id) + count(name) FROM adbc_many"))
              .isEqualTo(List.of(List.of(9L)));
          long unused = AdbcSql.update(connection, "DROP TABLE adbc_many");
        });
  }

  /** This driver ingests by CREATE TABLE and a prepared INSERT with many rows of parameters. */
  void ingest() throws Exception {
    access.with(
        AdbcAccess.NOBODY,
        connection -> {
          long unused =
              AdbcSql.update(connection, "SET spark.sql.legacy.createHiveTableByDefault = false");
          long dropped = AdbcSql.update(connection, "DROP TABLE IF EXISTS adbc_ingest");
          try (AdbcStatement statement =
                  connection.bulkIngest("adbc_ingest", BulkIngestMode.CREATE);
              BigIntVector ids = new BigIntVector("id", access.memory())) {
            for (int row = 0; row < 3; row++) {
              ids.setSafe(row, row + 1);
            }
            VectorSchemaRoot root = VectorSchemaRoot.of(ids);
            root.setRowCount(3);
            statement.bind(root);
            assertThat(statement.executeUpdate().getAffectedRows()).isEqualTo(3);
          }
          assertThat(AdbcSql.query(connection, "SELECT sum(id) FROM adbc_ingest"))
              .isEqualTo(List.of(List.of(6L)));
          assertThat(AdbcSql.update(connection, "DROP TABLE adbc_ingest")).isEqualTo(dropped);
        });
  }
}
