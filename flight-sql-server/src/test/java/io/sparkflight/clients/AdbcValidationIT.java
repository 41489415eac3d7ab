package io.sparkflight.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkflight.clients.KnownLimits.Limit;
import io.sparkflight.testing.Canonical;
import io.sparkflight.testing.FlightRows;
import io.sparkflight.testing.FlightSqlServerExtension;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.arrow.adbc.core.AdbcConnection;
import org.apache.arrow.adbc.core.AdbcConnection.GetObjectsDepth;
import org.apache.arrow.adbc.core.AdbcDatabase;
import org.apache.arrow.adbc.core.AdbcException;
import org.apache.arrow.adbc.core.AdbcInfoCode;
import org.apache.arrow.adbc.core.AdbcStatement;
import org.apache.arrow.adbc.core.AdbcStatusCode;
import org.apache.arrow.adbc.core.BulkIngestMode;
import org.apache.arrow.adbc.core.PartitionDescriptor;
import org.apache.arrow.adbc.core.StandardSchemas;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.arrow.vector.util.Text;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What the project ADBC validates its Java drivers with, case by case under its names; that suite
 * is not published, so the cases are written anew.
 */
class AdbcValidationIT {
  @RegisterExtension static final FlightSqlServerExtension SERVER = new FlightSqlServerExtension();

  private static final String DRIVER = "version 0.20 of the driver does not do it";
  private static final String SPARK = "Spark has no transactions, and the driver asks for them";
  private static final String NO_TRANSACTIONS = "Transaction methods are not supported";
  private static final String ONE_ROW = "a query is executed with one row of values";
  private static final String ONE_RESULT = "Cannot bind 2 rows of values to an execution";

  @RegisterExtension
  static final KnownLimits LIMITS =
      new KnownLimits(
          Map.ofEntries(
              entry("bulkIngestAppend", "the driver calls texts CLOB", "data type \"CLOB\""),
              entry("prepareQueryWithParametersNoOp", ONE_ROW, ONE_RESULT),
              entry("prepareQueryWithParameters", ONE_ROW, ONE_RESULT),
              entry("getObjectsConstraints", "Spark has no constraints", "PARSE_SYNTAX_ERROR"),
              entry(
                  "getObjectsColumns",
                  "the driver wants an older flight-sql-jdbc-core than the JDBC driver",
                  "NoSuchMethodError"),
              entry("getTableSchema", DRIVER, "does not support getTableSchema"),
              entry("getTableSchemaDoesNotExist", DRIVER, "does not support getTableSchema"),
              entry("getTableTypes", DRIVER, "does not support getTableTypes"),
              entry("currentCatalog", DRIVER, "does not support current catalog"),
              entry("autoCommitByDefault", SPARK, NO_TRANSACTIONS),
              entry("toggleAutoCommit", SPARK, NO_TRANSACTIONS),
              entry("rollback", SPARK, NO_TRANSACTIONS),
              entry("commit", SPARK, NO_TRANSACTIONS),
              entry("enableAutoCommitAlsoCommits", SPARK, NO_TRANSACTIONS)));

  private static final Schema TEXTS =
      new Schema(List.of(Field.nullable("strs", ArrowType.Utf8.INSTANCE)));
  private static final Schema SCHEMA =
      new Schema(
          List.of(Field.nullable("ints", new ArrowType.Int(32, true)), TEXTS.getFields().get(0)));
  private static final List<List<Object>> ROWS =
      List.of(
          FlightRows.row(0, null),
          FlightRows.row(1, "foo"),
          FlightRows.row(2, ""),
          FlightRows.row(null, "asdf"));

  private static Map.Entry<String, Limit> entry(String method, String reason, String words) {
    return Map.entry(method, new Limit(reason, words));
  }

  private AdbcDatabase database;
  private AdbcConnection connection;

  /** The driver creates tables without a format, which Spark takes for Hive's. */
  @BeforeEach
  void connect() throws Exception {
    database = SERVER.adbc();
    connection = database.connect();
    update("SET spark.sql.legacy.createHiveTableByDefault = false");
    update("SET spark.sql.session.timeZone = UTC");
    update("DROP TABLE IF EXISTS validated");
  }

