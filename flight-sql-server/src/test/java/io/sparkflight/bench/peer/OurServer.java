package io.sparkflight.bench.peer;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.Location;
import org.apache.arrow.flight.sql.FlightSqlClient;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;

/** Our server in a process of its own: {@link MeasuredServer}. */
public final class OurServer implements AutoCloseable {
  private final ChildProcess process;
  private final int port;

  private OurServer(ChildProcess process, int port) {
    this.process = process;
    this.port = port;
  }

  /** Starts one with settings that differ from the defaults. */
  public static OurServer start(Map<String, String> settings) throws IOException {
    List<String> arguments = new ArrayList<>(List.of(MeasuredServer.class.getName()));
    settings.forEach((key, value) -> arguments.add(key + "=" + value));
    ChildProcess process =
        ChildProcess.java(
            "server",
            System.getProperty("java.class.path"),
            StockSpark.HEAP,
            arguments.toArray(String[]::new));
    return new OurServer(process, Integer.parseInt(process.lineWith("port ").substring(5)));
  }

  public int port() {
    return port;
  }

  /** Runs a statement in the server's own process; returns the seconds that it took. */
  public double seconds(Kind kind, String sql) throws IOException {
    return Double.parseDouble(process.ask(kind + " " + sql));
  }

  /** What the server's own Spark does with a statement, without any client. */
  public enum Kind {
    /** Collects the rows in the driver. */
    COLLECT,
    /** Scans the rows into a sink that keeps nothing. */
    NOOP
  }

  /** Fails unless a large result leaves through so many servers: else a figure is of another. */
  public void requireEndpoints(int wanted) throws Exception {
    try (BufferAllocator memory = new RootAllocator();
        FlightSqlClient client =
            new FlightSqlClient(
                FlightClient.builder(memory, Location.forGrpcInsecure("127.0.0.1", port))
                    .build())) {
      int found = client.execute("SELECT id FROM range(0, 5000, 1, 2)").getEndpoints().size();
      if (found != wanted) {
        throw new IllegalStateException("%d endpoints, not %d".formatted(found, wanted));
      }
    }
  }

  /** The most memory that the process ever had, in megabytes. */
  public double peakMegabytes() throws IOException {
    return process.peakMegabytes();
  }

  /** Waits until no Spark job runs, and returns the megabytes of live heap and direct memory. */
  public double settledMegabytes() throws IOException {
    return Double.parseDouble(process.ask("SETTLED"));
  }

  @Override
  public void close() {
    process.close();
  }
}
