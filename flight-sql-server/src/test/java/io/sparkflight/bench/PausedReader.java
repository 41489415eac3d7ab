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
 * the whole result was produced, for a result and for one thirty times as large; and the most
 * memory that the process ever had until the client has read all.
 */
final class PausedReader implements Bench.Benchmark {
  private static final long ROWS_OF_A_GIGABYTE = 3_900_000;
  private static final int TIMES = 30;

  private final double gigabytes;

  /**
   * @param gigabytes of the smaller result
   */
  PausedReader(double gigabytes) {
    this.gigabytes = gigabytes;
  }

  /**
   * What was seen.
   *
   * @param live megabytes of live heap and direct memory while the client paused
   * @param peak megabytes of the process at its largest
   * @param seconds of the whole
   */
  private record Seen(double live, double peak, double seconds) {}

  @Override
  public List<Bench.Figure> run(Path cache) throws Exception {
    long rows = Math.round(gigabytes * ROWS_OF_A_GIGABYTE);
    Seen small = read(rows);
    Seen large = read(TIMES * rows);
    String sizes = "%s GB and %s GB".formatted(gigabytes, TIMES * gigabytes);
    return List.of(
        figure("live memory, " + sizes, "MB", large.live(), small.live(), "≤ 1.2 ×"),
        figure("peak of the process, " + sizes, "MB", large.peak(), small.peak(), ""),
        figure("time, " + sizes, "s", large.seconds(), small.seconds(), ""));
  }

  private static Bench.Figure figure(
      String name, String unit, double large, double small, String target) {
    return new Bench.Figure(
        name, large, unit, large / small, "the smaller: %.1f".formatted(small), target);
  }

  private static Seen read(long rows) throws Exception {
    try (OurServer server = OurServer.start(Map.of());
        BufferAllocator allocator = new RootAllocator();
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
      long start = System.nanoTime();
      long read = stream.next() ? stream.getRoot().getRowCount() : 0;
      double live = server.settledMegabytes();
      while (stream.next()) {
        read += stream.getRoot().getRowCount();
      }
      if (read != rows) {
        throw new IllegalStateException("read %d rows, not %d".formatted(read, rows));
      }
      return new Seen(live, server.peakMegabytes(), (System.nanoTime() - start) / 1e9);
    }
  }
}