  @AfterEach
  void close() throws Exception {
    connection.close();
    database.close();
  }

  @Test
  void bulkIngestAppend() throws Exception {
    try (VectorSchemaRoot rows = intsAndTexts()) {
      ingest(rows, BulkIngestMode.CREATE);
      assertThat(query("SELECT * FROM validated ORDER BY ints NULLS LAST")).isEqualTo(ROWS);
      ingest(rows, BulkIngestMode.APPEND);
      assertThat(query("SELECT ints, strs, count(*) FROM validated GROUP BY ints, strs"))
          .hasSize(4)
          .allSatisfy(row -> assertThat(row.get(2)).isEqualTo(2L));
    }
  }

  /**
   * Not the suite's: what its first case can be done with, as long as the driver creates no texts.
   */
  @Test
  void bulkIngestAppendToATableThatIsThere() throws Exception {
    createTable();
    try (VectorSchemaRoot rows = intsAndTexts()) {
      ingest(rows, BulkIngestMode.APPEND);
    }
    assertThat(query("SELECT ints, strs, count(*) FROM validated GROUP BY ints, strs"))
        .hasSize(4)
        .allSatisfy(row -> assertThat(row.get(2)).isEqualTo(2L));
  }

  /** With a text; the suite's null is a value of every type here. */
  @Test
  void bulkIngestAppendConflict() throws Exception {
    Schema schema = new Schema(List.of(Field.nullable("ints", ArrowType.Utf8.INSTANCE)));
    try (VectorSchemaRoot rows = ints(0, 1);
        VectorSchemaRoot others = VectorSchemaRoot.create(schema, SERVER.memory())) {
      ingest(rows, BulkIngestMode.CREATE);
      ((VarCharVector) others.getVector(0)).setSafe(0, new Text("foo"));
      others.setRowCount(1);
      assertThatThrownBy(() -> ingest(others, BulkIngestMode.APPEND))
          .isInstanceOf(AdbcException.class);
      assertThat(query("SELECT sum(ints) FROM validated")).isEqualTo(List.of(List.of(1L)));
    }
  }

  @Test
  void bulkIngestAppendNotFound() throws Exception {
    try (VectorSchemaRoot rows = intsAndTexts()) {
      assertStatus(() -> ingest(rows, BulkIngestMode.APPEND), AdbcStatusCode.NOT_FOUND);
    }
  }

  @Test
  void bulkIngestCreateConflict() throws Exception {
    try (VectorSchemaRoot rows = ints(0, 1)) {
      ingest(rows, BulkIngestMode.CREATE);
      assertStatus(() -> ingest(rows, BulkIngestMode.CREATE), AdbcStatusCode.ALREADY_EXISTS);
    }
  }

  @Test
  void executeSchema() throws Exception {
    createTable();
    try (AdbcStatement statement = statement("SELECT strs FROM validated")) {
      assertThat(statement.executeSchema()).isEqualTo(TEXTS);
    }
  }

  @Test
  void executeSchemaPrepared() throws Exception {
    createTable();
    try (AdbcStatement statement = statement("SELECT strs FROM validated")) {
      statement.prepare();
      assertThat(statement.executeSchema()).isEqualTo(TEXTS);
    }
  }

  @Test
  void executeSchemaParams() throws Exception {
    try (AdbcStatement statement = statement("SELECT ? AS strs");
        VectorSchemaRoot row = VectorSchemaRoot.create(TEXTS, SERVER.memory())) {
      statement.prepare();
      assertThat(statement.executeSchema().getFields()).hasSize(1);
      ((VarCharVector) row.getVector(0)).setSafe(0, new Text("foo"));
      row.setRowCount(1);
      statement.bind(row);
      assertThat(statement.executeSchema()).isEqualTo(TEXTS);
    }
  }

