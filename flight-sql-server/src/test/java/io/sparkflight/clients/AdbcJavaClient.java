package io.sparkflight.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkflight.clients.JavaFeatures.LimitException;
import io.sparkflight.testing.FlightRows;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.adbc.core.AdbcConnection;
import org.apache.arrow.adbc.core.AdbcDatabase;
import org.apache.arrow.adbc.core.AdbcDriver;
import org.apache.arrow.adbc.core.AdbcException;
import org.apache.arrow.adbc.core.AdbcStatement;
import org.apache.arrow.adbc.core.AdbcStatusCode;
import org.apache.arrow.adbc.core.BulkIngestMode;
import org.apache.arrow.adbc.core.PartitionDescriptor;
import org.apache.arrow.adbc.driver.flightsql.FlightSqlDriver;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.util.Text;

/** ADBC's driver for Flight SQL in Java. */
final class AdbcJavaClient implements Client {
  private static final int ROWS = 300_000;

  /** Whoever gives no name. */
  private static final String NOBODY = "";

  private final BufferAllocator memory;
  private String uri = "";

  AdbcJavaClient(BufferAllocator memory) {
    this.memory = memory;
  }

  @Override
  public String name() {
    return "ADBC Java";
  }

  @Override
  public List<Feature> features(String authority) throws Exception {
    uri = "grpc+tcp://" + authority;
    return new JavaFeatures()
        .add("session of a user", this::sessions)
        .add("time zone of a session", this::timeZone)
        .add("result of many batches", this::manyBatches)
        .add("packed result (LZ4, ZSTD)", this::packed)
        .add("global order", this::globalOrder)
        .add("no rows, with a schema", this::noRows)
        .add("errors with status and words", this::failures)
        .add("DDL and DML with counts", this::updates)
        .add("prepared once, executed again", this::prepared)
        .add("parameters of a query", this::parameters)
        .add("many rows of parameters", this::manyParameters)
        .add("bulk ingest", this::ingest)
        .add("catalogs, schemas, tables, columns", this::metadata)
        .add("facts about the server", this::facts)
        .add("schema before execution", this::schema)
        .add("partitions read one by one", this::partitions)
        .tryAll();
  }

  @Override
  public List<Value> values(String authority, List<String> expressions) throws Exception {
    uri = "grpc+tcp://" + authority;
    List<Value> values = new ArrayList<>();
    with(
        "adbc",
        connection -> {
          long unused = update(connection, CompatibilityIT.IN_UTC);
          for (String expression : expressions) {
            try (AdbcStatement statement = statement(connection, "SELECT " + expression + " AS v");
                AdbcStatement.QueryResult result = statement.executeQuery()) {
              values.add(value(result.getReader()));
            }
          }
        });
    return values;
  }

  @Override
  public List<Bound> bind(String authority, List<Parameter> parameters) throws Exception {
    uri = "grpc+tcp://" + authority;
    List<Bound> bound = new ArrayList<>();
    with(
        NOBODY,
        connection -> {
          long unused = update(connection, CompatibilityIT.IN_UTC);
          for (Parameter parameter : parameters) {
            bound.add(bind(connection, parameter));
          }
        });
    return bound;
  }

  private static Bound bind(AdbcConnection connection, Parameter parameter) throws Exception {
    try (AdbcStatement value = statement(connection, "SELECT " + parameter.expression() + " AS v");
        AdbcStatement.QueryResult result = value.executeQuery();
        AdbcStatement query = statement(connection, parameter.query())) {
      assertThat(result.getReader().loadNextBatch()).isTrue();
      query.prepare();
      query.bind(result.getReader().getVectorSchemaRoot());
      return new Bound(rows(query).get(0).get(0).toString(), "");
    } catch (AdbcException | RuntimeException e) {
      return new Bound("", String.valueOf(e.getMessage()));
    }
  }

