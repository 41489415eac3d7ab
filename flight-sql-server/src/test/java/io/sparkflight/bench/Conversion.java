package io.sparkflight.bench;

import io.sparkflight.arrow.BatchFrame;
import io.sparkflight.arrow.BatchLimits;
import io.sparkflight.arrow.Compression;
import io.sparkflight.config.ConfigSource;
import io.sparkflight.manager.ManagerConfig;
import io.sparkflight.manager.push.PartitionEncoding;
import io.sparkflight.manager.push.PushPlan;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.spark.TaskContext;
import org.apache.spark.rdd.RDD;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.execution.QueryExecution;
import org.apache.spark.sql.sparkflight.ColumnarSource;
import org.apache.spark.sql.sparkflight.SparkBridge;
import scala.runtime.AbstractFunction2;

/**
 * From Spark's plan to the bytes of Arrow, nothing behind it: our encoders and Spark's {@code
 * toArrowBatchRdd} by turns, over lineitem from Parquet and from a cached table.
 */
final class Conversion implements Bench.Benchmark {
  private static final int ROUNDS = 3;
  private static final int SCALE = 2;

  private static final String NUMBERS =
      "l_orderkey, l_partkey, l_suppkey, l_linenumber, l_orderkey + 1, l_partkey + 1, l_suppkey + 1, l_linenumber + 1";
  private static final String TEXTS =
      "l_returnflag, l_linestatus, l_shipinstruct, l_shipmode, l_comment";

  @Override
  public List<Bench.Figure> run(Path cache) throws Exception {
    String table = "parquet.`%s`".formatted(Lineitem.table(cache, SCALE).toUri());
    try (SparkSession spark = ParquetChain.session()) {
      List<Bench.Figure> figures = new ArrayList<>();
      figures.add(compare(spark, "Parquet, 8 columns", table, Lineitem.EIGHT, "≥ 1.5 ×"));
      figures.add(compare(spark, "Parquet, 5 texts", table, TEXTS, ""));
      figures.add(compare(spark, "Parquet, all 16 columns", table, "*", ""));
      figures.add(
          compare(spark, "Parquet, computed, so rows", table, "upper(l_shipmode), " + NUMBERS, ""));
      String some = "SELECT %s FROM " + table + " WHERE l_orderkey %% 4 = 0";
      spark.sql("CACHE TABLE numbers AS " + some.formatted(NUMBERS));
      figures.add(compare(spark, "cached, 8 numbers", "numbers", "*", "≥ 2 ×"));
      spark.sql("CACHE TABLE mixed AS " + some.formatted(Lineitem.EIGHT));
      figures.add(compare(spark, "cached, 8 columns", "mixed", "*", "≥ 2 ×"));
      return figures;
    }
  }

  private static Bench.Figure compare(
      SparkSession spark, String name, String table, String columns, String target) {
    String sql = "SELECT %s FROM %s".formatted(columns, table);
    long rows = spark.table(table).count();
    List<Double> own = new ArrayList<>();
    List<Double> usual = new ArrayList<>();
    for (int round = 0; round <= ROUNDS; round++) {
      double theirs = rate(rows, () -> arrowBatches(spark.sql(sql)));
      double ours = rate(rows, () -> encode(spark.sql(sql)));
      if (round > 0) { // the first round warms up
        own.add(ours);
        usual.add(theirs);
      }
    }
    return ParquetChain.figure("to Arrow: " + name, own, "toArrowBatchRdd", usual, target);
  }

  private static double rate(long rows, Runnable work) {
    long start = System.nanoTime();
    work.run();
    return rows / ((System.nanoTime() - start) / 1e9);
  }

  private static void arrowBatches(Dataset<Row> data) {
    requireSome(
        data.toArrowBatchRdd().toJavaRDD().map(batch -> (long) batch.length).reduce(Long::sum));
  }

  private static void encode(Dataset<Row> data) {
    requireSome(encode(data, Compression.NONE));
  }

  /** Encodes the whole with our encoders; the number of bytes that it becomes. */
  static long encode(Dataset<Row> data, Compression compression) {
    QueryExecution query = SparkBridge.execution(data);
    BatchLimits limits = ManagerConfig.from(ConfigSource.of(Map.of())).batch();
    PushPlan plan =
        new PushPlan(
            0, 0, 0, List.of(), null, new byte[0], SparkBridge.schema(query), limits, compression);
    return SparkBridge.inExecution(query, "encode", () -> bytes(query, plan));
  }

  private static long bytes(QueryExecution query, PushPlan plan) {
    Optional<ColumnarSource> columns = SparkBridge.columns(query);
    return columns.isPresent()
        ? bytes(
            columns.get().batches(),
            new Counting<>(plan, new PartitionEncoding.Columns(columns.get().ordinals())))
        : bytes(SparkBridge.rows(query), new Counting<>(plan, new PartitionEncoding.Rows()));
  }

  private static <T> long bytes(RDD<T> input, Counting<T> task) {
    AtomicLong bytes = new AtomicLong();
    SparkBridge.runJob(input, task, Long.class, (partition, some) -> bytes.addAndGet(some));
    return bytes.get();
  }

  private static void requireSome(long bytes) {
    if (bytes == 0) {
      throw new IllegalStateException("nothing was encoded");
    }
  }

  /** Encodes a partition and keeps nothing but the number of bytes. */
  private static final class Counting<T>
      extends AbstractFunction2<TaskContext, scala.collection.Iterator<T>, Long>
      implements Serializable {
    private static final long serialVersionUID = 1L;

    private final PushPlan plan;
    private final PartitionEncoding<T> encoding;

    Counting(PushPlan plan, PartitionEncoding<T> encoding) {
      this.plan = plan;
      this.encoding = encoding;
    }

    @Override
    public Long apply(TaskContext context, scala.collection.Iterator<T> input) {
      long bytes = 0;
      for (Iterator<BatchFrame> frames = encoding.encode(plan, input); frames.hasNext(); ) {
        bytes += frames.next().bytes().length;
      }
      return bytes;
    }
  }
}