  @Test
  void prepareQuery() throws Exception {
    createTable();
    try (AdbcStatement statement = statement("SELECT * FROM validated")) {
      statement.prepare();
      try (AdbcStatement.QueryResult result = statement.executeQuery()) {
        assertThat(result.getReader().getVectorSchemaRoot().getSchema()).isEqualTo(SCHEMA);
        assertThat(rows(result.getReader())).containsExactlyInAnyOrderElementsOf(ROWS);
      }
    }
  }

  @Test
  void prepareQueryWithParametersNoOp() throws Exception {
    createTable();
    try (AdbcStatement statement = statement("SELECT * FROM validated WHERE ints = ?");
        VectorSchemaRoot values = ints(1, 2)) {
      statement.prepare();
      statement.bind(values);
      statement.executeQuery().close();
    }
  }

  @Test
  void prepareQueryWithParameters() throws Exception {
    createTable();
    try (AdbcStatement statement = statement("SELECT strs FROM validated WHERE ints = ?");
        VectorSchemaRoot one = ints(0);
        VectorSchemaRoot two = ints(1, 2)) {
      statement.prepare();
      statement.bind(one);
      assertThat(rows(statement)).isEqualTo(List.of(FlightRows.row((Object) null)));
      statement.bind(two);
      assertThat(rows(statement)).isEqualTo(List.of(List.of("foo"), List.of("")));
    }
  }

  @Test
  void getInfo() throws Exception {
    try (ArrowReader reader = connection.getInfo()) {
      assertThat(reader.getVectorSchemaRoot().getSchema())
          .isEqualTo(StandardSchemas.GET_INFO_SCHEMA);
      assertThat(rows(reader)).isNotEmpty();
    }
  }

  @Test
  void getInfoByCode() throws Exception {
    try (ArrowReader reader = connection.getInfo(new AdbcInfoCode[] {AdbcInfoCode.DRIVER_NAME})) {
      List<List<Object>> rows = rows(reader);
      assertThat(rows).hasSize(1);
      assertThat(rows.get(0).get(0)).isEqualTo(AdbcInfoCode.DRIVER_NAME.getValue());
      assertThat(rows.get(0).get(1).toString()).isNotEmpty();
    }
  }

  @Test
  void getObjectsConstraints() throws Exception {
    update("CREATE TABLE validated (ints INT NOT NULL, PRIMARY KEY (ints)) USING parquet");
    assertThat(objects(GetObjectsDepth.ALL, null)).contains("PRIMARY KEY");
  }

  @Test
  void getObjectsColumns() throws Exception {
    createTable();
    assertThat(objects(GetObjectsDepth.ALL, null))
        .containsPattern(
            "\"table_name\":\"validated\".*\"column_name\":\"ints\",\"ordinal_position\":1")
        .containsPattern("\"column_name\":\"strs\",\"ordinal_position\":2");
  }

  @Test
  void getObjectsCatalogs() throws Exception {
    assertThat(objects(GetObjectsDepth.CATALOGS, null))
        .contains("spark_catalog")
        .doesNotContain("db_schema_name");
  }

  @Test
  void getObjectsCatalogsPattern() throws Exception {
    assertThat(objects(GetObjectsDepth.CATALOGS, "spark_catalog"))
        .contains("spark_catalog")
        .doesNotContain("db_schema_name");
    assertThat(objects(GetObjectsDepth.CATALOGS, "other")).doesNotContain("spark_catalog");
  }

  @Test
  void getObjectsDbSchemas() throws Exception {
    assertThat(objects(GetObjectsDepth.DB_SCHEMAS, null))
        .contains("\"db_schema_name\":\"default\"");
  }

  @Test
  void getObjectsTables() throws Exception {
    createTable();
    assertThat(objects(GetObjectsDepth.TABLES, null)).contains("\"table_name\":\"validated\"");
  }

  @Test
  void getTableSchema() throws Exception {
    createTable();
    assertThat(connection.getTableSchema(null, null, "validated")).isEqualTo(SCHEMA);
  }

