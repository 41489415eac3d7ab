package io.sparkflight.bench;

import io.sparkflight.bench.peer.Clients;
import io.sparkflight.bench.peer.Clients.Read;
import io.sparkflight.bench.peer.OurServer;
import io.sparkflight.bench.peer.StockSpark;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.curator.test.TestingServer;
import org.apache.spark.network.util.JavaUtils;

/**
 * An unchanged Spark reads lineitem from two of our servers, and writes rows to one: by the source
 * {@code flight-sql}, and by Spark's own JDBC source and sink with the Flight driver.
 */
final class Source implements Bench.Benchmark {
  private static final int ROUNDS = 5;
  private static final int SCALE = 2;

  /** The rows that each way writes at once: so few by JDBC that it ends in half a minute. */
  private static final Map<String, Integer> WRITTEN =
      Map.of("write-flight", 5_000_000, "write-jdbc", 10_000);

  /** Spark's JDBC source puts names into double quotes. */
  private static final Map<String, String> DOUBLE_QUOTES =
      Map.of("spark.sql.ansi.enabled", "true", "spark.sql.ansi.doubleQuotedIdentifiers", "true");

  private final boolean reads;

  /**
   * @param reads whether Spark reads; else it writes
   */
  Source(boolean reads) {
    this.reads = reads;
  }

  @Override
  public List<Bench.Figure> run(Path cache) throws Exception {
    Clients clients = new Clients(StockSpark.find(), cache);
    Path warehouse = Files.createTempDirectory("bench-warehouse");
    try (TestingServer zooKeeper = new TestingServer();
        OurServer one = OurServer.start(settings(zooKeeper, warehouse));
        OurServer two = OurServer.start(settings(zooKeeper, warehouse))) {
      two.requireEndpoints(2);
      return reads ? read(clients, Lineitem.table(cache, SCALE), two) : write(clients, two);
    } finally {
      JavaUtils.deleteRecursively(warehouse.toFile());
    }
  }

  private static List<Bench.Figure> read(Clients clients, Path table, OurServer server)
      throws Exception {
    Map<String, List<Read>> reads =
        clients.sparkJob(
            List.of("read-flight", "read-parquet", "read-streams", "read-streamed", "read-jdbc"),
            server.port(),
            table.toString(),
            ROUNDS);
    List<Bench.Figure> figures = new ArrayList<>();
    for (String own : List.of("read-flight", "read-streams", "read-streamed")) {
      String name = "Spark reads, " + own.substring("read-".length());
      boolean usual = own.equals("read-flight");
      figures.add(rate(name, reads, own, "Spark's JDBC source", "read-jdbc", usual ? "≥ 8 ×" : ""));
      figures.add(
          rate(
              name, reads, own, "the same Parquet itself", "read-parquet", usual ? "≥ 0.5 ×" : ""));
    }
    return figures;
  }

  private static List<Bench.Figure> write(Clients clients, OurServer server) throws Exception {
    server.seconds(
        OurServer.Kind.COLLECT,
        "CREATE TABLE sink (a BIGINT, b INT, c DOUBLE, d STRING) USING parquet");
    Map<String, List<Read>> writes = new HashMap<>();
    for (Map.Entry<String, Integer> way : WRITTEN.entrySet()) {
      writes.putAll(
          clients.sparkJob(
              List.of(way.getKey()), server.port(), String.valueOf(way.getValue()), ROUNDS));
    }
    return List.of(
        rate(
            "Spark writes rows",
            writes,
            "write-flight",
            "Spark's JDBC sink",
            "write-jdbc",
            "≥ 10 ×"));
  }

  private static Map<String, String> settings(TestingServer zooKeeper, Path warehouse) {
    Map<String, String> settings = new HashMap<>(DOUBLE_QUOTES);
    settings.put("spark.sql.warehouse.dir", warehouse.toUri().toString());
    settings.putAll(ClusterSizes.clustered(zooKeeper));
    return settings;
  }

  private static Bench.Figure rate(
      String name,
      Map<String, List<Read>> reads,
      String own,
      String peer,
      String peers,
      String target) {
    double rate = rate(reads, own);
    double other = rate(reads, peers);
    return new Bench.Figure(
        name, rate, "rows/s", rate / other, "%s: %,.0f".formatted(peer, other), target);
  }

  private static double rate(Map<String, List<Read>> reads, String way) {
    List<Read> all = Objects.requireNonNull(reads.get(way), way);
    return Bench.median(all.stream().map(read -> read.rows() / read.seconds()).toList());
  }
}
