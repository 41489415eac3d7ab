package org.apache.spark.sql.sparkflight;

import static org.apache.spark.sql.functions.col;
import static org.assertj.core.api.Assertions.assertThat;

import io.sparkflight.arrow.BatchLimits;
import io.sparkflight.arrow.Compression;
import io.sparkflight.arrow.RandomTable;
import io.sparkflight.manager.push.PartitionEncoding;
import io.sparkflight.manager.push.PushPlan;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.columnar.DefaultCachedBatch;
import org.apache.spark.sql.execution.columnar.compression.CompressionScheme;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import scala.runtime.AbstractFunction2;

/** Cached tables by column, against Spark's own rows of them, by the bytes that clients get. */
class CachedColumnsTest {
  private static final String COMPRESSED = "spark.sql.inMemoryColumnarStorage.compressed";
  private static final String BY_COLUMN =
      "spark.sql.inMemoryColumnarStorage.enableVectorizedReader";

  private static final String ADAPTIVE = "spark.sql.adaptive.enabled";

  private static SparkSession spark;

  @BeforeAll
  static void start() {
    spark =
        SparkSession.builder()
            .master("local[2]")
            .config("spark.ui.enabled", false)
            .config("spark.sql.inMemoryColumnarStorage.batchSize", 20)
            .getOrCreate();
  }