  @Test
  void getTableSchemaDoesNotExist() {
    assertStatus(
        () -> connection.getTableSchema(null, null, "DOESNOTEXIST"), AdbcStatusCode.NOT_FOUND);
  }

  @Test
  void getTableTypes() throws Exception {
    try (ArrowReader reader = connection.getTableTypes()) {
      assertThat(reader.getVectorSchemaRoot().getSchema())
          .isEqualTo(StandardSchemas.TABLE_TYPES_SCHEMA);
      assertThat(rows(reader)).contains(List.of("TABLE"), List.of("VIEW"));
    }
  }

  @Test
  void currentCatalog() throws Exception {
    assertThat(connection.getCurrentCatalog()).isEqualTo("spark_catalog");
    connection.setCurrentCatalog("spark_catalog");
    assertThat(connection.getCurrentDbSchema()).isEqualTo("default");
    connection.setCurrentDbSchema("default");
    assertThat(connection.getCurrentDbSchema()).isEqualTo("default");
  }

  @Test
  void multipleConnections() throws Exception {
    try (AdbcConnection other = database.connect()) {
      assertThat(query(other, "SELECT 1")).isEqualTo(query("SELECT 1"));
    }
  }

  @Test
  void readOnly() throws Exception {
    assertThat(connection.getReadOnly()).isFalse();
  }

  @Test
  void isolationLevel() throws Exception {
    assertThat(connection.getIsolationLevel()).isNotNull();
  }

  @Test
  void autoCommitByDefault() throws Exception {
    assertThat(connection.getAutoCommit()).isTrue();
    assertStatus(connection::commit, AdbcStatusCode.INVALID_STATE);
    assertStatus(connection::rollback, AdbcStatusCode.INVALID_STATE);
  }

  @Test
  void toggleAutoCommit() throws Exception {
    connection.setAutoCommit(true);
    assertThat(connection.getAutoCommit()).isTrue();
    connection.setAutoCommit(false);
    assertThat(connection.getAutoCommit()).isFalse();
  }

  @Test
  void rollback() throws Exception {
    connection.setAutoCommit(false);
    createTable();
    connection.rollback();
    assertThatThrownBy(() -> query("SELECT * FROM validated")).isInstanceOf(AdbcException.class);
  }

  @Test
  void commit() throws Exception {
    connection.setAutoCommit(false);
    createTable();
    connection.commit();
    assertThat(query("SELECT * FROM validated")).hasSize(4);
  }

  @Test
  void enableAutoCommitAlsoCommits() throws Exception {
    connection.setAutoCommit(false);
    createTable();
    connection.setAutoCommit(true);
    assertThat(query("SELECT * FROM validated")).hasSize(4);
  }

  @Test
  void serializeDeserializeQuery() throws Exception {
    createTable();
    List<PartitionDescriptor> partitions;
    try (AdbcStatement statement = statement("SELECT * FROM validated")) {
      partitions = statement.executePartitioned().getPartitionDescriptors();
    }
    List<List<Object>> rows = new ArrayList<>();
    try (AdbcConnection other = database.connect()) {
      for (PartitionDescriptor partition : partitions) {
        try (ArrowReader reader = other.readPartition(partition.getDescriptor())) {
          assertThat(reader.getVectorSchemaRoot().getSchema()).isEqualTo(SCHEMA);
          rows.addAll(rows(reader));
        }
      }
    }
    assertThat(rows).containsExactlyInAnyOrderElementsOf(ROWS);
  }

