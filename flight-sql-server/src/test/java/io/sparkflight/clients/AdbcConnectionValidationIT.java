package io.sparkflight.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.apache.arrow.adbc.core.AdbcConnection;
import org.apache.arrow.adbc.core.AdbcConnection.GetObjectsDepth;
import org.apache.arrow.adbc.core.AdbcException;
import org.apache.arrow.adbc.core.AdbcInfoCode;
import org.apache.arrow.adbc.core.AdbcStatusCode;
import org.apache.arrow.adbc.core.StandardSchemas;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The cases about connections: what is there, settings, transactions. */
class AdbcConnectionValidationIT extends AdbcValidation {
  private static final String DRIVER = "version 0.20 of the driver does not do it";
  private static final String SPARK = "Spark has no transactions, and the driver asks for them";
  private static final String NO_TRANSACTIONS = "Transaction methods are not supported";

  @RegisterExtension
  static final KnownLimits LIMITS =
      new KnownLimits(
          Map.ofEntries(
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

  @Test
  void getInfo() throws Exception {
    try (ArrowReader reader = connection.getInfo()) {
      assertThat(reader.getVectorSchemaRoot().getSchema())
          .isEqualTo(StandardSchemas.GET_INFO_SCHEMA);
      assertThat(AdbcSql.rows(reader)).isNotEmpty();
    }
  }

  @Test
  void getInfoByCode() throws Exception {
    try (ArrowReader reader = connection.getInfo(new AdbcInfoCode[] {AdbcInfoCode.DRIVER_NAME})) {
      List<List<Object>> rows = AdbcSql.rows(reader);
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
      assertThat(AdbcSql.rows(reader)).contains(List.of("TABLE"), List.of("VIEW"));
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
      assertThat(AdbcSql.query(other, "SELECT 1")).isEqualTo(query("SELECT 1"));
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

  /** What is there, as JSON. */
  private String objects(GetObjectsDepth depth, @Nullable String catalog) throws Exception {
    try (ArrowReader reader = connection.getObjects(depth, catalog, null, null, null, null)) {
      assertThat(reader.getVectorSchemaRoot().getSchema())
          .isEqualTo(StandardSchemas.GET_OBJECTS_SCHEMA);
      return AdbcSql.rows(reader).toString();
    }
  }
}
