package io.sparkflight.bench.peer;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

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

  /** Waits until no Spark job runs, and returns the megabytes of live heap and direct memory. */
  public double settledMegabytes() throws IOException {
    return Double.parseDouble(process.ask("SETTLED"));
  }

  @Override
  public void close() {
    process.close();
  }
}