  @AfterEach
  void forget() {
    spark.catalog().clearCache();
    spark.conf().unset(COMPRESSED);
    spark.conf().unset(BY_COLUMN);
    spark.conf().unset(ADAPTIVE);
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16})
  void theBatchesAreTheSameBitForBit(long seed) {
    RandomTable random = RandomTable.of(seed, 400);
    Random choice = new Random(seed);
    spark.conf().set(COMPRESSED, choice.nextBoolean());
    spark.conf().set(ADAPTIVE, choice.nextBoolean());
    Dataset<Row> table = cached(named(random.schema()), repeating(random.unsafeRows(), choice));
    List<String> flat =
        Arrays.stream(table.schema().fields())
            .filter(field -> !nested(field.dataType()))
            .map(StructField::name)
            .toList();
    assertThat(source(table).isPresent()).isEqualTo(flat.size() == table.columns().length);
    assertSame(table.select(flat.stream().map(name -> col(name)).toArray(Column[]::new)));
    Column[] some =
        IntStream.range(0, flat.isEmpty() ? 0 : choice.nextInt(5))
            .mapToObj(i -> col(flat.get(choice.nextInt(flat.size()))).as("column" + i))
            .toArray(Column[]::new);
    assertSame(table.select(some));
  }

  @Test
  void everySchemeOfPackingIsRead() {
    List<String> texts =
        List.of(
            "concat(id, repeat('é', cast(id % 40 AS int)))", // by none
            "concat('a run ', id div 15)", "concat('one of few ', id % 3)");
    List<String> numbers =
        List.of(
            "id * 1000003",
            "id div 15 * 100003",
            "id % 3 * 100003",
            "id % 2 = 0",
            "cast(id AS int)",
            "id");
    Stream<String> others =
        Stream.of(
            "date_add(date'1960-01-01', cast(id % 3 * 1000 AS int))",
            "timestamp_micros(id - 100)", "cast(id % 3 AS decimal(7, 2))");
    String[] all =
        Stream.of(texts.stream(), numbers.stream(), others)
            .flatMap(each -> each)
            .flatMap(each -> Stream.of(each, "if(id %% 7 = 0, null, %s)".formatted(each)))
            .toArray(String[]::new);
    Dataset<Row> table = spark.range(0, 2000, 1, 2).selectExpr(all).cache();
    assertSame(table.toDF(names(all.length)));
    assertThat(schemes(table, 0, 2 * texts.size())).contains(0, 1, 2);
    assertThat(schemes(table, 2 * texts.size(), 2 * numbers.size())).contains(0, 1, 2, 3, 4, 5);
  }

  @Test
  void aTableThatIsFilledByThePlanIsRead() {
    spark.conf().set(ADAPTIVE, true);
    Dataset<Row> table =
        spark
            .range(0, 1000, 1, 3)
            .selectExpr("id % 50 AS key", "string(id) AS text")
            .groupBy("key")
            .agg(Map.of("text", "max"))
            .cache();
    Dataset<Row> query = table.selectExpr("`max(text)` AS text", "key");
    assertSame(query);
    assertThat(query.queryExecution().executedPlan().toString()).contains("TableCacheQueryStage");
  }

  @Test
  void sparkCountsTheRows() {
    spark.conf().set(ADAPTIVE, false);
    Dataset<Row> query = spark.range(0, 900, 1, 3).selectExpr("string(id)").cache().toDF("text");
    columns(query);
    SparkPlan scan = SparkBridge.execution(query).executedPlan().collectLeaves().head();
    assertThat(scan.longMetric("numOutputRows").value()).isEqualTo(900);
  }

  @Test
  void whoWantsRowsGetsRows() {
    Dataset<Row> table = spark.range(9).selectExpr("id", "string(id) AS text").cache();
    assertThat(source(table.select("text"))).isPresent();
    spark.conf().set(BY_COLUMN, false);
    assertThat(source(table.select("text"))).isEmpty();
  }

  /** Values come again, in runs and from few, as they do in tables that can be packed. */
  private static List<InternalRow> repeating(List<InternalRow> rows, Random choice) {
    List<InternalRow> repeating = new ArrayList<>();
    int few = 1 + choice.nextInt(3);
    for (InternalRow row : rows) {
      int last = repeating.size() - 1;
      switch (choice.nextInt(3)) {
        case 0 -> repeating.add(last < 0 ? row : repeating.get(last));
        case 1 -> repeating.add(rows.get(choice.nextInt(Math.min(few, rows.size()))));
        default -> repeating.add(row);
      }
    }
    return repeating;
  }

  private static boolean nested(DataType type) {
    return type instanceof ArrayType || type instanceof MapType || type instanceof StructType;
  }

  private static Dataset<Row> cached(StructType schema, List<InternalRow> rows) {
    RDD<InternalRow> partitions =
        JavaSparkContext.fromSparkContext(spark.sparkContext()).parallelize(rows, 3).rdd();
    return SparkBridge.rows(spark, partitions, schema).cache();
  }

  /** The names of random tables repeat. */
  private static StructType named(StructType schema) {
    String[] names = names(schema.length());
    return new StructType(
        IntStream.range(0, names.length)
            .mapToObj(
                i -> {
                  StructField field = schema.fields()[i];
                  return new StructField(
                      names[i], field.dataType(), field.nullable(), field.metadata());
                })
            .toArray(StructField[]::new));
  }

  private static String[] names(int count) {
    return IntStream.range(0, count).mapToObj(i -> "column" + i).toArray(String[]::new);
  }

  /** By which schemes Spark has packed some of the table's columns. */
  private static List<Integer> schemes(Dataset<Row> table, int first, int count) {
    return spark
        .sharedState()
        .cacheManager()
        .lookupCachedData(table)
        .get()
        .cachedRepresentation()
        .cacheBuilder()
        .cachedColumnBuffers()
        .toJavaRDD()
        .flatMap(
            batch ->
                Arrays.stream(((DefaultCachedBatch) batch).buffers())
                    .skip(first)
                    .limit(count)
                    .map(column -> ByteBuffer.wrap(column).order(ByteOrder.nativeOrder()))
                    .map(column -> column.getInt(CompressionScheme.columnHeaderSize(column)))
                    .iterator())
        .distinct()
        .collect();
  }

  private static void assertSame(Dataset<Row> query) {
    List<String> rows =
        inExecution(
            query,
            () ->
                encoded(
                    query,
                    SparkBridge.rows(SparkBridge.execution(query)),
                    new PartitionEncoding.Rows()));
    assertThat(columns(query)).as(query.queryExecution().toString()).isEqualTo(rows);
  }

  private static List<String> columns(Dataset<Row> query) {
    return inExecution(
        query,
        () -> {
          ColumnarSource source = SparkBridge.columns(SparkBridge.execution(query)).orElseThrow();
          return encoded(query, source.batches(), new PartitionEncoding.Columns(source.ordinals()));
        });
  }

  private static Optional<ColumnarSource> source(Dataset<Row> query) {
    return inExecution(query, () -> SparkBridge.columns(SparkBridge.execution(query)));
  }

  private static <T> T inExecution(Dataset<Row> query, Supplier<T> action) {
    return SparkBridge.inExecution(SparkBridge.execution(query), "test", action);
  }

  /** The batches of each partition. */
  private static <T> List<String> encoded(
      Dataset<Row> query, RDD<T> partitions, PartitionEncoding<T> encoding) {
    BatchLimits limits = new BatchLimits(1 << 20, 100);
    PushPlan plan =
        new PushPlan(
            0, 0, 0, List.of(), null, new byte[0], query.schema(), limits, Compression.NONE);
    Map<Integer, String> encoded = new ConcurrentSkipListMap<>();
    SparkBridge.runJob(partitions, new Encode<>(plan, encoding), String.class, encoded::put);
    return List.copyOf(encoded.values());
  }

  /** What runs in the task. */
  private static final class Encode<T>
      extends AbstractFunction2<TaskContext, scala.collection.Iterator<T>, String>
      implements Serializable {
    private static final long serialVersionUID = 1L;

    private final PushPlan plan;
    private final PartitionEncoding<T> encoding;

    Encode(PushPlan plan, PartitionEncoding<T> encoding) {
      this.plan = plan;
      this.encoding = encoding;
    }

    @Override
    public String apply(TaskContext context, scala.collection.Iterator<T> input) {
      List<String> batches = new ArrayList<>();
      encoding
          .encode(plan, input)
          .forEachRemaining(batch -> batches.add(HexFormat.of().formatHex(batch.bytes())));
      return batches.stream().collect(Collectors.joining("\n"));
    }
  }
}
