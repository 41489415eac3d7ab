package io.sparkflight.bench;

import io.sparkflight.manager.Placement;
import io.sparkflight.manager.PublishedStatement;
import io.sparkflight.manager.ResultOptions;
import io.sparkflight.manager.exchange.Exchange;
import io.sparkflight.manager.run.ManagerFixture;
import io.sparkflight.testing.WideTable;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.arrow.flight.FlightStream;
import org.apache.spark.sql.SparkSession;

/**
 * A result that is retained in memory, read again and again by the stock Flight client, by turns
 * with the same batches kept as vectors behind Flight's own listener, in one JVM.
 */
final class Reread implements Bench.Benchmark {
  private static final int WARM_UP = 3;
  private static final int ROUNDS = 9;

  /** Room for the whole of {@link WideTable}. */
  private static final Map<String, String> ALL_IN_MEMORY =
      Map.of(
          "spark.flight.exchange.memory", "1g",
          "spark.flight.exchange.statement-memory", "1g");

  private static final ResultOptions RETAINED =
      new ResultOptions(
          Duration.ofMinutes(10), ResultOptions.Locations.DIRECT, ResultOptions.Order.SINGLE);

  @Override
  public List<Bench.Figure> run(Path cache) throws Exception {
    try (SparkSession spark = ParquetChain.session();
        ManagerFixture ours = new ManagerFixture(spark, ALL_IN_MEMORY);
        VectorStore stock = new VectorStore()) {
      PublishedStatement statement =
          ours.publish(
              spark.read().parquet(WideTable.write(spark, cache).toString()),
              Placement.DISTRIBUTED,
              RETAINED);
      byte[] ticket = statement.endpoints().get(0).ticket();
      stock.keep(ours.location(), ticket);
      List<Double> oursRates = new ArrayList<>();
      List<Double> copyingRates = new ArrayList<>();
      List<Double> zeroCopyRates = new ArrayList<>();
      for (int round = 0; round < WARM_UP + ROUNDS; round++) {
        double oursRate = rate(ours.open(ticket));
        double copyingRate = rate(stock.open(VectorStore.Writing.COPYING));
        double zeroCopyRate = rate(stock.open(VectorStore.Writing.ZERO_COPY));
        if (round >= WARM_UP) {
          oursRates.add(oursRate);
          copyingRates.add(copyingRate);
          zeroCopyRates.add(zeroCopyRate);
        }
      }
      requireInMemory(ours.manager().usage());
      String what = "10 M × 8 read again → stock client";
      return List.of(
          ParquetChain.figure(what, oursRates, "stock FlightServer", copyingRates, "≥ 1.4 ×"),
          ParquetChain.figure(what, oursRates, "the same, zero copy", zeroCopyRates, ""));
    }
  }

  private static double rate(FlightStream opened) throws Exception {
    return ParquetChain.rate(
        () -> {
          try (FlightStream stream = opened) {
            return ParquetChain.rows(stream);
          }
        });
  }

  private static void requireInMemory(Exchange.Usage usage) {
    if (usage.disk() > 0 || usage.memory() == 0) {
      throw new IllegalStateException("the result is not in memory: " + usage);
    }
  }
}
