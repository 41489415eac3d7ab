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
 * Spark with the bundle of this build, serving the tables of {@link Tpch} and {@link WideTable}.
 */
public final class DevCluster implements BeforeAllCallback, AfterAllCallback {
  private final Path folder;
  private final List<String> options;

  /**
   * @param name of the folder that holds logs and state
   * @param options of {@code dev/cluster up}
   */
  public DevCluster(String name, String... options) {
    this.folder = Path.of("target", "clusters", name).toAbsolutePath();
    this.options = List.of(options);
  }

  /** A process of the cluster. */
  public record Server(URI uri, long pid) {
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
    SparkSession spark = LocalSpark.session();
    Path tables = Tpch.folder(spark);
    WideTable.write(spark, tables);
    List<String> command =
        new ArrayList<>(
            List.of(
                "up", "--data", tables.toString(), "--server-mb", "768", "--executor-mb", "768"));
    command.addAll(List.of("--conf", "spark.sql.shuffle.partitions=2"));
    command.addAll(options);
    run(command.toArray(String[]::new));
  }

  @Override
  public void afterAll(ExtensionContext context) throws Exception {
    run("down");
  }

  /** The servers that live, in the order in which they were started. */
  public List<Server> servers() throws IOException, InterruptedException {
    return StreamSupport.stream(status().get("servers").spliterator(), false)
        .map(
            server ->
                new Server(URI.create(server.get("uri").asText()), server.get("pid").asLong()))
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
