package org.apache.spark.sql.sparkflight;

import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkflight.arrow.BatchLimits;
import io.sparkflight.arrow.Compression;
import io.sparkflight.arrow.RandomTable;
import io.sparkflight.arrow.RowEncoder;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.execution.QueryExecution;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.storage.StorageLevel;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the driver computes of a cached table, against Spark's own jobs. */
class CachedRowsTest {
  private static final int MOST_ROWS = 1_000;

  /** In batches of 20 rows, so that there is something to skip. */
  private static final int ROWS = 900;

  private static SparkSession spark;

  @BeforeAll
  static void start() {
    spark =
        SparkSession.builder()
            .master("local[2]")
            .config("spark.ui.enabled", false)
            .config("spark.sql.session.timeZone", "Europe/Prague")
            .config("spark.sql.inMemoryColumnarStorage.batchSize", 20)
            .getOrCreate();
    spark.udf().register("own", (UDF1<Long, Long>) id -> id + 1, DataTypes.LongType);
  }

  @AfterEach
  void forget() {
    spark.catalog().clearCache();
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void theBatchesAreTheSameBitForBit(long seed) {
    RandomTable random = RandomTable.of(seed, 300);
    Dataset<Row> table = cached(named(random.schema()), random.unsafeRows());
    RandomPredicates predicates = new RandomPredicates(seed, table.schema(), random.unsafeRows());
    Random choice = new Random(seed);
    assertSame(table);
    for (int i = 0; i < 8 && !random.unsafeRows().isEmpty() && table.columns().length > 0; i++) {
      Column[] columns =
          IntStream.range(0, choice.nextInt(4))
              .mapToObj(each -> col(table.columns()[choice.nextInt(table.columns().length)]))
              .toArray(Column[]::new);
      Dataset<Row> some = table.filter(predicates.next(2)).select(columns);
      assertSame(some);
    }
  }

  @Test
  void expressionsAreComputedWithTheSessionsSettings() {
    Dataset<Row> table = numbers();
    table.createOrReplaceTempView("numbers");
    assertSame(
        spark.sql(
            """
            SELECT upper(concat('n', id)) AS name, id % 7 = 0 AND id > 3, cast(id AS decimal(20, 3)) / 7,
              date_format(timestamp_seconds(id * 100000), 'yyyy-MM-dd HH:mm XXX'),
              CASE WHEN id < 10 THEN 'few' WHEN id < 100 THEN 'some' END, array(id, -id)
            FROM numbers WHERE id BETWEEN 37 AND 200 AND substr(id, 1, 1) LIKE '1%'
            """));
  }

  @Test
  void aLimitLeavesTheRestAlone() {
    Dataset<Row> table = numbers();
    assertSame(table.limit(7));
    assertSame(table.filter("id >= 100 and id < 300").limit(45));
    assertSame(table.filter("id < 5").limit(45));
    Dataset<Row> large = cached(50_000);
    assertSame(large.limit(30));
    assertThat(batches(large.limit(MOST_ROWS + 1))).isEmpty();
  }

  @Test
  void batchesThatCannotHaveTheRowAreSkipped() {
    Dataset<Row> large = cached(50_000);
    assertSame(large.filter("id = 47110"));
    assertThat(batches(large.filter("id % 10 = 7"))).as("nothing can be skipped").isEmpty();
  }

  @Test
  void whatOneThreadShouldNotComputeStaysAJob() {
    Dataset<Row> table = numbers();
    table.createOrReplaceTempView("numbers");
    List<String> jobs =
        List.of(
            "SELECT own(id) FROM numbers",
            "SELECT id FROM numbers WHERE own(id) = 8",
            "SELECT rand() FROM numbers",
            "SELECT id FROM numbers WHERE string(id) RLIKE '(1+)+2'",
            "SELECT id FROM numbers WHERE string(id) LIKE '1%2%3'",
            "SELECT id FROM numbers WHERE string(id) LIKE ANY ('1%2%3', '4_5')",
            "SELECT regexp_replace(string(id), '(1+)+2', '') FROM numbers",
            "SELECT regexp_extract(string(id), '(1+)+2') FROM numbers",
            "SELECT split(string(id), '(1+)+2') FROM numbers",
            "SELECT transform(array(id), x -> x + 1) FROM numbers",
            "SELECT id FROM numbers WHERE id = (SELECT max(id) FROM numbers)",
            "SELECT id FROM numbers ORDER BY id",
            "SELECT sum(id) FROM numbers",
            "SELECT DISTINCT id FROM numbers",
            "SELECT a.id FROM numbers a JOIN numbers b USING (id)",
            "SELECT id FROM numbers UNION ALL SELECT id FROM numbers",
            "SELECT id FROM range(10)");
    assertThat(jobs).allSatisfy(sql -> assertThat(batches(spark.sql(sql))).isEmpty());
    assertThat(batches(table.map((MapFunction<Row, Long>) row -> 1L, Encoders.LONG()).toDF()))
        .isEmpty();
  }

  @Test
  void tablesThatAreNotWhollyInThisMemoryStayAJob() {
    Dataset<Row> lazy = spark.range(0, ROWS, 1, 3).toDF().cache();
    assertThat(batches(lazy)).as("nobody has read it yet").isEmpty();
    lazy.count();
    assertThat(batches(lazy)).isPresent();
    for (StorageLevel level :
        List.of(
            StorageLevel.DISK_ONLY(), StorageLevel.MEMORY_ONLY_SER(), StorageLevel.OFF_HEAP())) {
      forget();
      Dataset<Row> elsewhere = spark.range(0, ROWS, 1, 3).toDF().persist(level);
      elsewhere.count();
      assertThat(batches(elsewhere)).as(level.description()).isEmpty();
    }
  }

  @Test
  void aTableMayBeDroppedMeanwhile() {
    Dataset<Row> table = numbers();
    Optional<DriverRows> found = find(table);
    List<String> expected = job(table);
    table.unpersist(true);
    assertThat(spark.sparkContext().getPersistentRDDs().isEmpty()).isTrue();
    assertThat(found.map(rows -> batches(rows, table.schema()))).contains(expected);
    assertThat(batches(table)).isEmpty();
  }

  @Test
  void whatCannotBeComputedIsSaidInSparksWords() {
    spark.conf().set("spark.sql.ansi.enabled", true);
    try {
      numbers().createOrReplaceTempView("numbers");
      Dataset<Row> failing = spark.sql("SELECT 1 / (id - 800) FROM numbers");
      assertThatThrownBy(() -> batches(failing))
          .isInstanceOf(ArithmeticException.class)
          .hasMessageContaining("DIVIDE_BY_ZERO");
    } finally {
      spark.conf().unset("spark.sql.ansi.enabled");
    }
  }

  private static Dataset<Row> numbers() {
    return cached(ROWS);
  }

  private static Dataset<Row> cached(long rows) {
    Dataset<Row> table = spark.range(0, rows, 1, 3).toDF().cache();
    table.count();
    return table;
  }

  private static Dataset<Row> cached(StructType schema, List<InternalRow> rows) {
    RDD<InternalRow> partitions =
        JavaSparkContext.fromSparkContext(spark.sparkContext()).parallelize(rows, 3).rdd();
    Dataset<Row> table = SparkBridge.rows(spark, partitions, schema).cache();
    table.count();
    return table;
  }

  /** The names of random tables repeat. */
  private static StructType named(StructType schema) {
    List<StructField> fields = new ArrayList<>();
    for (StructField field : schema.fields()) {
      fields.add(
          new StructField(
              "column" + fields.size(), field.dataType(), field.nullable(), field.metadata()));
    }
    return new StructType(fields.toArray(StructField[]::new));
  }

  private static void assertSame(Dataset<Row> query) {
    assertThat(batches(query)).as(query.queryExecution().toString()).contains(job(query));
  }

  /** What has no rows whatever the table holds is not a matter of the table. */
  private static Optional<DriverRows> find(Dataset<Row> query) {
    QueryExecution execution = SparkBridge.execution(query);
    return SparkBridge.folded(execution).or(() -> SparkBridge.cached(execution, MOST_ROWS));
  }

  private static Optional<List<String>> batches(Dataset<Row> query) {
    return find(query).map(rows -> batches(rows, query.schema()));
  }

  private static List<String> batches(DriverRows rows, StructType schema) {
    return rows.read(each -> encoded(each, schema));
  }

  private static List<String> job(Dataset<Row> query) {
    List<InternalRow> rows = List.of(SparkBridge.collect(SparkBridge.execution(query)));
    return encoded(rows.iterator(), query.schema());
  }

  /** As clients get them. */
  private static List<String> encoded(Iterator<InternalRow> rows, StructType schema) {
    List<String> batches = new ArrayList<>();
    new RowEncoder(schema, new BatchLimits(1 << 20, 100), Compression.NONE)
        .encode(rows)
        .forEachRemaining(batch -> batches.add(HexFormat.of().formatHex(batch.bytes())));
    return batches;
  }
}
