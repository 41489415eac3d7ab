package io.sparkflight.datasource.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The example server of Arrow for Go, which has SQLite behind it, as a process of its own. It is
 * built once, by Go's own tool, into {@code target}.
 */
public final class SqliteServer implements AutoCloseable {
  /** Raised by hand; Go takes it from its module proxy. */
  private static final String MODULE =
      "github.com/apache/arrow-go/v18/arrow/flight/flightsql/example/cmd/sqlite_flightsql_server@v18.8.0";

  private static final Pattern READY = Pattern.compile("Server on (\\S+:\\d+)");

  private final Process process;
  private final String uri;

  private SqliteServer(Process process, String uri) {
    this.process = process;
    this.uri = uri;
  }

  /** Whether this machine has Go. */
  public static boolean available() {
    return List.of(System.getenv().getOrDefault("PATH", "").split(":")).stream()
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, "go")));
  }

  /** Builds it if need be, and starts it on a free port. */
  public static SqliteServer start() throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(program().toString(), "--host", "127.0.0.1", "--port", "0")
            .redirectErrorStream(true)
            .start();
    StringBuilder said = new StringBuilder();
    BufferedReader output = process.inputReader(UTF_8);
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      Matcher ready = READY.matcher(line);
      if (ready.find()) {
        return new SqliteServer(process, "grpc://" + ready.group(1));
      }
      said.append(line).append('\n');
    }
    throw new IOException("Cannot start the SQLite server: " + said);
  }

  /** What the source is given. */
  public String uri() {
    return uri;
  }

  private static Path program() throws IOException, InterruptedException {
    Path folder = Path.of("target", "go").toAbsolutePath();
    Path program = folder.resolve("sqlite_flightsql_server");
    if (!Files.isExecutable(program)) {
      ProcessBuilder go = new ProcessBuilder("go", "install", MODULE).redirectErrorStream(true);
      go.environment().put("GOBIN", folder.toString());
      Process install = go.start();
      String said = new String(install.getInputStream().readAllBytes(), UTF_8);
      if (install.waitFor() != 0) {
        throw new IOException("Cannot build the SQLite server: " + said);
      }
    }
    return program;
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
