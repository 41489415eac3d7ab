package io.sparkflight.arrow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkflight.error.FlightFailure;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.sparkflight.ColumnarSource;
import org.apache.spark.sql.sparkflight.SparkBridge;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.vectorized.ColumnVector;
import org.apache.spark.sql.vectorized.ColumnarBatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Both encoders against stock Arrow, over data that Spark itself has made. */
class EncoderTest {
  private static final BatchLimits LIMITS = new BatchLimits(4 << 20, 131_072);

  private static final String EVERY_TYPE =
      """
      SELECT
        cast(if(id % 7 = 0, null, id % 2 = 0) AS boolean) AS a_boolean,
        cast(if(id % 5 = 0, null, id - 100) AS tinyint) AS a_byte,
        cast(if(id % 6 = 0, null, id * 3 - 1000) AS smallint) AS a_short,
        cast(if(id % 3 = 0, null, id * 100003 - 5) AS int) AS an_int,
        id AS a_long,
        cast(if(id % 4 = 0, -0.0, id / 7) AS float) AS a_float,
        if(id % 9 = 0, double('NaN'), id / -3.0d) AS a_double,
        cast(id - 50.25 AS decimal(7, 2)) AS a_small_decimal,
        if(id % 8 = 0, null, cast(-id * 1000001 AS decimal(18, 4))) AS a_decimal,
        cast(concat('-', repeat('9', cast(id % 30 AS int) + 1), '.5') AS decimal(38, 6)) AS a_big_decimal,
        if(id % 5 = 0, null, repeat('žlutý ', cast(id % 4 AS int))) AS a_string,
        if(id % 3 = 0, null, cast(concat('x', id) AS binary)) AS a_binary,
        date_add(date'1960-01-01', cast(id AS int)) AS a_date,
        timestamp_micros(id * 1000000007 - 99999999999999) AS a_timestamp,
        timestamp_ntz'1901-02-03 04:05:06.789012' + make_dt_interval(0, cast(id AS int)) AS a_timestamp_ntz,
        make_ym_interval(cast(id % 100 AS int), 5) AS a_year_month,
        make_dt_interval(cast(id AS int), 1, 2, 3.5) AS a_day_time,
        null AS a_null,
        if(id % 4 = 0, null, transform(sequence(1, cast(id % 4 + 1 AS int)), i -> if(i = 2, null, i))) AS an_array,
        if(id % 4 = 1, null, map('k', id, concat('l', id), null)) AS a_map,
        if(id % 4 = 2, null, named_struct('x', id, 'y', if(id % 3 = 0, null, array(named_struct('z', string(id)))))) AS a_struct
      FROM range(0, 1000, 1, 2)
      """;

  @TempDir private static java.nio.file.Path folder;
  private static SparkSession spark;

  @BeforeAll
  static void start() {
    spark =
        SparkSession.builder()
            .master("local[2]")
            .config("spark.ui.enabled", false)
            .config("spark.sql.session.timeZone", "Europe/Prague")
            .config("spark.sql.datetime.java8API.enabled", true)
            .getOrCreate();
  }

  @AfterAll
  static void stop() {
    spark.stop();
  }

  @Test
  void rowsOfEveryTypeAreWhatSparkHas() {
    Dataset<Row> data = spark.sql(EVERY_TYPE);
    List<List<Object>> read = FrameReader.rows(schema(data), encodeRows(data, LIMITS));
    List<List<Object>> expected =
        data.collectAsList().stream().map(row -> Plain.fields(row)).toList();
    assertThat(Plain.rows(read)).isEqualTo(expected).hasSize(1000);
  }

  @Test
  void columnsOfParquetGiveTheSameValuesAsRows() {
    String path = folder.resolve("every").toString();
    spark
        .sql(EVERY_TYPE)
        .drop("a_null", "a_year_month", "a_day_time", "a_timestamp_ntz")
        .coalesce(1)
        .write()
        .parquet(path);
    for (String vectors : List.of("true", "false")) {
      spark.conf().set("spark.sql.columnVector.offheap.enabled", vectors);
      spark.conf().set("spark.sql.parquet.enableNestedColumnVectorizedReader", "true");
      assertSameByColumnsAndRows(spark.read().parquet(path));
    }
  }

