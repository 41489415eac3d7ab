package io.sparkflight.bench;

import io.sparkflight.arrow.Compression;
import io.sparkflight.bench.peer.Clients;
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
import java.util.function.Supplier;
import org.apache.arrow.flight.FlightStream;
import org.apache.spark.sql.SparkSession;

/**
 * A result that is retained in memory, read again and again by the stock Flight client, by turns
 * with the same batches kept as vectors behind Flight's own listener, in one JVM.
 */
final class Reread implements Bench.Benchmark {
  private static final int READERS = 3;
  private static final int ROUNDS = 15;

  /** Room for the whole of {@link WideTable}. */
  private static final Map<String, String> ALL_IN_MEMORY =
      Map.of(
          "spark.flight.exchange.memory", "1g",
          "spark.flight.exchange.statement-memory", "1g");

  private static final ResultOptions RETAINED =
      new ResultOptions(
          Duration.ofMinutes(10),
          ResultOptions.Locations.DIRECT,
          ResultOptions.Order.SINGLE,
          Compression.NONE,
          1);

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
      List<Spent> again = new ArrayList<>();
      List<Spent> copying = new ArrayList<>();
      List<Spent> zeroCopy = new ArrayList<>();
      long warm = System.nanoTime() + Clients.WARM_UP.toNanos() * READERS;
      for (int round = 0; round < ROUNDS; ) {
        Spent own = read(() -> ours.open(ticket));
        Spent usual = read(() -> stock.open(VectorStore.Writing.COPYING));
        Spent uncopied = read(() -> stock.open(VectorStore.Writing.ZERO_COPY));
        if (System.nanoTime() - warm > 0) {
          round++;
          again.add(own);
          copying.add(usual);
          zeroCopy.add(uncopied);
        }
      }
      requireInMemory(ours.manager().usage());
      return List.of(
          rate(again, "stock FlightServer", copying, "≥ 1.4 ×"),
          rate(again, "stock, zero copy", zeroCopy, ""),
          processor(again, "stock FlightServer", copying),
          processor(again, "stock, zero copy", zeroCopy));
    }
  }

  private static Spent read(Supplier<FlightStream> opened) throws Exception {
    return Spent.in(
        1,
        () -> {
          try (FlightStream stream = opened.get()) {
            return ParquetChain.rows(stream) == WideTable.ROWS;
          }
        });
  }

  private static Bench.Figure rate(
      List<Spent> again, String peer, List<Spent> peers, String target) {
    return ParquetChain.figure(
        "10 M × 8 read again → stock client", rates(again), peer, rates(peers), target);
  }

  private static List<Double> rates(List<Spent> reads) {
    return reads.stream().map(read -> WideTable.ROWS / read.elapsed() * 1e3).toList();
  }

  /** Client and server together, which depends less on what else the machine does. */
  private static Bench.Figure processor(List<Spent> again, String peer, List<Spent> peers) {
    double own = Spent.median(again, Spent::processor);
    double other = Spent.median(peers, Spent::processor);
    return new Bench.Figure(
        "processor time of such a read",
        own,
        "ms",
        own / other,
        "%s: %,.0f ms".formatted(peer, other),
        "");
  }

  private static void requireInMemory(Exchange.Usage usage) {
    if (usage.disk() > 0 || usage.memory() == 0) {
      throw new IllegalStateException("the result is not in memory: " + usage);
    }
  }
}
