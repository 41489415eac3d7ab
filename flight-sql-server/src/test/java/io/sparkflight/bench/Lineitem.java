package io.sparkflight.bench;

import io.sparkflight.bench.peer.Clients;
import io.sparkflight.bench.peer.Clients.Read;
import io.sparkflight.bench.peer.OurServer;
import io.sparkflight.bench.peer.RunningServer;
import io.sparkflight.bench.peer.StockSpark;
import io.sparkflight.bench.peer.StockSqlServer;
import io.sparkflight.sql.demo.Progress;
import io.sparkflight.sql.demo.TpchTables;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;

/**
 * The whole of TPC-H's lineitem, as real clients read it: from us by JDBC, ADBC and pyarrow, from
 * Spark's Thrift Server by JDBC, from Spark Connect by Python. Each server is a process with two
 * task threads, and each client one beside it, all on the same machine.
 */
final class Lineitem implements Bench.Benchmark {
  /**
   * A scale whose reads take so long that two tell, and whose rows are more than Spark Connect
   * collects (its driver has a bound of 1 GiB) and more than a stock server has memory for.
   */
  private static final int LARGE = 10;

  /** Three decimals, a date, two numbers and two texts. */
  static final String EIGHT =
      "l_orderkey, l_linenumber, l_quantity, l_extendedprice, l_discount, l_shipdate, l_returnflag, l_shipmode";

  /** Of a server that is warm. */
  private static final int SCAN_WARM_UP = 3;

  private final int scale;
  private final boolean large;
  private final int rounds;
  private final List<Bench.Figure> figures = new ArrayList<>();

  /**
   * @param scale of TPC-H; lineitem has six million rows at 1
   */
  Lineitem(int scale) {
    this.scale = scale;
    this.large = scale >= LARGE;
    this.rounds = large ? 2 : 5;
  }

  @Override
  public List<Bench.Figure> run(Path cache) throws Exception {
    StockSpark spark = StockSpark.find();
    Clients clients = new Clients(spark, cache);
    String table = "parquet.`%s`".formatted(table(cache, scale).toUri());
    String sql = "SELECT " + EIGHT + " FROM " + table;
    List<Read> thrift = fromThrift(spark, clients, sql);
    List<Read> connect = large ? List.of() : fromConnect(spark, clients, cache, sql);
    try (OurServer server = OurServer.start(Map.of())) {
      String flight = "grpc://127.0.0.1:" + server.port();
      List<Read> adbc = clients.readPython("adbc", flight, sql, rounds);
      List<Read> arrow = clients.readPython("pyarrow", flight, sql, rounds);
      List<Read> jdbc = clients.readJdbc(Clients.flightUrl(server.port()), sql, rounds);
      List<Read> scans = scans(server, sql, adbc.get(0).rows());
      compare("ADBC Python to a table", adbc, "Thrift Server, Hive JDBC", thrift, "≥ 10 ×");
      if (!large) {
        compare("ADBC Python to a table", adbc, "Spark Connect to a table", connect, "≥ 3.5 ×");
        stock(clients, flight, sql, jdbc);
      }
      compare("ADBC Python to a table", adbc, "Spark alone, noop sink", scans, "≥ 0.65 ×");
      compare("pyarrow, batch by batch", arrow, "Thrift Server, Hive JDBC", thrift, "");
      compare("JDBC, getObject", jdbc, "Thrift Server, Hive JDBC", thrift, "≥ 6 ×");
      first("first row by JDBC", jdbc, "Thrift Server", thrift, "≤ 0.3 ×");
      first("first batch by ADBC", adbc, "Thrift Server", thrift, "");
    }
    return figures;
  }

  /** Without spilling, which a client that is slower than Spark brings about. */
  private List<Read> roomy(Clients clients, String sql) throws Exception {
    try (OurServer server =
        OurServer.start(
            Map.of(
                "spark.flight.exchange.memory", "2g",
                "spark.flight.exchange.statement-memory", "2g"))) {
      return clients.readJdbc(Clients.flightUrl(server.port()), sql, rounds);
    }
  }

  private void stock(Clients clients, String from, String sql, List<Read> jdbc) throws Exception {
    try (RunningServer stock = StockSqlServer.start(from, sql)) {
      List<Read> ceiling = clients.readJdbc(Clients.flightUrl(stock.port()), sql, rounds);
      compare("JDBC, getObject", jdbc, "stock server, from memory", ceiling, "≥ 0.85 ×");
      List<Read> roomy = roomy(clients, sql);
      compare("JDBC, nothing spilled", roomy, "stock server, from memory", ceiling, "");
    }
  }

  private List<Read> fromThrift(StockSpark spark, Clients clients, String sql) throws Exception {
    try (RunningServer server = spark.thriftServer()) {
      return clients.readJdbc(Clients.thriftUrl(server.port()), sql, rounds);
    }
  }

  private List<Read> fromConnect(StockSpark spark, Clients clients, Path cache, String sql)
      throws Exception {
    try (RunningServer server = spark.connect(cache.resolve("spark-connect.jar"))) {
      return clients.readPython("connect", "sc://127.0.0.1:" + server.port(), sql, rounds);
    }
  }

  private List<Read> scans(OurServer server, String sql, long rows) throws Exception {
    List<Read> scans = new ArrayList<>();
    for (int round = 0; round < SCAN_WARM_UP + rounds; round++) {
      double seconds = server.seconds(OurServer.Kind.NOOP, sql);
      scans.add(new Read(rows, seconds, seconds));
    }
    return scans.subList(SCAN_WARM_UP, scans.size());
  }

  private void compare(
      String client, List<Read> own, String peer, List<Read> peers, String target) {
    requireSameRows(own, peers);
    String name = "lineitem × %d, %s".formatted(scale, client);
    double rate = median(own, read -> read.rows() / read.seconds());
    double other = median(peers, read -> read.rows() / read.seconds());
    add(name, rate, "rows/s", rate / other, "%s: %,.0f".formatted(peer, other), target);
  }

  private void first(String what, List<Read> own, String peer, List<Read> peers, String target) {
    double millis = 1000 * median(own, Read::first);
    double other = 1000 * median(peers, Read::first);
    add(what, millis, "ms", millis / other, "%s: %,.0f ms".formatted(peer, other), target);
  }

  private void add(
      String name, double value, String unit, @Nullable Double ratio, String peer, String target) {
    figures.add(new Bench.Figure(name, value, unit, ratio, peer, target));
  }

  private static double median(List<Read> reads, ToDoubleFunction<Read> figure) {
    return Bench.median(reads.stream().map(figure::applyAsDouble).toList());
  }

  private static void requireSameRows(List<Read> own, List<Read> peers) {
    if (own.stream().mapToLong(Read::rows).distinct().count() != 1
        || own.get(0).rows() != peers.get(0).rows()) {
      throw new IllegalStateException("not the same rows: %s and %s".formatted(own, peers));
    }
  }

  /** The folder of the table, generated once. */
  static Path table(Path cache, int scale) {
    Path folder = cache.resolve("tpch-" + scale).toAbsolutePath();
    if (!Files.exists(folder.resolve("lineitem"))) {
      try (SparkSession spark =
          SparkSession.builder()
              .master("local[2]")
              .config("spark.ui.enabled", false)
              .getOrCreate()) {
        TpchTables.generate(spark, scale, folder, Progress.SILENT);
      }
    }
    return folder.resolve("lineitem");
  }
}
