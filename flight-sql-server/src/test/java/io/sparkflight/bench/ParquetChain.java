package io.sparkflight.bench;

import io.sparkflight.manager.Placement;
import io.sparkflight.manager.PublishedStatement;
import io.sparkflight.manager.run.ManagerFixture;
import io.sparkflight.testing.WideTable;
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
  private static final int ROUNDS = 5;

  @Override
  public List<Bench.Figure> run(Path cache) throws Exception {
    try (SparkSession spark = session();
        ManagerFixture ours = new ManagerFixture(spark, Map.of());
        VectorRelay usual = new VectorRelay()) {
      Path table = WideTable.write(spark, cache);
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
  interface Work {
    long run() throws Exception;
  }

  /** Rows per second of a read of the whole table. */
  static double rate(Work work) throws Exception {
    long start = System.nanoTime();
    long rows = work.run();
    double seconds = (System.nanoTime() - start) / 1e9;
    if (rows != WideTable.ROWS) {
      throw new IllegalStateException("read %d rows, not %d".formatted(rows, WideTable.ROWS));
    }
    return WideTable.ROWS / seconds;
  }

  /** Runs the chain through our server and returns the number of rows that the client got. */
  static long read(ManagerFixture ours, Dataset<Row> data) throws Exception {
    PublishedStatement statement = ours.publish(data, Placement.DISTRIBUTED);
    try (FlightStream stream = ours.open(statement.endpoints().get(0).ticket())) {
      return rows(stream);
    }
  }

  /** Reads a stream to its end. */
  static long rows(FlightStream stream) {
    long rows = 0;
    while (stream.next()) {
      rows += stream.getRoot().getRowCount();
    }
    return rows;
  }

  private static long noop(Dataset<Row> data) {
    data.write().format("noop").mode("overwrite").save();
    return WideTable.ROWS;
  }

  /** The medians of two rates, and their ratio. */
  static Bench.Figure figure(
      String name, List<Double> rates, String peer, List<Double> peerRates, String target) {
    double own = Bench.median(rates);
    double other = Bench.median(peerRates);
    return new Bench.Figure(
        name, own, "rows/s", own / other, "%s: %,.0f".formatted(peer, other), target);
  }

  /** Two task threads in this JVM. */
  static SparkSession session() {
    return SparkSession.builder()
        .master("local[2]")
        .config("spark.ui.enabled", false)
        .config("spark.sql.execution.arrow.maxRecordsPerBatch", 50_000)
        .getOrCreate();
  }
}