  /**
   * Parquet writes values that come again as a dictionary: here a small one, one of more entries
   * than are remembered, one with nulls, and one in each of several groups of rows.
   */
  @Test
  void columnsWithDictionariesGiveTheSameValuesAsRows() {
    String path = folder.resolve("dictionaries").toString();
    spark
        .range(0, 30_000, 1, 1)
        .selectExpr(
            "if(id < 15000, 'first', 'second') || repeat('-', cast(id % 40 AS int)) few",
            "string(id % 9000) many",
            "if(id % 3 = 0, null, if(id % 2 = 0, '', 'ž')) sparse",
            "cast(repeat('b', cast(id % 5 AS int)) AS binary) bytes",
            "cast((id % 50 - 25) / 100 AS decimal(7, 2)) narrow",
            "cast((id % 50 - 25) * 1000003 AS decimal(17, 2)) wide",
            "if(id % 4 = 0, null, cast(id % 6 - 3 AS decimal(12, 1))) gaps")
        .write()
        .option("parquet.block.size", 64 << 10)
        .option("parquet.page.size", 8 << 10)
        .parquet(path);
    for (String vectors : List.of("true", "false")) {
      spark.conf().set("spark.sql.columnVector.offheap.enabled", vectors);
      assertSameByColumnsAndRows(spark.read().parquet(path));
    }
  }

  @Test
  void columnsOfACachedTableGiveTheSameValuesAsRows() {
    Dataset<Row> cached =
        spark
            .range(10_000)
            .selectExpr("id", "cast(id AS int) i", "id / 3.0d d", "cast(null AS int) n");
    cached.cache().count();
    assertSameByColumnsAndRows(cached.select("d", "id", "n", "i"));
    cached.unpersist();
  }

  @Test
  void aColumnChoiceAndARenameStayColumnar() {
    String path = folder.resolve("choice").toString();
    spark.range(100).selectExpr("id a", "id * 2 b", "string(id) c").write().parquet(path);
    Dataset<Row> data = spark.read().parquet(path).selectExpr("c AS x", "a", "c AS y");
    assertSameByColumnsAndRows(data);
  }

  @Test
  void noRowsGiveNoBatch() {
    assertThat(encodeRows(spark.range(0).toDF(), LIMITS)).isEmpty();
  }

  @Test
  void noColumnsStillCountRows() {
    List<BatchFrame> frames = encodeRows(spark.range(5).select(), LIMITS);
    assertThat(frames.stream().mapToInt(BatchFrame::rows).sum()).isEqualTo(5);
    assertThat(FrameReader.rows(new Schema(List.of()), frames)).hasSize(5);
  }

  @Test
  void severalRowsNeverExceedTheHardLimit() {
    Dataset<Row> data =
        spark
            .range(0, 40, 1, 1)
            .selectExpr("repeat('x', cast(if(id = 7, 20000000, 3000000 + id * 200000) AS int)) s");
    List<BatchFrame> frames = encodeRows(data, LIMITS);
    assertThat(frames)
        .allMatch(
            frame -> frame.rows() == 1 || frame.bytes().length <= BatchLimits.HARD_BYTES + 4096);
    assertThat(frames.stream().mapToInt(BatchFrame::rows).sum()).isEqualTo(40);
    assertThat(FrameReader.rows(schema(data), frames).get(7).get(0).toString()).hasSize(20_000_000);
  }

  @Test
  void severalRowsOfColumnsNeverExceedTheHardLimit() {
    String path = folder.resolve("long").toString();
    spark
        .range(0, 60, 1, 1)
        .selectExpr("id", "concat(id, repeat('x', cast(if(id = 30, 14000000, 700000) AS int))) s")
        .write()
        .parquet(path);
    List<BatchFrame> frames = encodeColumns(spark.read().parquet(path), LIMITS);
    assertThat(frames)
        .allMatch(
            frame -> frame.rows() == 1 || frame.bytes().length <= BatchLimits.HARD_BYTES + 4096);
    List<List<Object>> rows = FrameReader.rows(schema(spark.read().parquet(path)), frames);
    assertThat(rows.stream().map(row -> (Long) row.get(0)).toList())
        .isEqualTo(java.util.stream.LongStream.range(0, 60).boxed().toList());
  }

  @Test
  void aBatchIsClosedAtItsRowLimit() {
    assertThat(encodeRows(spark.range(0, 25, 1, 1).toDF(), new BatchLimits(4 << 20, 10)))
        .extracting(BatchFrame::rows)
        .containsExactly(10, 10, 5);
  }