  private static Value value(ArrowReader reader) throws Exception {
    assertThat(reader.loadNextBatch()).isTrue();
    VectorSchemaRoot batch = reader.getVectorSchemaRoot();
    Object value = batch.getVector(0).getObject(0);
    String text =
        value == null
            ? "null"
            : "%s %s"
                .formatted(
                    value.getClass().getSimpleName(),
                    value instanceof byte[] bytes ? bytes.length + " bytes" : value);
    return new Value(batch.getSchema().getFields().get(0).getType().toString(), text);
  }

  /** What is done with a new connection. */
  private interface Use {
    void of(AdbcConnection connection) throws Exception;
  }

  private void with(String user, Use use) throws Exception {
    Map<String, Object> parameters = new HashMap<>();
    AdbcDriver.PARAM_URI.set(parameters, uri);
    if (!user.equals(NOBODY)) {
      AdbcDriver.PARAM_USERNAME.set(parameters, user);
      AdbcDriver.PARAM_PASSWORD.set(parameters, "any");
    }
    try (AdbcDatabase database = new FlightSqlDriver(memory).open(parameters);
        AdbcConnection connection = database.connect()) {
      use.of(connection);
    }
  }

  private static AdbcStatement statement(AdbcConnection connection, String sql)
      throws AdbcException {
    AdbcStatement statement = connection.createStatement();
    statement.setSqlQuery(sql);
    return statement;
  }

  private static List<List<Object>> rows(AdbcStatement statement) throws Exception {
    try (AdbcStatement.QueryResult result = statement.executeQuery()) {
      return rows(result.getReader());
    }
  }

  private static List<List<Object>> rows(ArrowReader reader) throws Exception {
    List<List<Object>> rows = new ArrayList<>();
    reader.getVectorSchemaRoot(); // this driver's readers are not ready before
    while (reader.loadNextBatch()) {
      rows.addAll(FlightRows.of(reader.getVectorSchemaRoot()));
    }
    return rows;
  }

  private static List<List<Object>> query(AdbcConnection connection, String sql) throws Exception {
    try (AdbcStatement statement = statement(connection, sql)) {
      return rows(statement);
    }
  }

  private static long update(AdbcConnection connection, String sql) throws Exception {
    try (AdbcStatement statement = statement(connection, sql)) {
      return statement.executeUpdate().getAffectedRows();
    }
  }

  private void sessions() throws Exception {
    with(
        "ada",
        ada -> {
          long unused = update(ada, "CREATE OR REPLACE TEMPORARY VIEW hers AS SELECT 5 AS n");
          assertThat(query(ada, "SELECT n FROM hers")).isEqualTo(List.of(List.of(5)));
          with(
              "bob",
              bob ->
                  assertThatThrownBy(() -> query(bob, "SELECT n FROM hers"))
                      .hasMessageContaining("TABLE_OR_VIEW_NOT_FOUND"));
        });
  }

  private void timeZone() throws Exception {
    with(
        "adbc",
        connection -> {
          long unused = update(connection, "SET TIME ZONE '+7'");
          try (AdbcStatement statement =
                  statement(connection, "SELECT timestamp'2024-07-01 12:00:00' t");
              AdbcStatement.QueryResult result = statement.executeQuery()) {
            assertThat(value(result.getReader()))
                .isEqualTo(new Value("Timestamp(MICROSECOND, +07:00)", "Long 1719810000000000"));
          }
        });
  }

  private void manyBatches() throws Exception {
    with(
        "adbc",
        connection ->
            assertThat(
                    query(
                            connection,
                            "SELECT id, repeat('x', 100) FROM range(0, %d, 1, 8)".formatted(ROWS))
                        .stream()
                        .map(row -> row.get(0))
                        .distinct())
                .hasSize(ROWS));
  }

