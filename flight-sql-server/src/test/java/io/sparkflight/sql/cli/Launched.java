package io.sparkflight.sql.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The command as a process of its own, as the launcher of this build starts it, in an empty folder.
 */
final class Launched implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final Path TARGET = Path.of("target").toAbsolutePath();

  private final Path folder;
  private final Process process;

  private Launched(Path folder, Process process) {
    this.folder = folder;
    this.process = process;
  }

  static Launched start(Path folder, String... arguments) throws IOException {
    return start(folder, List.of("sh"), arguments);
  }

  /**
   * The same with an empty disk of its own, in memory, that nobody else sees.
   *
   * @param disk the folder that is this disk for the process
   */
  static Launched startOnDisk(Path folder, Path disk, String size, String... arguments)
      throws IOException {
    String mount = "mount -t tmpfs -o size=\"$0\" none \"$1\" && shift && exec sh \"$@\"";
    return start(
        folder, List.of("unshare", "-m", "sh", "-c", mount, size, disk.toString()), arguments);
  }

  /**
   * The same on a terminal of its own, which has no size; both streams are read as one. Whoever
   * starts this build in the background lets all its children ignore Ctrl-C; a terminal does not.
   */
  static Launched startOnTerminal(Path folder, String... arguments) throws IOException {
    String terminal =
        "import pty, signal, sys; signal.signal(signal.SIGINT, signal.SIG_DFL); pty.spawn(sys.argv[1:])";
    return start(folder, List.of("python3", "-c", terminal, "sh"), arguments);
  }

  private static Launched start(Path folder, List<String> shell, String... arguments)
      throws IOException {
    Files.createDirectories(folder.resolve("work"));
    Files.createDirectories(folder.resolve("tmp"));
    List<String> command = new ArrayList<>(shell);
    command.add(TARGET.resolve("home/bin/sparkflight").toString());
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.resolve("work").toFile())
            .redirectOutput(folder.resolve("out").toFile())
            .redirectError(folder.resolve("err").toFile());
    Map<String, String> environment = builder.environment();
    environment.keySet().removeIf(name -> name.startsWith("SPARK") || name.startsWith("LC_"));
    environment.put("LANG", "C");
    environment.put("TERM", "xterm");
    environment.remove("COLUMNS");
    environment.put("SPARKFLIGHT_BUNDLE", bundle().toString());
    environment.put("SPARKFLIGHT_SPARK", Files.readString(TARGET.resolve("spark.classpath")));
    // Java tells of these on standard error, which is looked at; not of those.
    String options = Objects.requireNonNullElse(environment.remove("JDK_JAVA_OPTIONS"), "");
    environment.put("JAVA_OPTS", options + " -Xmx1g -Djava.io.tmpdir=" + folder.resolve("tmp"));
    return new Launched(folder, builder.start());
  }

  /** Waits for the line that tells where the server is. */
  String jdbcUrl() {
    await("the server's URL")
        .atMost(PATIENCE)
        .until(() -> out().contains("\n") || !process.isAlive());
    return out().lines().findFirst().orElseThrow(() -> new AssertionError(err()));
  }

  /** The id of the process. */
  long pid() {
    return process.pid();
  }

  /** The command that runs another one where the process sees its disk. */
  List<String> within(String... command) {
    List<String> within =
        new ArrayList<>(List.of("nsenter", "--mount", "--target", Long.toString(pid())));
    within.addAll(List.of(command));
    return within;
  }

  /** Waits until it has made its temporary folder. */
  void awaitTemporaryFolder() {
    await("a temporary folder")
        .atMost(PATIENCE)
        .until(
            () ->
                temporaryFiles().stream()
                    .anyMatch(path -> path.getFileName().toString().startsWith("sparkflight-")));
  }

  /** Tells it to end, as {@code kill} does; returns the exit code. */
  int terminate(Duration within) throws InterruptedException {
    process.destroy();
    if (!process.waitFor(within.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new AssertionError("it did not end within %s: %s".formatted(within, err()));
    }
    return process.exitValue();
  }

  /** Presses a key, for example Ctrl-C, on its terminal. */
  void type(char key) throws IOException {
    process.outputWriter(UTF_8).append(key).flush();
  }

  /** Waits until it has ended by itself; returns the exit code. */
  int awaitEnd() throws InterruptedException {
    if (!process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new AssertionError("it did not end within %s: %s".formatted(PATIENCE, err()));
    }
    return process.exitValue();
  }

  String out() {
    return read("out");
  }

  String err() {
    return read("err");
  }

  /** What it left where it was started. */
  List<Path> litter() {
    return list(folder.resolve("work"));
  }

  /** What is in the folder for temporary files, which nobody else uses. */
  List<Path> temporaryFiles() {
    return list(folder.resolve("tmp"));
  }

  @Override
  public void close() {
    process.destroyForcibly();
    process.onExit().join();
  }

  private String read(String name) {
    try {
      return Files.readString(folder.resolve(name), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Path> list(Path folder) {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path bundle() throws IOException {
    try (DirectoryStream<Path> found = Files.newDirectoryStream(TARGET, "*-bundle.jar")) {
      return found.iterator().next();
    }
  }
}
