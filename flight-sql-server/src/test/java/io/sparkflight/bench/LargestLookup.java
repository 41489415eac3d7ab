package io.sparkflight.bench;

import io.sparkflight.bench.peer.Clients;
import io.sparkflight.bench.peer.OurServer;
import io.sparkflight.bench.peer.StockSpark;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The most rows that the driver looks at without a job ({@code spark.flight.inline.max-scan-rows}),
 * by predicates of which the statistics of the cached batches say nothing, over JDBC: without a
 * job, and as a job of a server that is told never to do without. By turns.
 */
final class LargestLookup implements Bench.Benchmark {
  private static final int ROWS = 65_536;
  private static final int ROUNDS = 2;
  private static final int MEASURED = 200;

  /** Every session of a server sees it. */
  private static final List<String> CACHE =
      List.of(
          "CREATE GLOBAL TEMPORARY VIEW widest AS SELECT id, concat('name ', id) AS name,"
              + " CAST(id AS DECIMAL(20, 2)) AS price FROM range(0, %d, 1, 2)".formatted(ROWS),
          "CACHE TABLE global_temp.widest");

  private static final Map<String, String> PREDICATES = new LinkedHashMap<>();

  static {
    PREDICATES.put("of a number", "pmod(id * 7919, %d) = 5".formatted(ROWS));
    PREDICATES.put("of a text", "upper(concat(name, 'x')) LIKE '%E 777X'");
    PREDICATES.put("of a decimal", "price * 3 = 2331");
  }

  @Override
  public List<Bench.Figure> run(Path cache) throws Exception {
    Clients clients = new Clients(StockSpark.find(), cache);
    List<Bench.Figure> figures = new ArrayList<>();
    try (OurServer without = OurServer.start(Map.of());
        OurServer jobs = OurServer.start(Map.of("spark.flight.inline.max-scan-rows", "0"))) {
      for (String statement : CACHE) {
        without.seconds(OurServer.Kind.COLLECT, statement);
        jobs.seconds(OurServer.Kind.COLLECT, statement);
      }
      for (Map.Entry<String, String> predicate : PREDICATES.entrySet()) {
        String sql = "SELECT id FROM global_temp.widest WHERE " + predicate.getValue();
        List<Double> own = new ArrayList<>();
        List<Double> others = new ArrayList<>();
        for (int round = 0; round < ROUNDS; round++) {
          own.addAll(clients.askJdbc(Clients.flightUrl(without.port()), sql, MEASURED));
          others.addAll(clients.askJdbc(Clients.flightUrl(jobs.port()), sql, MEASURED));
        }
        figures.add(figure(predicate.getKey(), Bench.median(own), Bench.median(others)));
      }
    }
    return figures;
  }

  private static Bench.Figure figure(String predicate, double own, double job) {
    return new Bench.Figure(
        "65,536 rows, " + predicate, own, "ms", own / job, "as a job: %.1f ms".formatted(job), "");
  }
}