  private void packed() throws Exception {
    with(
        "adbc",
        connection -> {
          update(connection, "SET spark.flight.result.compression = lz4");
          assertThatThrownBy(() -> query(connection, "SELECT id FROM range(0, 5000, 1, 2)"))
              .hasStackTraceContaining("arrow-compression");
        });
    throw new LimitException("without Arrow's module arrow-compression, which this driver names");
  }

  private void globalOrder() throws Exception {
    with(
        "adbc",
        connection -> {
          List<List<Object>> rows =
              query(
                  connection, "SELECT id FROM range(0, %d, 1, 8) ORDER BY id DESC".formatted(ROWS));
          assertThat(rows).hasSize(ROWS);
          for (int row = 0; row < ROWS; row++) {
            assertThat(rows.get(row).get(0)).isEqualTo(ROWS - 1L - row);
          }
        });
  }

  private void noRows() throws Exception {
    with(
        "adbc",
        connection -> {
          try (AdbcStatement statement =
                  statement(
                      connection, "SELECT id, string(id) AS name FROM range(10) WHERE id < 0");
              AdbcStatement.QueryResult result = statement.executeQuery()) {
            assertThat(result.getReader().getVectorSchemaRoot().getSchema().getFields()).hasSize(2);
            assertThat(result.getReader().loadNextBatch()).isFalse();
          }
        });
  }

  private void failures() throws Exception {
    with(
        "adbc",
        connection -> {
          assertThatThrownBy(() -> query(connection, "SELEC 1"))
              .isInstanceOfSatisfying(
                  AdbcException.class,
                  e -> assertThat(e.getStatus()).isEqualTo(AdbcStatusCode.INVALID_ARGUMENT))
              .hasMessageContaining("PARSE_SYNTAX_ERROR");
          assertThatThrownBy(
                  () -> query(connection, "SELECT raise_error('stop here') FROM range(0, 9, 1, 3)"))
              .hasStackTraceContaining("stop here");
          assertThat(query(connection, "SELECT 2")).isEqualTo(List.of(List.of(2)));
        });
  }

  private void updates() throws Exception {
    with(
        "adbc",
        connection -> {
          createTable(connection, "adbc_updates");
          assertThat(update(connection, "INSERT INTO adbc_updates VALUES (1, 'a'), (2, 'b')"))
              .isEqualTo(2);
          assertThat(query(connection, "SELECT sum(id) FROM adbc_updates"))
              .isEqualTo(List.of(List.of(3L)));
          long unused = update(connection, "DROP TABLE adbc_updates");
        });
  }

  private static void createTable(AdbcConnection connection, String name) throws Exception {
    long dropped = update(connection, "DROP TABLE IF EXISTS " + name);
    long created =
        update(
            connection, "CREATE TABLE %s (id BIGINT, name STRING) USING parquet".formatted(name));
    assertThat(created).isEqualTo(dropped);
  }

  private void prepared() throws Exception {
    with(
        NOBODY,
        connection -> {
          try (AdbcStatement statement = statement(connection, "SELECT count(*) FROM range(100)")) {
            statement.prepare();
            for (int time = 0; time < 3; time++) {
              assertThat(rows(statement)).isEqualTo(List.of(List.of(100L)));
            }
          }
        });
    with("adbc", AdbcJavaClient::refusePrepared);
    throw new LimitException(
        "with a user name; the driver executes prepared statements without the credentials");
  }

  private static void refusePrepared(AdbcConnection connection) throws AdbcException {
    try (AdbcStatement statement = statement(connection, "SELECT count(*) FROM range(100)")) {
      statement.prepare();
      assertThatThrownBy(() -> rows(statement))
          .isInstanceOfSatisfying(
              AdbcException.class,
              e -> assertThat(e.getStatus()).isEqualTo(AdbcStatusCode.NOT_FOUND));
    } catch (AdbcException e) {
      throw e;
    } catch (Exception e) { // AutoCloseable says that it may throw anything
      throw new AssertionError(e);
    }
  }