  @Test
  void twoThousandColumnsAndDuplicateNamesKeepTheirPlaces() {
    String[] columns = new String[2000];
    for (int i = 0; i < columns.length; i++) {
      columns[i] = "id + " + i + " AS same";
    }
    Dataset<Row> data = spark.range(3).selectExpr(columns);
    List<List<Object>> rows = FrameReader.rows(schema(data), encodeRows(data, LIMITS));
    assertThat(rows.get(2).get(1999)).isEqualTo(2001L);
  }

  @Test
  void equalNamesInAStructAreNumbered() {
    Dataset<Row> data = spark.sql("SELECT named_struct('x', 1, 'x', 2, 'x_0', 3) s, 4 t");
    List<List<Object>> rows = FrameReader.rows(schema(data), encodeRows(data, LIMITS));
    assertThat(rows.get(0)).hasToString("[{\"x_1\":1,\"x_2\":2,\"x_0\":3}, 4]");
  }

  @Test
  void aTypeWithoutArrowFormIsRefusedByTheColumnsName() {
    StructType type =
        new StructType(
            new StructField[] {
              DataTypes.createStructField(
                  "outer", DataTypes.createArrayType(DataTypes.CalendarIntervalType), true)
            });
    assertThatThrownBy(() -> SparkArrowSchema.of(type, "UTC"))
        .isInstanceOf(FlightFailure.class)
        .hasMessageContaining("outer.element")
        .hasMessageContaining("interval");
  }

  private static void assertSameByColumnsAndRows(Dataset<Row> data) {
    Schema schema = schema(data);
    assertThat(Plain.rows(FrameReader.rows(schema, encodeColumns(data, LIMITS))))
        .isEqualTo(Plain.rows(FrameReader.rows(schema, encodeRows(data, LIMITS))))
        .isNotEmpty();
  }

  private static Schema schema(Dataset<Row> data) {
    return SparkArrowSchema.of(data.schema(), "UTC");
  }

  private static List<BatchFrame> encodeRows(Dataset<Row> data, BatchLimits limits) {
    Iterator<InternalRow> rows =
        List.of(SparkBridge.collect(SparkBridge.execution(data))).iterator();
    List<BatchFrame> frames = new ArrayList<>();
    new RowEncoder(data.schema(), limits, Compression.NONE)
        .encode(rows)
        .forEachRemaining(frames::add);
    return frames;
  }

  private static List<BatchFrame> encodeColumns(Dataset<Row> data, BatchLimits limits) {
    Optional<ColumnarSource> source = SparkBridge.columns(SparkBridge.execution(data));
    assertThat(source).as(data.queryExecution().executedPlan().toString()).isPresent();
    int[] ordinals = source.get().ordinals();
    return source
        .get()
        .batches()
        .toJavaRDD()
        .mapPartitions(new Encode(data.schema(), limits, ordinals))
        .collect()
        .stream()
        .map(frame -> new BatchFrame(frame.bytes(), frame.rows()))
        .toList();
  }

  /** What runs in the task. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Encode(StructType schema, BatchLimits limits, int[] ordinals)
      implements org.apache.spark.api.java.function.FlatMapFunction<
          Iterator<ColumnarBatch>, SerialFrame> {
    @Override
    public Iterator<SerialFrame> call(Iterator<ColumnarBatch> batches) {
      List<SerialFrame> frames = new ArrayList<>();
      Iterator<ColumnarBatch> chosen =
          new Iterator<>() {
            @Override
            public boolean hasNext() {
              return batches.hasNext();
            }

            @Override
            public ColumnarBatch next() {
              ColumnarBatch batch = batches.next();
              ColumnVector[] columns = new ColumnVector[ordinals.length];
              for (int i = 0; i < ordinals.length; i++) {
                columns[i] = batch.column(ordinals[i]);
              }
              return new ColumnarBatch(columns, batch.numRows());
            }
          };
      new ColumnEncoder(schema, limits, Compression.NONE)
          .encode(chosen)
          .forEachRemaining(frame -> frames.add(new SerialFrame(frame.bytes(), frame.rows())));
      return frames.iterator();
    }
  }

  /** A frame that Spark can bring to the driver. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record SerialFrame(byte[] bytes, int rows) implements java.io.Serializable {}
}
