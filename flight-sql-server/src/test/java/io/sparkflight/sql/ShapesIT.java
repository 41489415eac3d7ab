package io.sparkflight.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.sparkflight.testing.FlightRows;
import io.sparkflight.testing.FlightSqlServerExtension;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.arrow.adbc.core.AdbcConnection;
import org.apache.arrow.adbc.core.AdbcDatabase;
import org.apache.arrow.adbc.core.AdbcStatement;
import org.apache.arrow.flight.FlightInfo;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.sql.FlightSqlClient;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Results of unusual shapes: no rows, no columns, very many of them, an order, an empty crowd. */
class ShapesIT {
  @RegisterExtension static final FlightSqlServerExtension SERVER = new FlightSqlServerExtension();

  private static SparkSession spark;

  @BeforeAll
  static void createTables() {
    spark = SERVER.spark();
    spark.sql("DROP TABLE IF EXISTS no_files");
    spark.sql("CREATE TABLE no_files (id BIGINT, name STRING) USING parquet");
    spark.sql("DROP TABLE IF EXISTS many");
    spark
        .range(0, 20_000, 1, 8)
        .selectExpr("id * 7919 % 20011 AS id", "concat('name ', id % 1013) AS name")
        .write()
        .saveAsTable("many");
    spark.range(3).select().createOrReplaceGlobalTempView("no_columns");
  }

