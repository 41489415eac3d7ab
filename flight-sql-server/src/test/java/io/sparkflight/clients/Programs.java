package io.sparkflight.clients;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Programs that are clients, in {@code dev/clients}. */
final class Programs {
  static final Path FOLDER = Path.of("..", "dev", "clients").toAbsolutePath().normalize();

  private Programs() {}

  /** Whether this machine has a command. */
  static boolean present(String command) {
    return List.of(System.getenv().getOrDefault("PATH", "").split(":")).stream()
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, command)));
  }

  /**
   * Runs a command in the folder of the programs, and returns what it prints.
   *
   * @throws IOException if it cannot be run, or ends with anything but 0
   */
  static String run(List<String> command, String input) throws IOException, InterruptedException {
    Path told = Files.createTempFile(Path.of("target"), "program", ".err");
    Process process =
        new ProcessBuilder(command).directory(FOLDER.toFile()).redirectError(told.toFile()).start();
    try {
      try (var in = process.outputWriter(UTF_8)) {
        in.write(input);
      }
      String output = new String(process.getInputStream().readAllBytes(), UTF_8);
      if (process.waitFor() != 0) {
        throw new IOException(
            "Cannot run %s: it ended with %d and said: %s%s"
                .formatted(
                    String.join(" ", command),
                    process.exitValue(),
                    output,
                    Files.readString(told)));
      }
      return output;
    } finally {
      process.destroyForcibly();
      Files.delete(told);
    }
  }
}
