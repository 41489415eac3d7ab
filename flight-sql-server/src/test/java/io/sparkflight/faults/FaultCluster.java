package io.sparkflight.faults;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.sparkflight.testing.DevCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** A cluster whose processes are going to be hurt, and what can be seen of them from outside. */
final class FaultCluster implements FaultTable.Bench {
  /**
   * Short enough that frames are many, and the memory for them little, so that some lie on disk.
   */
  static final List<String> TIGHT =
      List.of(
          "--conf", "spark.flight.batch.bytes=256k",
          "--conf", "spark.flight.exchange.statement-memory=8m",
          "--conf", "spark.flight.exchange.idle-timeout=60s",
          "--conf", "spark.ui.enabled=true");

  private static final String SPILL = ".spill (deleted)";
  private static final List<String> KEPT =
      List.of(
          "io.sparkflight.manager.exchange.StatementStore",
          "io.sparkflight.manager.run.StatementRun");

  private final DevCluster cluster;
  private final SparkPages pages = new SparkPages();

  FaultCluster(DevCluster cluster) {
    this.cluster = cluster;
  }

  DevCluster.Server server(String name) throws IOException, InterruptedException {
    return cluster.server(name);
  }

  SparkPages pages() {
    return pages;
  }

  /** The processes that run a server's tasks. */
  List<Long> executors(DevCluster.Server server) throws IOException, InterruptedException {
    String application = pages.application(server);
    return StreamSupport.stream(cluster.status().get("executors").spliterator(), false)
        .filter((JsonNode executor) -> executor.get("app").asText().equals(application))
        .map(executor -> executor.get("pid").asLong())
        .toList();
  }

  /** Waits until a server has so many executors that live. */
  List<Long> awaitExecutors(DevCluster.Server server, int count) throws Exception {
    await("%d executors of %s".formatted(count, server.name()))
        .atMost(Duration.ofSeconds(60))
        .until(() -> executors(server).size() == count);
    return executors(server);
  }

  /** Waits until so many servers take part in a statement, whichever of these is asked. */
  void awaitMembers(int count, DevCluster.Server... asked) {
    for (DevCluster.Server server : asked) {
      await("%d members, as %s sees them".formatted(count, server.name()))
          .atMost(Duration.ofSeconds(60))
          .until(() -> spread(server) == count);
    }
  }

  /** Over how many servers a small statement is spread; 0 if it fails. */
  private static int spread(DevCluster.Server server) throws Exception {
    try (Reading small = Reading.small().begin(server)) {
      return small.outcome().ending() == Ending.EXACT ? small.spread() : 0;
    }
  }

  @Override
  public String remains() throws Exception {
    for (DevCluster.Server server : cluster.servers()) {
      String left = remains(server);
      if (!left.isEmpty()) {
        return "%s has %s".formatted(server.name(), left);
      }
    }
    return "";
  }

  /**
   * Looks at what can be seen of a server from outside: the nameless spill files that it has open,
   * the jobs that its Spark runs, and the objects that it keeps for a statement.
   */
  private String remains(DevCluster.Server server) throws Exception {
    long files = spillFiles(server.pid());
    if (files > 0) {
      return files + " spill files";
    }
    int jobs = pages.runningJobs(server);
    if (jobs > 0) {
      return jobs + " running jobs";
    }
    return jcmd(server.pid(), "GC.class_histogram")
        .lines()
        .map(line -> line.strip().split(" +"))
        .filter(columns -> columns.length > 3 && KEPT.contains(columns[3]))
        .map(columns -> columns[1] + " × " + columns[3])
        .reduce("", (one, other) -> one + " " + other)
        .strip();
  }

  private static long spillFiles(long pid) throws IOException {
    try (Stream<Path> descriptors = Files.list(Path.of("/proc", Long.toString(pid), "fd"))) {
      return descriptors.filter(descriptor -> target(descriptor).endsWith(SPILL)).count();
    }
  }

  private static String target(Path descriptor) {
    try {
      return Files.readSymbolicLink(descriptor).toString();
    } catch (IOException closedMeanwhile) {
      return "";
    }
  }

  @Override
  public void dump(Path folder) throws Exception {
    for (DevCluster.Server server : cluster.servers()) {
      Path file = folder.resolve("%s-%d.threads".formatted(server.name(), server.pid()));
      try {
        Files.writeString(file, jcmd(server.pid(), "Thread.print"), UTF_8);
      } catch (IllegalStateException stopped) {
        Files.writeString(file, String.valueOf(stopped.getMessage()), UTF_8);
      }
    }
  }

  private static String jcmd(long pid, String command) throws IOException, InterruptedException {
    Process jcmd =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                Long.toString(pid),
                command)
            .redirectErrorStream(true)
            .start();
    String output = new String(jcmd.getInputStream().readAllBytes(), UTF_8);
    if (jcmd.waitFor() != 0) {
      throw new IllegalStateException("jcmd %d %s failed: %s".formatted(pid, command, output));
    }
    return output;
  }
}
