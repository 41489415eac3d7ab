package io.sparkflight.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkflight.testing.Canonical;
import io.sparkflight.testing.FlightRows;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.arrow.adbc.core.AdbcConnection;
import org.apache.arrow.adbc.core.AdbcException;
import org.apache.arrow.adbc.core.AdbcStatement;
import org.apache.arrow.adbc.core.AdbcStatusCode;
import org.apache.arrow.adbc.core.BulkIngestMode;
import org.apache.arrow.adbc.core.PartitionDescriptor;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.arrow.vector.util.Text;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The cases about statements: queries, prepared ones, bulk ingest, partitions, types. */
class AdbcStatementValidationIT extends AdbcValidation {
  private static final String ONE_ROW = "a query is executed with one row of values";
  private static final String ONE_RESULT = "Cannot bind 2 rows of values to an execution";

  @RegisterExtension
  static final KnownLimits LIMITS =
      new KnownLimits(
          Map.ofEntries(
              entry("bulkIngestAppend", "the driver calls texts CLOB", "data type \"CLOB\""),
              entry("prepareQueryWithParametersNoOp", ONE_ROW, ONE_RESULT),
              entry("prepareQueryWithParameters", ONE_ROW, ONE_RESULT)));

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
        assertThat(AdbcSql.rows(result.getReader())).containsExactlyInAnyOrderElementsOf(ROWS);
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
      assertThat(AdbcSql.rows(statement)).isEqualTo(List.of(FlightRows.row((Object) null)));
      statement.bind(two);
      assertThat(AdbcSql.rows(statement)).isEqualTo(List.of(List.of("foo"), List.of("")));
    }
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
          rows.addAll(AdbcSql.rows(reader));
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
}