  /** Spark has no TIME, the one type that the suite has beside these. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "bigint | 42 | Int(64, true) | 42",
        "binary | X'61626364' | Binary | x61626364",
        "boolean | true | Bool | true",
        "date | '2000-01-01' | Date(DAY) | date 10957",
        "int | 42 | Int(32, true) | 42",
        "smallint | 42 | Int(16, true) | 42",
        "string | 'foo' | Utf8 | 'foo'",
        "timestamp_ntz | '2000-01-02 03:04:05.123456' | Timestamp(MICROSECOND, null) | micros 946782245123456",
        "timestamp | '2000-01-02 03:04:05.123456+06:00' | Timestamp(MICROSECOND, UTC) | micros 946760645123456"
      })
  void sqlTypes(String type, String value, String arrow, String canonical) throws Exception {
    update("CREATE TABLE validated (v %s) USING parquet".formatted(type));
    update("INSERT INTO validated SELECT CAST(%s AS %s)".formatted(value, type));
    update("INSERT INTO validated SELECT NULL");
    try (AdbcStatement statement = statement("SELECT v FROM validated ORDER BY v NULLS LAST");
        AdbcStatement.QueryResult result = statement.executeQuery()) {
      assertThat(result.getReader().loadNextBatch()).isTrue();
      VectorSchemaRoot batch = result.getReader().getVectorSchemaRoot();
      assertThat(batch.getSchema()).isEqualTo(statement.executeSchema());
      assertThat(batch.getSchema().findField("v").getType()).hasToString(arrow);
      assertThat(Canonical.ofArrow(batch.getVector(0), 0)).isEqualTo(canonical);
      assertThat(Canonical.ofArrow(batch.getVector(0), 1)).isEqualTo("null");
    }
  }

  private AdbcStatement statement(String sql) throws AdbcException {
    return statement(connection, sql);
  }

  private static AdbcStatement statement(AdbcConnection connection, String sql)
      throws AdbcException {
    AdbcStatement statement = connection.createStatement();
    statement.setSqlQuery(sql);
    return statement;
  }

  private void update(String sql) throws Exception {
    try (AdbcStatement statement = statement(sql)) {
      AdbcStatement.UpdateResult unused = statement.executeUpdate();
    }
  }

  private List<List<Object>> query(String sql) throws Exception {
    return query(connection, sql);
  }

  private static List<List<Object>> query(AdbcConnection connection, String sql) throws Exception {
    try (AdbcStatement statement = statement(connection, sql)) {
      return rows(statement);
    }
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

  /** What is there, as JSON. */
  private String objects(GetObjectsDepth depth, @Nullable String catalog) throws Exception {
    try (ArrowReader reader = connection.getObjects(depth, catalog, null, null, null, null)) {
      assertThat(reader.getVectorSchemaRoot().getSchema())
          .isEqualTo(StandardSchemas.GET_OBJECTS_SCHEMA);
      return rows(reader).toString();
    }
  }

  private void createTable() throws Exception {
    update("CREATE TABLE validated (ints INT, strs STRING) USING parquet");
    update("INSERT INTO validated VALUES (0, NULL), (1, 'foo'), (2, ''), (NULL, 'asdf')");
  }

  private static VectorSchemaRoot ints(int... values) {
    IntVector ints = new IntVector("ints", SERVER.memory());
    for (int row = 0; row < values.length; row++) {
      ints.setSafe(row, values[row]);
    }
    VectorSchemaRoot root = VectorSchemaRoot.of(ints);
    root.setRowCount(values.length);
    return root;
  }

  private static VectorSchemaRoot intsAndTexts() {
    VectorSchemaRoot root = VectorSchemaRoot.create(SCHEMA, SERVER.memory());
    for (int row = 0; row < ROWS.size(); row++) {
      if (ROWS.get(row).get(0) instanceof Integer number) {
        ((IntVector) root.getVector(0)).setSafe(row, number);
      }
      if (ROWS.get(row).get(1) instanceof String text) {
        ((VarCharVector) root.getVector(1)).setSafe(row, new Text(text));
      }
    }
    root.setRowCount(ROWS.size());
    return root;
  }

  private void ingest(VectorSchemaRoot rows, BulkIngestMode mode) throws Exception {
    try (AdbcStatement statement = connection.bulkIngest("validated", mode)) {
      statement.bind(rows);
      AdbcStatement.UpdateResult unused = statement.executeUpdate();
    }
  }

  private static void assertStatus(ThrowingCallable call, AdbcStatusCode status) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            AdbcException.class, e -> assertThat(e.getStatus()).as("%s", e).isEqualTo(status));
  }
}
