package io.sparkflight.bench;

import io.sparkflight.bench.peer.OurServer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.Location;
import org.apache.arrow.flight.sql.FlightSqlClient;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;

/**
 * What a server of its own process holds while a client has read one batch and then pauses until
 * the whole result was produced: for 100 MB and for 3 GB.
 */
final class PausedReader implements Bench.Benchmark {
  private static final long ROWS_OF_100_MB = 390_000;
  private static final long ROWS_OF_3_GB = 11_700_000;

  @Override
  public List<Bench.Figure> run(Path cache) throws Exception {
    double small = held(ROWS_OF_100_MB);
    double large = held(ROWS_OF_3_GB);
    return List.of(
        new Bench.Figure("heap + direct, 100 MB paused", small, "MB", null, "", ""),
        new Bench.Figure(
            "heap + direct, 3 GB paused",
            large,
            "MB",
            large / small,
            "the same with 100 MB",
            "0.8 … 1.2 ×"));
  }

  private static double held(long rows) throws Exception {
    try (OurServer server = OurServer.start(Map.of())) {
      return pausedRead(server, rows);
    }
  }

  private static double pausedRead(OurServer server, long rows) throws Exception {
    try (BufferAllocator allocator = new RootAllocator();
        FlightSqlClient client =
            new FlightSqlClient(
                FlightClient.builder(
                        allocator, Location.forGrpcInsecure("127.0.0.1", server.port()))
                    .build());
        FlightStream stream =
            client.getStream(
                client
                    .execute(
                        "SELECT id, repeat(sha2(string(id), 256), 4) AS filler FROM range(0, "
                            + rows
                            + ", 1, 12)")
                    .getEndpoints()
                    .get(0)
                    .getTicket())) {
      long read = stream.next() ? stream.getRoot().getRowCount() : 0;
      double megabytes = server.settledMegabytes();
      while (stream.next()) {
        read += stream.getRoot().getRowCount();
      }
      if (read != rows) {
        throw new IllegalStateException("read %d rows, not %d".formatted(read, rows));
      }
      return megabytes;
    }
  }
}