  private void parameters() throws Exception {
    with(
        NOBODY,
        connection -> {
          for (long value : new long[] {7, 70}) {
            try (AdbcStatement statement =
                    statement(connection, "SELECT count(*) FROM range(100) WHERE id < ?");
                BigIntVector ids = new BigIntVector("0", memory)) {
              statement.prepare();
              ids.setSafe(0, value);
              VectorSchemaRoot root = VectorSchemaRoot.of(ids);
              root.setRowCount(1);
              statement.bind(root);
              assertThat(rows(statement)).isEqualTo(List.of(List.of(value)));
            }
          }
        });
  }

  private void manyParameters() throws Exception {
    with(
        NOBODY,
        connection -> {
          createTable(connection, "adbc_many");
          try (AdbcStatement statement =
                  statement(connection, "INSERT INTO adbc_many VALUES (?, ?)");
              BigIntVector ids = new BigIntVector("0", memory);
              VarCharVector names = new VarCharVector("1", memory)) {
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
          assertThat(query(connection, "SELECT sum(id) + count(name) FROM adbc_many"))
              .isEqualTo(List.of(List.of(9L)));
          long unused = update(connection, "DROP TABLE adbc_many");
        });
  }

  /** This driver ingests by CREATE TABLE and a prepared INSERT with many rows of parameters. */
  private void ingest() throws Exception {
    with(
        NOBODY,
        connection -> {
          long unused = update(connection, "SET spark.sql.legacy.createHiveTableByDefault = false");
          long dropped = update(connection, "DROP TABLE IF EXISTS adbc_ingest");
          try (AdbcStatement statement =
                  connection.bulkIngest("adbc_ingest", BulkIngestMode.CREATE);
              BigIntVector ids = new BigIntVector("id", memory)) {
            for (int row = 0; row < 3; row++) {
              ids.setSafe(row, row + 1);
            }
            VectorSchemaRoot root = VectorSchemaRoot.of(ids);
            root.setRowCount(3);
            statement.bind(root);
            assertThat(statement.executeUpdate().getAffectedRows()).isEqualTo(3);
          }
          assertThat(query(connection, "SELECT sum(id) FROM adbc_ingest"))
              .isEqualTo(List.of(List.of(6L)));
          assertThat(update(connection, "DROP TABLE adbc_ingest")).isEqualTo(dropped);
        });
  }

  private void metadata() throws Exception {
    with(
        "adbc",
        connection -> {
          long unused =
              update(connection, "CREATE OR REPLACE VIEW adbc_view AS SELECT 1 AS a, 'x' AS b");
          try (ArrowReader reader =
              connection.getObjects(
                  AdbcConnection.GetObjectsDepth.TABLES, null, null, "adbc_view", null, null)) {
            assertThat(rows(reader).toString()).contains("adbc_view", "VIEW");
          }
          long dropped = update(connection, "DROP VIEW adbc_view");
          assertThat(dropped).isLessThanOrEqualTo(0);
        });
  }

  private void facts() throws Exception {
    with(
        "adbc",
        connection -> {
          try (ArrowReader reader = connection.getInfo()) {
            assertThat(rows(reader)).isNotEmpty();
          }
        });
  }

  private void schema() throws Exception {
    with(
        "adbc",
        connection -> {
          try (AdbcStatement statement = statement(connection, "SELECT 1L AS a, 'x' AS b")) {
            assertThat(statement.executeSchema().getFields()).hasSize(2);
          }
        });
  }

  private void partitions() throws Exception {
    with(
        "adbc",
        connection -> {
          int total = 0;
          try (AdbcStatement statement =
              statement(connection, "SELECT id FROM range(0, %d, 1, 8)".formatted(ROWS))) {
            for (PartitionDescriptor partition :
                statement.executePartitioned().getPartitionDescriptors()) {
              try (ArrowReader reader = connection.readPartition(partition.getDescriptor())) {
                total += rows(reader).size();
              }
            }
          }
          assertThat(total).isEqualTo(ROWS);
        });
  }
}
