package io.sparkflight.bench;

import io.sparkflight.bench.peer.Clients;
import io.sparkflight.bench.peer.Clients.Read;
import io.sparkflight.bench.peer.OurServer;
import io.sparkflight.bench.peer.StockSpark;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.curator.test.TestingServer;

/**
 * The same result from clusters of one, two and four servers on one machine. More servers bring no
 * more processors here: the figures say what spreading costs, not what it gains.
 */
final class ClusterSizes implements Bench.Benchmark {
  private static final int ROUNDS = 3;

  @Override
  public List<Bench.Figure> run(Path cache) throws Exception {
    Clients clients = new Clients(StockSpark.find(), cache);
    String sql =
        "SELECT %s FROM parquet.`%s`".formatted(Lineitem.EIGHT, Lineitem.table(cache, 2).toUri());
    double alone = rate(clients, sql, 1);
    List<Bench.Figure> figures = new ArrayList<>();
    for (int servers : List.of(2, 4)) {
      double rate = rate(clients, sql, servers);
      figures.add(
          new Bench.Figure(
              "ADBC Python, %d servers".formatted(servers),
              rate,
              "rows/s",
              rate / alone,
              "one server: %,.0f".formatted(alone),
              ""));
    }
    return figures;
  }

  private static double rate(Clients clients, String sql, int servers) throws Exception {
    List<OurServer> cluster = new ArrayList<>();
    try (TestingServer zooKeeper = new TestingServer()) {
      for (int i = 0; i < servers; i++) {
        cluster.add(OurServer.start(clustered(zooKeeper)));
      }
      OurServer last = cluster.get(servers - 1);
      last.requireEndpoints(servers);
      List<Read> reads = clients.readPython("adbc", "grpc://127.0.0.1:" + last.port(), sql, ROUNDS);
      return Bench.median(reads.stream().map(read -> read.rows() / read.seconds()).toList());
    } finally {
      cluster.forEach(OurServer::close);
    }
  }

  /** The settings of a server that meets others. */
  static Map<String, String> clustered(TestingServer zooKeeper) {
    return Map.of(
        "spark.flight.manager", "zookeeper",
        "spark.flight.manager.zookeeper.url", zooKeeper.getConnectString(),
        "spark.flight.cluster.secret", "a secret of the benchmark");
  }
}
