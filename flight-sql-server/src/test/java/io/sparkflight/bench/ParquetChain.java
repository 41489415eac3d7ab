package io.sparkflight.bench;

import io.sparkflight.manager.Placement;
import io.sparkflight.manager.PublishedStatement;
import io.sparkflight.manager.run.ManagerFixture;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.arrow.flight.FlightStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Ten million rows of eight columns from Parquet through one server to the stock Flight client,
 * ours and the usual way (Spark's own Arrow conversion, vectors on the way) by turns in one JVM.
 */
final class ParquetChain implements Bench.Benchmark {
  private static final long ROWS = 10_000_000;
  private static final int ROUNDS = 5;

  private static final String[] COLUMNS = {
    "id AS a_key",
    "cast(id % 100000 AS int) AS an_int",
    "id / 7.0d AS a_double",
    "cast(id % 1000000 / 100 AS decimal(15, 2)) AS a_price",
    "date_add(date'1992-01-01', cast(id % 2500 AS int)) AS a_date",
    "timestamp_micros(id * 1000003) AS a_time",
    "concat('name ', id % 5000) AS a_name",
    "cast(id % 7 AS string) AS a_flag"
  };

  @Override
  public List<Bench.Figure> run(Path cache) throws Exception {
    try (SparkSession spark = session();
        ManagerFixture ours = new ManagerFixture(spark, Map.of());
        VectorRelay usual = new VectorRelay()) {
      Path table = cache.resolve("chain-10m-8.parquet");
      if (!Files.exists(table.resolve("_SUCCESS"))) {
        spark.range(0, ROWS, 1, 4).selectExpr(COLUMNS).write().parquet(table.toString());
      }
      List<Double> oursRates = new ArrayList<>();
      List<Double> usualRates = new ArrayList<>();
      List<Double> sparkRates = new ArrayList<>();
      for (int round = 0; round <= ROUNDS; round++) {
        double usualRate = rate(() -> usual.read(spark.read().parquet(table.toString())));
        double oursRate = rate(() -> read(ours, spark.read().parquet(table.toString())));
        double sparkRate = rate(() -> noop(spark.read().parquet(table.toString())));
        if (round > 0) { // the first round warms up
          oursRates.add(oursRate);
          usualRates.add(usualRate);
          sparkRates.add(sparkRate);
        }
      }
      return List.of(
          figure(
              "Parquet 10 M × 8 → stock client",
              oursRates,
              "toArrowBatchRdd + vectors",
              usualRates,
              "≥ 1.5 ×"),
          figure(
              "Parquet 10 M × 8 → stock client",
              oursRates,
              "Spark alone, noop sink",
              sparkRates,
              ""));
    }
  }

  /** Something that returns how many rows it read. */
  private interface Work {
    long run() throws Exception;
  }

  private static double rate(Work work) throws Exception {
    long start = System.nanoTime();
    long rows = work.run();
    double seconds = (System.nanoTime() - start) / 1e9;
    if (rows != ROWS) {
      throw new IllegalStateException("read %d rows, not %d".formatted(rows, ROWS));
    }
    return ROWS / seconds;
  }

  private static long read(ManagerFixture ours, Dataset<Row> data) throws Exception {
    PublishedStatement statement = ours.publish(data, Placement.DISTRIBUTED);
    long rows = 0;
    try (FlightStream stream = ours.open(statement.endpoints().get(0).ticket())) {
      while (stream.next()) {
        rows += stream.getRoot().getRowCount();
      }
    }
    return rows;
  }

  private static long noop(Dataset<Row> data) {
    data.write().format("noop").mode("overwrite").save();
    return ROWS;
  }

  private static Bench.Figure figure(
      String name, List<Double> rates, String peer, List<Double> peerRates, String target) {
    double own = Bench.median(rates);
    double other = Bench.median(peerRates);
    return new Bench.Figure(
        name, own, "rows/s", own / other, "%s: %,.0f".formatted(peer, other), target);
  }

  private static SparkSession session() {
    return SparkSession.builder()
        .master("local[2]")
        .config("spark.ui.enabled", false)
        .config("spark.sql.execution.arrow.maxRecordsPerBatch", 50_000)
        .getOrCreate();
  }
}
