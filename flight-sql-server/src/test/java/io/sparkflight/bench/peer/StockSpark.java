package io.sparkflight.bench.peer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import io.sparkflight.testing.FreePorts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** An unchanged Spark, and the two servers that it brings. */
public final class StockSpark {
  static final String HEAP = "4g";
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final Path home;

  private StockSpark(Path home) {
    this.home = home;
  }

  /** The one that {@code dev/spark-home} names. */
  public static StockSpark find() throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(Path.of("dev", "spark-home").toAbsolutePath().toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String home = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
    if (process.waitFor() != 0) {
      throw new IOException("Cannot find a Spark to compare with, for the reason above.");
    }
    return new StockSpark(Path.of(home));
  }

  /** Its jars, as a class path. */
  String classPath() {
    return home.resolve("jars") + "/*";
  }

  /** The folder that Python takes the package {@code pyspark} from. */
  public Path pythonPath() {
    return java.util.Objects.requireNonNull(home.getParent());
  }

  /**
   * The command that runs a Python program in a Spark of its own, with jars.
   *
   * @param name of its recording, if there is to be one
   */
  List<String> submit(String name, List<String> jars, List<String> program) {
    List<String> command = new ArrayList<>();
    command.add(home.resolve("bin/spark-submit").toString());
    command.addAll(List.of("--master", "local[2]", "--driver-memory", HEAP));
    command.addAll(List.of("--conf", "spark.ui.enabled=false"));
    command.addAll(List.of("--jars", String.join(",", jars)));
    List<String> recording = ChildProcess.recording(name);
    if (!recording.isEmpty()) {
      command.addAll(List.of("--driver-java-options", String.join(" ", recording)));
    }
    command.addAll(program);
    return command;
  }

  /** Starts one of its servers, and returns when it takes connections. */
  RunningServer start(String name, String main, int port, List<String> options) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(home.resolve("bin/spark-submit").toString());
    command.addAll(List.of("--class", main, "--master", "local[2]", "--driver-memory", HEAP));
    command.addAll(List.of("--conf", "spark.ui.enabled=false"));
    command.addAll(List.of("--conf", "spark.sql.catalogImplementation=in-memory"));
    command.addAll(options);
    ChildProcess process = ChildProcess.start(name, command);
    try {
      awaitPort(process, port);
      return new RunningServer(process, port);
    } catch (IOException | RuntimeException e) {
      process.close();
      throw e;
    }
  }

  /** The Thrift Server, which fetches results piece by piece as they are asked for. */
  public RunningServer thriftServer() throws Exception {
    int port = FreePorts.take();
    return start(
        "thrift",
        "org.apache.spark.sql.hive.thriftserver.HiveThriftServer2",
        port,
        List.of(
            "--conf",
            "spark.sql.thriftServer.incrementalCollect=true",
            "--conf",
            "spark.sql.hive.thriftServer.singleSession=true",
            "spark-internal",
            "--hiveconf",
            "hive.server2.thrift.bind.host=127.0.0.1",
            "--hiveconf",
            "hive.server2.thrift.port=" + port));
  }

  /**
   * Spark Connect.
   *
   * @param jar of the module spark-connect
   */
  public RunningServer connect(Path jar) throws Exception {
    int port = FreePorts.take();
    return start(
        "connect",
        "org.apache.spark.sql.connect.service.SparkConnectServer",
        port,
        List.of(
            "--conf",
            "spark.connect.grpc.binding.port=" + port,
            "--jars",
            jar.toString(),
            "spark-internal"));
  }

  private static void awaitPort(ChildProcess process, int port) throws IOException {
    await("the server's port").atMost(PATIENCE).until(() -> !process.isAlive() || accepts(port));
    if (!process.isAlive()) {
      throw new IOException("The server has ended; see its log " + process.log());
    }
  }

  private static boolean accepts(int port) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException e) { // not yet
      return false;
    }
  }
}
