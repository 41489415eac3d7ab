package io.sparkflight.bench;

import io.sparkflight.bench.peer.Clients;
import io.sparkflight.bench.peer.Clients.Read;
import io.sparkflight.bench.peer.OurServer;
import io.sparkflight.bench.peer.StockSpark;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Results of several shapes as pyarrow reads them, beside what the same Spark needs to scan them
 * into a sink that keeps nothing.
 */
final class Shapes implements Bench.Benchmark {
  private static final int ROUNDS = 3;

  @Override
  public List<Bench.Figure> run(Path cache) throws Exception {
    Clients clients = new Clients(StockSpark.find(), cache);
    String lineitem = " FROM parquet.`%s`".formatted(Lineitem.table(cache, 2).toUri());
    String texts = "l_returnflag, l_linestatus, l_shipinstruct, l_shipmode, l_comment";
    List<Bench.Figure> figures = new ArrayList<>();
    try (OurServer server = OurServer.start(Map.of())) {
      String at = "grpc://127.0.0.1:" + server.port();
      figures.add(compare(clients, server, at, "16 columns", "SELECT *" + lineitem));
      figures.add(compare(clients, server, at, "one column", "SELECT l_orderkey" + lineitem));
      figures.add(compare(clients, server, at, "5 texts", "SELECT " + texts + lineitem));
      figures.add(compare(clients, server, at, "174 columns", wide()));
      figures.add(
          compare(
              clients,
              server,
              at,
              "8 columns in order",
              "SELECT " + Lineitem.EIGHT + lineitem + " ORDER BY l_extendedprice"));
      figures.add(compare(clients, server, at, "10 rows", "SELECT *" + lineitem + " LIMIT 10"));
    }
    return figures;
  }

  /** Integers, decimals, doubles, dates and texts by turns, computed from the row's number. */
  private static String wide() {
    List<String> kinds =
        List.of(
            "id + %d",
            "CAST((id + %d) %% 100000 / 100 AS DECIMAL(12, 2))",
            "(id + %d) / 7.0D",
            "date_add(DATE'2000-01-01', CAST((id + %d) %% 9000 AS INT))",
            "concat('value ', (id + %d) %% 1000)",
            "CAST((id + %d) %% 1000 AS INT)");
    String columns =
        IntStream.range(0, 174)
            .mapToObj(i -> kinds.get(i % kinds.size()).formatted(i) + " AS c" + i)
            .collect(Collectors.joining(", "));
    return "SELECT " + columns + " FROM range(0, 300000, 1, 4)";
  }

  private static Bench.Figure compare(
      Clients clients, OurServer server, String at, String name, String sql) throws Exception {
    List<Read> reads = clients.readPython("pyarrow", at, sql, ROUNDS);
    List<Double> scans = new ArrayList<>();
    for (int round = 0; round <= ROUNDS; round++) {
      scans.add(server.seconds(OurServer.Kind.NOOP, sql));
    }
    double rows = reads.get(0).rows();
    double own = rows / Bench.median(reads.stream().map(Read::seconds).toList());
    double floor = rows / Bench.median(scans.subList(1, scans.size()));
    return new Bench.Figure(
        "pyarrow, " + name,
        own,
        "rows/s",
        own / floor,
        "Spark alone, noop sink: %,.0f".formatted(floor),
        "");
  }
}
