package io.sparkflight.bench;

import io.sparkflight.bench.peer.Clients;
import io.sparkflight.bench.peer.OurServer;
import io.sparkflight.bench.peer.RunningServer;
import io.sparkflight.bench.peer.StockSpark;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Statements that take milliseconds, over JDBC: one client, and 64 at once; on our server and on
 * Spark's Thrift Server, each a process with two task threads.
 */
final class SmallQueries implements Bench.Benchmark {
  private static final int MEASURED = 1000;
  private static final int CROWD = 64;
  private static final int CROWD_SECONDS = 20;

  private static final String ONE = "SELECT 1";

  /** Every session of a server sees it. */
  static final List<String> CACHE =
      List.of(
          "CREATE GLOBAL TEMPORARY VIEW points AS SELECT id, concat('name ', id) AS name FROM range(1000000)",
          "CACHE TABLE global_temp.points");

  static final String LOOKUP = "SELECT name FROM global_temp.points WHERE id = 471100";

  private final List<Bench.Figure> figures = new ArrayList<>();

  /** What a server answered. */
  private record Answers(
      List<Double> one, List<Double> lookup, List<Double> crowdOne, List<Double> crowdLookup) {

    static Answers of(Clients clients, String url) throws Exception {
      return new Answers(
          clients.askJdbc(url, ONE, MEASURED),
          clients.askJdbc(url, LOOKUP, MEASURED / 2),
          crowd(clients, url, ONE),
          crowd(clients, url, LOOKUP));
    }

    private static List<Double> crowd(Clients clients, String url, String sql) throws Exception {
      clients.crowdJdbc(url, sql, CROWD, CROWD_SECONDS / 2); // warms up
      return clients.crowdJdbc(url, sql, CROWD, CROWD_SECONDS);
    }
  }

  @Override
  public List<Bench.Figure> run(Path cache) throws Exception {
    StockSpark spark = StockSpark.find();
    Clients clients = new Clients(spark, cache);
    Answers thrift;
    try (RunningServer server = spark.thriftServer()) {
      String url = Clients.thriftUrl(server.port());
      for (String statement : CACHE) {
        clients.runJdbc(url, statement);
      }
      thrift = Answers.of(clients, url);
    }
    try (OurServer server = OurServer.start(Map.of())) {
      cache(server);
      Answers own = Answers.of(clients, Clients.flightUrl(server.port()));
      latency("SELECT 1 over JDBC", own.one(), "Thrift Server", thrift.one(), "≤ 5 ms, ≤ 0.5 ×");
      List<Double> inProcess = collect(server, ONE);
      latency("SELECT 1 over JDBC", own.one(), "collect in process", inProcess, "");
      latency("lookup in a cached table", own.lookup(), "Thrift Server", thrift.lookup(), "");
      List<Double> collected = collect(server, LOOKUP);
      latency("lookup in a cached table", own.lookup(), "collect in process", collected, "≤ 1.3 ×");
      crowd("64 clients, SELECT 1", own.crowdOne(), thrift.crowdOne());
      crowd("64 clients, lookup", own.crowdLookup(), thrift.crowdLookup());
    }
    return figures;
  }

  /** Makes the table of the lookups in one of our servers. */
  static void cache(OurServer server) throws IOException {
    for (String statement : CACHE) {
      server.seconds(OurServer.Kind.COLLECT, statement);
    }
  }

  private static List<Double> collect(OurServer server, String sql) throws IOException {
    List<Double> millis = new ArrayList<>();
    long warm = System.nanoTime() + Clients.WARM_UP.toNanos();
    while (System.nanoTime() < warm) {
      server.seconds(OurServer.Kind.COLLECT, sql);
    }
    for (int i = 0; i < MEASURED / 2; i++) {
      millis.add(1000 * server.seconds(OurServer.Kind.COLLECT, sql));
    }
    return millis;
  }

  private void latency(
      String name, List<Double> own, String peer, List<Double> peers, String target) {
    double p50 = Bench.median(own);
    double other = Bench.median(peers);
    figures.add(
        new Bench.Figure(
            name + ", p50", p50, "ms", p50 / other, "%s: %.1f ms".formatted(peer, other), target));
  }

  private void crowd(String name, List<Double> own, List<Double> thrift) {
    double rate = (double) own.size() / CROWD_SECONDS;
    double other = (double) thrift.size() / CROWD_SECONDS;
    figures.add(
        new Bench.Figure(
            name, rate, "1/s", rate / other, "Thrift Server: %.0f".formatted(other), "≥ 3 ×"));
    double p99 = p99(own);
    double otherP99 = p99(thrift);
    figures.add(
        new Bench.Figure(
            name + ", p99",
            p99,
            "ms",
            p99 / otherP99,
            "Thrift Server: %.0f ms".formatted(otherP99),
            "bounded"));
  }

  private static double p99(List<Double> millis) {
    return millis.stream().sorted().toList().get(millis.size() * 99 / 100);
  }
}
