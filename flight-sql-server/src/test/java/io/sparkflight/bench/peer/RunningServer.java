package io.sparkflight.bench.peer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A server in a process of its own. */
public final class RunningServer implements AutoCloseable {
  private final ChildProcess process;
  private final int port;

  RunningServer(ChildProcess process, int port) {
    this.process = process;
    this.port = port;
  }

  public int port() {
    return port;
  }

  /** The most memory that the process ever had, in megabytes, as Linux counts it. */
  public double peakMegabytes() throws IOException {
    String peak =
        Files.readAllLines(Path.of("/proc", String.valueOf(process.pid()), "status")).stream()
            .filter(line -> line.startsWith("VmHWM:"))
            .findFirst()
            .orElseThrow();
    return Double.parseDouble(peak.replaceAll("[^0-9]", "")) / 1000;
  }

  @Override
  public void close() {
    process.close();
  }
}
