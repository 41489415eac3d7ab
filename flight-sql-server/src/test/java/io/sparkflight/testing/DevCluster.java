package io.sparkflight.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.StreamSupport;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.Location;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A cluster of real processes for a test class, started and ended by {@code dev/cluster}: stock
 * Spark with the bundle of this build, most often serving the tables of {@link Tpch} and {@link
 * WideTable}.
 */
public final class DevCluster implements BeforeAllCallback, AfterAllCallback {
  private final Path folder;
  private final boolean serving;
  private final List<String> options;

  /**
   * @param name of the folder that holds logs and state
   * @param options of {@code dev/cluster up}
   */
  public DevCluster(String name, String... options) {
    this(name, true, options);
  }

  private DevCluster(String name, boolean serving, String... options) {
    this.folder = Path.of("target", "clusters", name).toAbsolutePath();
    this.serving = serving;
    this.options = List.of(options);
  }

  /** A cluster without tables, whose servers start sooner, and without executors of their own. */
  public static DevCluster withoutTables(String name, String... options) {
    return new DevCluster(name, false, options);
  }

  /** A process of the cluster, with the address of its Spark pages. */
  public record Server(String name, URI uri, long pid, URI ui) {
    /** A stock Flight client. The caller closes it. */
    public FlightClient client(BufferAllocator memory) {
      return FlightClient.builder(memory, location()).build();
    }

    /** Where clients reach it. */
    public Location location() {
      return Location.forGrpcInsecure(uri.getHost(), uri.getPort());
    }

    /** Where the JDBC driver connects to. */
    public String jdbcUrl() {
      return "jdbc:arrow-flight-sql://%s:%d/?useEncryption=false"
          .formatted(uri.getHost(), uri.getPort());
    }
  }

  @Override
  public void beforeAll(ExtensionContext context) throws Exception {
    List<String> command =
        new ArrayList<>(List.of("up", "--server-mb", "768", "--executor-mb", "768"));
    if (serving) {
      SparkSession spark = LocalSpark.session();
      Path tables = Tpch.folder(spark);
      WideTable.write(spark, tables);
      command.addAll(List.of("--data", tables.toString()));
    }
    command.addAll(List.of("--conf", "spark.sql.shuffle.partitions=2"));
    command.addAll(options);
    run(command.toArray(String[]::new));
  }

  @Override
  public void afterAll(ExtensionContext context) throws Exception {
    run("down");
  }

  /**
   * Starts a dead server anew, or one more; {@code options} are those of {@code dev/cluster start}.
   */
  public Server start(String name, String... options) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("start", name));
    command.addAll(List.of(options));
    run(command.toArray(String[]::new));
    return server(name);
  }

  /** A server that lives. */
  public Server server(String name) throws IOException, InterruptedException {
    return servers().stream().filter(server -> server.name().equals(name)).findAny().orElseThrow();
  }

  /** The servers that live, in the order in which they were first started. */
  public List<Server> servers() throws IOException, InterruptedException {
    return StreamSupport.stream(status().get("servers").spliterator(), false)
        .map(
            server ->
                new Server(
                    server.get("name").asText(),
                    URI.create(server.get("uri").asText()),
                    server.get("pid").asLong(),
                    URI.create(server.get("ui").asText())))
        .toList();
  }

  /** What {@code dev/cluster status --json} tells. */
  public JsonNode status() throws IOException, InterruptedException {
    return new ObjectMapper().readTree(run("status", "--json"));
  }

  /** Ends a process of the cluster as {@code kill -9} does. */
  public static void kill(long pid) {
    ProcessHandle process = ProcessHandle.of(pid).orElseThrow();
    if (!process.destroyForcibly()) {
      throw new IllegalStateException("process %d cannot be ended".formatted(pid));
    }
    process.onExit().join();
  }

  /** Sends a process of the cluster a signal, for example {@code STOP} or {@code CONT}. */
  public static void signal(long pid, String signal) throws IOException, InterruptedException {
    Process kill = new ProcessBuilder("kill", "-" + signal, Long.toString(pid)).start();
    if (kill.waitFor() != 0) {
      throw new IllegalStateException("process %d cannot be sent %s".formatted(pid, signal));
    }
  }

  /** Lets a process that stands still go on, unless somebody has ended it meanwhile. */
  public static void goOn(long pid) throws IOException, InterruptedException {
    if (ProcessHandle.of(pid).isPresent()) {
      signal(pid, "CONT");
    }
  }

  private String run(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("../dev/cluster"));
    command.addAll(Arrays.asList(arguments));
    command.addAll(List.of("--run-dir", folder.toString()));
    Path log = Path.of(folder + ".log");
    java.nio.file.Files.createDirectories(log.getParent());
    Process process = new ProcessBuilder(command).redirectError(log.toFile()).start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    if (process.waitFor() != 0) {
      throw new IllegalStateException(
          "%s failed: %s%s".formatted(command, output, java.nio.file.Files.readString(log)));
    }
    return output;
  }
}
