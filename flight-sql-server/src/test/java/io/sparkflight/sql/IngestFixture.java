package io.sparkflight.sql;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.sparkflight.testing.FlightRows;
import io.sparkflight.testing.FlightSqlServerExtension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.arrow.flight.CallOption;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.sql.FlightSqlClient;
import org.apache.arrow.flight.sql.FlightSqlClient.ExecuteIngestOptions;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementIngest.TableDefinitionOptions;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementIngest.TableDefinitionOptions.TableExistsOption;
import org.apache.arrow.flight.sql.impl.FlightSql.CommandStatementIngest.TableDefinitionOptions.TableNotExistOption;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;

/** A client that ingests, and looks at what has become of it. */
final class IngestFixture implements AutoCloseable {
  /** What is to become of a table. */
  enum Mode {
    CREATE(
        TableNotExistOption.TABLE_NOT_EXIST_OPTION_CREATE,
        TableExistsOption.TABLE_EXISTS_OPTION_FAIL),
    APPEND(
        TableNotExistOption.TABLE_NOT_EXIST_OPTION_FAIL,
        TableExistsOption.TABLE_EXISTS_OPTION_APPEND),
    CREATE_APPEND(
        TableNotExistOption.TABLE_NOT_EXIST_OPTION_CREATE,
        TableExistsOption.TABLE_EXISTS_OPTION_APPEND),
    REPLACE(
        TableNotExistOption.TABLE_NOT_EXIST_OPTION_CREATE,
        TableExistsOption.TABLE_EXISTS_OPTION_REPLACE);

    private final TableDefinitionOptions options;

    Mode(TableNotExistOption missing, TableExistsOption existing) {
      options =
          TableDefinitionOptions.newBuilder().setIfNotExist(missing).setIfExists(existing).build();
    }

    TableDefinitionOptions options() {
      return options;
    }
  }

  private final FlightSqlServerExtension server;
  private final FlightSqlClient client;
  private final CallOption[] call;

  IngestFixture(FlightSqlServerExtension server, CallOption... call) {
    this.server = server;
    this.client = server.flightSql();
    this.call = call;
  }

  FlightSqlClient client() {
    return client;
  }

  /** Ingests vectors, which it closes, and says how many rows the server counted. */
  long ingest(String table, Mode mode, FieldVector... columns) {
    return ingest(options(table, mode, null, Map.of()), columns);
  }

  long ingest(ExecuteIngestOptions options, FieldVector... columns) {
    try (VectorSchemaRoot root = ParameterVectors.root(columns)) {
      return client.executeIngest(root, options, call);
    }
  }

  /** Ingests under an id. */
  long once(String id, String table, Mode mode, FieldVector... columns) {
    return ingest(options(table, mode, null, Map.of("ingest.id", id)), columns);
  }

  static ExecuteIngestOptions options(
      String table, Mode mode, @Nullable String schema, Map<String, String> options) {
    return new ExecuteIngestOptions(table, mode.options(), null, schema, options);
  }

  static ExecuteIngestOptions temporary(String table, Mode mode) {
    return new ExecuteIngestOptions(table, mode.options(), true, null, null, Map.of());
  }

  /** A column {@code id}. */
  FieldVector ids(@Nullable Long... values) {
    return longs("id", values);
  }

  /** A column of numbers. */
  FieldVector longs(String column, @Nullable Long... values) {
    BigIntVector vector = new BigIntVector(column, server.memory());
    vector.allocateNew(values.length);
    for (int i = 0; i < values.length; i++) {
      Long value = values[i];
      if (value != null) {
        vector.set(i, value);
      }
    }
    vector.setValueCount(values.length);
    return vector;
  }

  /** A column {@code name}. */
  FieldVector names(String... values) {
    VarCharVector vector = new VarCharVector("name", server.memory());
    for (int i = 0; i < values.length; i++) {
      vector.setSafe(i, values[i].getBytes(UTF_8));
    }
    vector.setValueCount(values.length);
    return vector;
  }

  /**
   * Makes the folder of a table what it is when a server is killed while it moves the files of an
   * ingest into the table.
   *
   * @param moved one of the files
   * @param done the mark of that ingest, which had come to its end
   * @return the mark of an ingest that is being done
   */
  static Path asIfKilledWhileMoving(Path moved, Path done) throws IOException {
    String job = String.valueOf(moved.getFileName()).replaceAll("part-\\d+-(.*)-c\\d+.*", "$1");
    Path pending = Path.of(done.toString().replace(".done", ".pending"));
    Files.writeString(pending, job + "\nend\n");
    Files.delete(done);
    Files.deleteIfExists(done.resolveSibling("." + done.getFileName() + ".crc"));
    return pending;
  }

  List<List<Object>> query(String sql) {
    return FlightRows.of(client, client.execute(sql, call), call);
  }

  void run(String sql) {
    FlightInfo info = client.execute(sql, call);
    FlightRows.of(client, info, call);
  }

  /**
   * Asserts that a call ends with a status and a sentence that has all words, and no stack trace.
   */
  static void fails(ThrowingCallable call, FlightStatusCode code, String... words) {
    FlightRuntimeException failure = catchThrowableOfType(FlightRuntimeException.class, call);
    assertThat(failure).as("a failure that says %s", (Object) words).isNotNull();
    assertThat(failure.getMessage()).contains(words).doesNotContain("\tat ", "Driver stacktrace");
    assertThat(failure.status().code()).isEqualTo(code);
  }

  @Override
  public void close() throws Exception {
    client.close();
  }
}
