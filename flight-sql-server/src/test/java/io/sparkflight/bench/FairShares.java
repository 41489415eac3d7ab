package io.sparkflight.bench;

import io.sparkflight.bench.peer.Clients;
import io.sparkflight.bench.peer.OurServer;
import io.sparkflight.bench.peer.StockSpark;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * 64 connections with lookups of milliseconds, alone and beside eight that read the whole of
 * lineitem again and again: how long the small ones wait, and what is left to the large. The
 * lookups are jobs, in both modes of Spark's scheduler; and then without jobs, as they are by
 * default.
 */
final class FairShares implements Bench.Benchmark {
  private static final int SMALL = 64;
  private static final int LARGE = 8;
  private static final int SECONDS = 20;

  @Override
  public List<Bench.Figure> run(Path cache) throws Exception {
    Clients clients = new Clients(StockSpark.find(), cache);
    String whole = "SELECT * FROM parquet.`%s`".formatted(Lineitem.table(cache, 2).toUri());
    List<Bench.Figure> figures = new ArrayList<>();
    String jobs = "spark.flight.inline.max-scan-rows";
    for (String mode : List.of("FIFO", "FAIR")) {
      figures.addAll(beside(clients, whole, mode, Map.of("spark.scheduler.mode", mode, jobs, "0")));
    }
    figures.addAll(beside(clients, whole, "no job", Map.of("spark.scheduler.mode", "FAIR")));
    return figures;
  }

  private static List<Bench.Figure> beside(
      Clients clients, String whole, String mode, Map<String, String> settings) throws Exception {
    try (OurServer server = OurServer.start(settings)) {
      String url = Clients.flightUrl(server.port());
      SmallQueries.cache(server);
      clients.crowdJdbc(url, SmallQueries.LOOKUP, SMALL, SECONDS); // warms up
      List<Double> alone = clients.crowdJdbc(url, SmallQueries.LOOKUP, SMALL, SECONDS);
      List<Clients.Pouring> readers = new ArrayList<>();
      try {
        for (int i = 0; i < LARGE; i++) {
          readers.add(clients.pourJdbc(url, whole));
        }
        Meanwhile wait = () -> TimeUnit.SECONDS.sleep(SECONDS);
        rowsPerSecond(readers, wait); // warms up
        double without = rowsPerSecond(readers, wait);
        List<Double> beside = new ArrayList<>();
        double with =
            rowsPerSecond(
                readers,
                () -> beside.addAll(clients.crowdJdbc(url, SmallQueries.LOOKUP, SMALL, SECONDS)));
        return List.of(
            figure(mode + ": p50 of 64 beside 8 large", 0.5, beside, alone),
            figure(mode + ": p99 of 64 beside 8 large", 0.99, beside, alone),
            figure(mode + ": slowest of 64 beside 8", 0.99999, beside, alone),
            new Bench.Figure(
                mode + ": the 8 large beside the 64",
                with,
                "rows/s",
                with / without,
                "without the small: %,.0f".formatted(without),
                ""));
      } finally {
        for (AutoCloseable reader : readers) {
          reader.close();
        }
      }
    }
  }

  /** What happens while rows are counted. */
  private interface Meanwhile {
    void run() throws Exception;
  }

  private static double rowsPerSecond(List<Clients.Pouring> readers, Meanwhile meanwhile)
      throws Exception {
    long before = rows(readers);
    long start = System.nanoTime();
    meanwhile.run();
    return (rows(readers) - before) * 1e9 / (System.nanoTime() - start);
  }

  private static long rows(List<Clients.Pouring> readers) throws IOException {
    long rows = 0;
    for (Clients.Pouring reader : readers) {
      rows += reader.rows();
    }
    return rows;
  }

  private static Bench.Figure figure(
      String name, double share, List<Double> beside, List<Double> alone) {
    double millis = at(share, beside);
    double before = at(share, alone);
    return new Bench.Figure(
        name, millis, "ms", millis / before, "without the large: %.0f ms".formatted(before), "");
  }

  private static double at(double share, List<Double> millis) {
    return millis.stream().sorted().toList().get((int) (millis.size() * share));
  }
}
