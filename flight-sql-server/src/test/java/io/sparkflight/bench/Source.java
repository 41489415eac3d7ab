package io.sparkflight.bench;

import io.sparkflight.bench.peer.Clients;
import io.sparkflight.bench.peer.Clients.Read;
import io.sparkflight.bench.peer.OurServer;
import io.sparkflight.bench.peer.StockSpark;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.curator.test.TestingServer;
import org.apache.spark.network.util.JavaUtils;

/**
 * An unchanged Spark reads lineitem from two of our servers, and writes rows to one: by the source
 * {@code flight-sql}, and by Spark's own JDBC source and sink with the Flight driver.
 */
final class Source implements Bench.Benchmark {
  private static final int ROUNDS = 3;

  /** For what is slow. */
  private static final int ONE_ROUND = 1;

  private static final int SCALE = 2;
  private static final int WRITTEN = 5_000_000;

  /** So few that the sink, which is slow, ends in a minute. */
  private static final int WRITTEN_BY_JDBC = 20_000;

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
    String sql = "SELECT %s FROM parquet.`%s`".formatted(Lineitem.EIGHT, table.toUri());
    List<Read> usual = // which warms up the server for the others as well
        clients.sparkJob("read-jdbc", Clients.flightUrl(server.port()), sql, ONE_ROUND);
    List<Read> own = clients.sparkJob("read-flight", location(server), sql, ROUNDS);
    List<Read> local = clients.sparkJob("read-parquet", "-", table.toString(), ROUNDS);
    List<Read> parallel = clients.sparkJob("read-streams", location(server), sql, ROUNDS);
    List<Read> streamed = clients.sparkJob("read-streamed", location(server), sql, ROUNDS);
    return List.of(
        rate("Spark reads lineitem", own, "Spark's JDBC source", usual, "≥ 8 ×"),
        rate("Spark reads lineitem", own, "the same Parquet itself", local, "≥ 0.5 ×"),
        rate("the same, streams 2", parallel, "Spark's JDBC source", usual, ""),
        rate("the same, streams 2", parallel, "the same Parquet itself", local, ""),
        rate("the same, retain 0s", streamed, "Spark's JDBC source", usual, ""),
        rate("the same, retain 0s", streamed, "the same Parquet itself", local, ""));
  }

  private static List<Bench.Figure> write(Clients clients, OurServer server) throws Exception {
    server.seconds(
        OurServer.Kind.COLLECT,
        "CREATE TABLE sink (a BIGINT, b INT, c DOUBLE, d STRING) USING parquet");
    List<Read> written =
        clients.sparkJob("write-flight", location(server), String.valueOf(WRITTEN), ROUNDS);
    List<Read> sunk =
        clients.sparkJob(
            "write-jdbc",
            Clients.flightUrl(server.port()),
            String.valueOf(WRITTEN_BY_JDBC),
            ONE_ROUND);
    return List.of(rate("Spark writes rows", written, "Spark's JDBC sink", sunk, "≥ 10 ×"));
  }

  private static String location(OurServer server) {
    return "grpc://127.0.0.1:" + server.port();
  }

  private static Map<String, String> settings(TestingServer zooKeeper, Path warehouse) {
    Map<String, String> settings = new HashMap<>(DOUBLE_QUOTES);
    settings.put("spark.sql.warehouse.dir", warehouse.toUri().toString());
    settings.putAll(ClusterSizes.clustered(zooKeeper));
    return settings;
  }

  private static Bench.Figure rate(
      String name, List<Read> own, String peer, List<Read> peers, String target) {
    double rate = Bench.median(own.stream().map(read -> read.rows() / read.seconds()).toList());
    double other = Bench.median(peers.stream().map(read -> read.rows() / read.seconds()).toList());
    return new Bench.Figure(
        name, rate, "rows/s", rate / other, "%s: %,.0f".formatted(peer, other), target);
  }
}
