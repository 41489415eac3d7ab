package io.sparkflight.bundle;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sparkflight.relay.Behaviour;
import io.sparkflight.relay.FaultRelay;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Half a gigabyte from one process into another through the bundle, each beside a stock Spark whose
 * Netty is older. Without the relocated {@code netty.versions.properties} batches are lost.
 */
class BundleInboundIT {
  private static final int BATCHES = 160;
  private static final long BYTES_PER_BATCH = 4L << 20;

  private static String classPath = "";
  @TempDir static Path folder = Path.of("");
  private static Path program = Path.of("");
  private final List<Process> processes = new ArrayList<>();

  @BeforeAll
  static void prepare() throws IOException, InterruptedException {
    // Java runs a source file as it is; so the program sees the bundle's names without a build of
    // its own.
    program = folder.resolve("InboundPump.java");
    Files.writeString(program, Artifacts.relocatedSource(InboundPump.class));
    Path spark = Artifacts.sparkHome();
    // Spark's jars come last: where the same resource is read from all jars, the last one wins.
    classPath =
        String.join(
            File.pathSeparator,
            Artifacts.bundle().toString(),
            spark.resolve("jars") + File.separator + "*");
  }

  @AfterEach
  void endProcesses() {
    processes.forEach(Process::destroyForcibly);
  }

  @Test
  @Timeout(120)
  void everyBatchArrivesUnchanged() throws Exception {
    BufferedReader receiver = pump("receive");
    int port = Integer.parseInt(receiver.readLine().replace("port ", ""));
    String sent;
    try (FaultRelay relay = FaultRelay.start(port, 1)) {
      relay.behave(FaultRelay.Direction.TO_TARGET, Behaviour.TRICKLE);
      sent = pump("send", "" + relay.port(), "" + BATCHES).readLine();
    }

    assertThat(sent).startsWith("batches 160 bytes " + BATCHES * BYTES_PER_BATCH + " crc ");
    assertThat(receiver.readLine()).isEqualTo(sent);
    assertThat(processes.get(1).waitFor(10, TimeUnit.SECONDS)).isTrue();
    assertThat(processes.get(1).exitValue()).isZero();
  }

  private BufferedReader pump(String... args) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-Xmx2g",
            "--add-opens=java.base/java.nio=ALL-UNNAMED",
            "-cp",
            classPath,
            program.toString()));
    command.addAll(List.of(args));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    processes.add(process);
    return process.inputReader(UTF_8);
  }
}
