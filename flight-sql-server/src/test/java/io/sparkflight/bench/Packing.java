package io.sparkflight.bench;

import io.sparkflight.arrow.Compression;
import io.sparkflight.bench.peer.Clients;
import io.sparkflight.bench.peer.Clients.Read;
import io.sparkflight.bench.peer.OurServer;
import io.sparkflight.bench.peer.StockSpark;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.sql.SparkSession;

/**
 * What packing the batches of lineitem saves and costs: the bytes, and the rate at which a client
 * on the same machine reads them, which has no slow network to gain from.
 */
final class Packing implements Bench.Benchmark {
  private static final int ROUNDS = 3;
  private static final int SCALE = 2;

  @Override
  public List<Bench.Figure> run(Path cache) throws Exception {
    Clients clients = new Clients(StockSpark.find(), cache);
    String sql =
        "SELECT %s FROM parquet.`%s`"
            .formatted(Lineitem.EIGHT, Lineitem.table(cache, SCALE).toUri());
    List<Bench.Figure> figures = new ArrayList<>(sizes(sql));
    double plain = rate(clients, sql, Compression.NONE);
    for (Compression packed : List.of(Compression.LZ4, Compression.ZSTD)) {
      double rate = rate(clients, sql, packed);
      figures.add(
          new Bench.Figure(
              "lineitem by %s, pyarrow".formatted(name(packed)),
              rate,
              "rows/s",
              rate / plain,
              "as it is: %,.0f".formatted(plain),
              ""));
    }
    return figures;
  }

  private static List<Bench.Figure> sizes(String sql) {
    try (SparkSession spark = ParquetChain.session()) {
      double plain = Conversion.encode(spark.sql(sql), Compression.NONE) / 1e6;
      List<Bench.Figure> figures = new ArrayList<>();
      for (Compression packed : List.of(Compression.LZ4, Compression.ZSTD)) {
        double size = Conversion.encode(spark.sql(sql), packed) / 1e6;
        figures.add(
            new Bench.Figure(
                "lineitem by %s, bytes".formatted(name(packed)),
                size,
                "MB",
                size / plain,
                "as it is: %,.0f MB".formatted(plain),
                ""));
      }
      return figures;
    }
  }

  private static double rate(Clients clients, String sql, Compression compression)
      throws Exception {
    String setting = compression.name().toLowerCase(Locale.ROOT);
    try (OurServer server = OurServer.start(Map.of("spark.flight.result.compression", setting))) {
      List<Read> reads =
          clients.readPython("pyarrow", "grpc://127.0.0.1:" + server.port(), sql, ROUNDS);
      return Bench.median(reads.stream().map(read -> read.rows() / read.seconds()).toList());
    }
  }

  private static String name(Compression compression) {
    return compression == Compression.LZ4 ? "LZ4" : "ZSTD";
  }
}