  /** Every session sees them, also those of other tests. */
  @AfterAll
  static void dropViews() {
    spark.catalog().dropGlobalTempView("no_columns");
    spark.catalog().dropGlobalTempView("deep");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT id, name FROM no_files",
        "SELECT id, name FROM no_files ORDER BY id",
        "SELECT id, string(id) AS name FROM range(0)",
        "SELECT id, string(id) AS name FROM range(0, 100, 1, 7) WHERE id > 100",
        "SELECT id, string(id) AS name FROM range(100) LIMIT 0",
        "SELECT id, string(id) AS name FROM range(100) WHERE false",
        "SELECT id, name FROM no_files GROUP BY id, name"
      })
  void noRows(String sql) throws Exception {
    try (FlightSqlClient client = SERVER.flightSql();
        Connection jdbc = SERVER.jdbc();
        PreparedStatement statement = jdbc.prepareStatement(sql);
        AdbcDatabase database = SERVER.adbc();
        AdbcConnection adbc = database.connect();
        AdbcStatement query = adbc.createStatement()) {
      FlightInfo info = client.execute(sql);
      assertThat(names(info.getSchemaOptional().orElseThrow().getFields())).isEqualTo("id,name");
      assertThat(info.getEndpoints()).hasSize(1);
      try (FlightStream stream = client.getStream(info.getEndpoints().get(0).getTicket())) {
        assertThat(names(stream.getSchema().getFields())).isEqualTo("id,name");
        assertThat(stream.next()).as("a batch").isFalse();
      }
      // Prepared, because a Statement of version 18.3 has each column of an empty result twice.
      try (ResultSet rows = statement.executeQuery()) {
        assertThat(rows.getMetaData().getColumnCount()).isEqualTo(2);
        assertThat(rows.getMetaData().getColumnName(2)).isEqualTo("name");
        assertThat(rows.next()).isFalse();
      }
      query.setSqlQuery(sql);
      try (AdbcStatement.QueryResult result = query.executeQuery()) {
        assertThat(names(result.getReader().getVectorSchemaRoot().getSchema().getFields()))
            .isEqualTo("id,name");
        assertThat(result.getReader().loadNextBatch()).isFalse();
      }
    }
  }

  private static String names(List<Field> fields) {
    return fields.stream().map(Field::getName).collect(Collectors.joining(","));
  }

  @Test
  void noColumnsStillAreRows() throws Exception {
    try (FlightSqlClient client = SERVER.flightSql()) {
      FlightInfo info = client.execute("SELECT * FROM global_temp.no_columns");
      assertThat(info.getSchemaOptional().orElseThrow().getFields()).isEmpty();
      assertThat(FlightRows.of(client, info)).isEqualTo(List.of(List.of(), List.of(), List.of()));
    }
  }

  @Test
  void twoColumnsOfOneName() throws Exception {
    String sql = "SELECT id AS a, -id AS a, string(id) AS a FROM range(3) ORDER BY id";
    assertThat(read(sql)).isEqualTo(ofSpark(sql));
    try (Connection jdbc = SERVER.jdbc();
        Statement statement = jdbc.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      assertThat(rows.next()).isTrue();
      assertThat(rows.next()).isTrue();
      assertThat(rows.getLong(1)).isEqualTo(1);
      assertThat(rows.getLong(2)).isEqualTo(-1);
      assertThat(rows.getString(3)).isEqualTo("1");
    }
  }

  @Test
  void tenThousandColumns() throws Exception {
    String columns =
        IntStream.range(0, 10_000)
            .mapToObj(i -> "id+" + i + " AS c" + i)
            .collect(Collectors.joining(","));
    List<List<Object>> rows = read("SELECT " + columns + " FROM range(0, 5, 1, 1)");
    assertThat(rows).hasSize(5);
    for (int row = 0; row < 5; row++) {
      long first = row;
      assertThat(rows.get(row))
          .isEqualTo(IntStream.range(0, 10_000).<Object>mapToObj(i -> first + i).toList());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {10, 60, 200})
  void structsInStructs(int levels) throws Exception {
    DataType type = DataTypes.LongType;
    Object value = 7L;
    for (int level = 0; level <= levels; level++) {
      type = new StructType().add("s", type);
      value = RowFactory.create(value);
    }
    spark
        .createDataFrame(List.of((Row) value), (StructType) type)
        .createOrReplaceGlobalTempView("deep");
    assertThat(read("SELECT s FROM global_temp.deep"))
        .singleElement()
        .extracting(row -> row.get(0).toString())
        .isEqualTo("{\"s\":".repeat(levels) + 7 + "}".repeat(levels));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT id, name FROM many ORDER BY name DESC, id",
        "SELECT id, name FROM many ORDER BY name, id LIMIT 7",
        "SELECT id, name FROM many ORDER BY name, id LIMIT 20000 OFFSET 11",
        "SELECT name FROM (SELECT id, name FROM many ORDER BY name, id) WHERE id % 3 = 1",
        "WITH t AS (SELECT name, sum(id) AS s FROM many GROUP BY name) SELECT * FROM t ORDER BY s DESC, name",
        // The first of the partitions is the last to be ready.
        "SELECT id, if(id < 1000, sha2(repeat(id, 50000), 256), '') AS v FROM (SELECT id FROM many ORDER BY id)",
        "SELECT DISTINCT name, id FROM many ORDER BY id DESC",
        "SELECT id, name FROM many WHERE id < 5000 UNION ALL SELECT -id, name FROM many ORDER BY id, name"
      })
  void aGlobalOrderIsTheSequenceOfTheRows(String sql) throws Exception {
    List<List<Object>> expected = ofSpark(sql);
    assertThat(expected).isNotEmpty();
    try (FlightSqlClient client = SERVER.flightSql()) {
      client.execute(
          "SET spark.sql.adaptive.enabled = false"); // it would make one partition of all
      client.execute("SET spark.sql.shuffle.partitions = 16");
      assertThat(FlightRows.of(client, client.execute(sql))).isEqualTo(expected);
    }
  }

  /** Its order is that of a partition, and the partitions are in no order. */
  @Test
  void sortByIsTheSequenceWithinEachPartition() throws Exception {
    String sql =
        "SELECT /*+ REPARTITION(7) */ id, name FROM many DISTRIBUTE BY id % 7 SORT BY name, id";
    Map<Long, List<List<Object>>> read =
        read(sql).stream().collect(Collectors.groupingBy(row -> (Long) row.get(0) % 7));
    Map<Long, List<List<Object>>> expected =
        ofSpark(sql).stream().collect(Collectors.groupingBy(row -> (Long) row.get(0) % 7));
    assertThat(expected).hasSize(7);
    assertThat(read).isEqualTo(expected);
  }

  /** A server may not add much to each task: Spark itself needs a few seconds for so many. */
  @Test
  @Timeout(120)
  void aFewRowsInTenThousandPartitions() throws Exception {
    List<List<Object>> rows = read("SELECT id FROM range(0, 500, 1, 10000)");
    assertThat(rows)
        .containsExactlyInAnyOrderElementsOf(
            LongStream.range(0, 500).mapToObj(id -> List.<Object>of(id)).toList());
  }

  @Test
  void aSchemaNeedsNoJob() throws Exception {
    Jobs jobs = Jobs.of(spark);
    try (FlightSqlClient client = SERVER.flightSql()) {
      for (String sql :
          List.of(
              "SELECT id, name FROM many WHERE id % 2 = 0",
              "SELECT name, count(*) FROM many GROUP BY name ORDER BY name",
              "CREATE TABLE never USING parquet AS SELECT id FROM many",
              "SELECT 1")) {
        assertThat(client.getExecuteSchema(sql).getSchema()).isNotNull();
        try (FlightSqlClient.PreparedStatement prepared = client.prepare(sql)) {
          assertThat(prepared.fetchSchema().getSchema()).isNotNull();
        }
      }
      assertThat(jobs.started()).as("jobs for schemas").isZero();
      FlightInfo folded = client.execute("SELECT 1");
      assertThat(jobs.started()).as("jobs for literals").isZero();
      FlightInfo info = client.execute("SELECT id FROM many");
      assertThat(FlightRows.of(client, info)).hasSize(20_000);
      assertThat(jobs.started()).as("jobs for a query").isPositive();
      assertThat(FlightRows.of(client, folded)).hasSize(1);
    }
    assertThat(spark.catalog().tableExists("never")).isFalse();
  }

  private static List<List<Object>> read(String sql) throws Exception {
    try (FlightSqlClient client = SERVER.flightSql()) {
      return FlightRows.of(client, client.execute(sql));
    }
  }

  private static List<List<Object>> ofSpark(String sql) {
    return spark.sql(sql).collectAsList().stream()
        .map(row -> IntStream.range(0, row.length()).mapToObj(row::get).toList())
        .toList();
  }
}
