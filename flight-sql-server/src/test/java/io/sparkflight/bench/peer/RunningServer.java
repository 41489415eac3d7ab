package io.sparkflight.bench.peer;

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

  @Override
  public void close() {
    process.close();
  }
}
