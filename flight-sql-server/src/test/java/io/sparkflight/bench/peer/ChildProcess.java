package io.sparkflight.bench.peer;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A process that answers on its standard output; what it logs goes to a file. */
final class ChildProcess implements AutoCloseable {
  private static final AtomicInteger RECORDINGS = new AtomicInteger();

  private final Process process;
  private final Path log;
  private final BufferedReader answers;
  private final PrintWriter questions;

  private ChildProcess(Process process, Path log) {
    this.process = process;
    this.log = log;
    this.answers = process.inputReader(UTF_8);
    this.questions = new PrintWriter(process.outputWriter(UTF_8), true);
  }

  /**
   * Starts it.
   *
   * @param name of its log, in the folder for temporary files
   */
  static ChildProcess start(String name, List<String> command) throws IOException {
    Path log = Files.createTempFile("bench-" + name, ".log");
    return new ChildProcess(new ProcessBuilder(command).redirectError(log.toFile()).start(), log);
  }

  /** A Java process of this JVM's Java, with its module options. */
  static ChildProcess java(String name, String classPath, String heap, String... mainAndArguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElse("java"));
    command.addAll(
        java.lang.management.ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
            .filter(each -> each.startsWith("--add-"))
            .toList());
    command.addAll(recording(name));
    command.addAll(List.of("-Xmx" + heap, "-cp", classPath));
    command.addAll(List.of(mainAndArguments));
    return start(name, command);
  }

  /** The options that have a Java process recorded, if processes are to be. */
  static List<String> recording(String name) {
    String profiles = System.getProperty("bench.profiles", "");
    return profiles.isEmpty()
        ? List.of()
        : List.of(
            "-XX:StartFlightRecording=settings=profile,dumponexit=true,filename=%s/%s-%d.jfr"
                .formatted(profiles, name, RECORDINGS.incrementAndGet()),
            "-Xlog:jfr+startup=off"); // it would be taken for an answer
  }

  /** Its next line. */
  String line() throws IOException {
    String line = answers.readLine();
    if (line == null) {
      throw new IOException("The process has ended; see its log " + log);
    }
    return line;
  }

  /** Reads up to a line that has a text in it, and returns it. */
  String lineWith(String text) throws IOException {
    String line = line();
    while (!line.contains(text)) {
      line = line();
    }
    return line;
  }

  /** All that it says until it has ended well; deletes its log. */
  List<String> all() throws IOException, InterruptedException {
    List<String> lines = answers.lines().toList();
    if (process.waitFor() != 0) {
      throw new IOException(
          "The process has ended with %d and said %s; see its log %s"
              .formatted(process.exitValue(), lines, log));
    }
    return lines;
  }

  /** Asks for a line. */
  String ask(String question) throws IOException {
    questions.println(question);
    return line();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  Path log() {
    return log;
  }

  /** The most memory that the process ever had, in megabytes, as Linux counts it. */
  double peakMegabytes() throws IOException {
    String peak =
        Files.readAllLines(Path.of("/proc", String.valueOf(process.pid()), "status")).stream()
            .filter(line -> line.startsWith("VmHWM:"))
            .findFirst()
            .orElseThrow();
    return Double.parseDouble(peak.replaceAll("[^0-9]", "")) / 1000;
  }

  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroy);
    process.destroy();
    try {
      if (!process.waitFor(20, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
