package io.sparkflight.docs;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A Python with the client libraries of the README, made once and kept until the build is cleaned.
 */
final class PythonClients {
  private static final List<String> LIBRARIES = List.of("adbc-driver-flightsql==1.*", "pyarrow");

  private final Path home;

  private PythonClients(Path home) {
    this.home = home;
  }

  /** Whether this machine has a Python to make one with. */
  static boolean possible() throws InterruptedException {
    try {
      run(List.of("python3", "--version"));
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** Makes it, or takes the one that is there. */
  static PythonClients make(Path home) throws IOException, InterruptedException {
    Path done = home.resolve("libraries.txt");
    String wanted = String.join("\n", LIBRARIES);
    if (!Files.exists(done) || !Files.readString(done).equals(wanted)) {
      run(List.of("python3", "-m", "venv", home.toString()));
      List<String> install =
          new ArrayList<>(List.of(python(home), "-m", "pip", "install", "--quiet"));
      install.addAll(LIBRARIES);
      run(install);
      Files.writeString(done, wanted);
    }
    return new PythonClients(home);
  }

  /** Runs a program and returns what it prints. */
  String execute(Path program) throws IOException, InterruptedException {
    return run(List.of(python(home), program.toString()));
  }

  private static String python(Path home) {
    return home.resolve("bin").resolve("python").toString();
  }

  private static String run(List<String> command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try {
      String output = new String(process.getInputStream().readAllBytes(), UTF_8);
      if (process.waitFor() != 0) {
        throw new IOException(
            "Cannot run %s: it ended with %d and said: %s"
                .formatted(String.join(" ", command), process.exitValue(), output));
      }
      return output;
    } finally {
      process.destroyForcibly();
    }
  }
}
