package io.sparkflight.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sparkflight.testing.FreePorts;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The plugin in an application of its own: clients see its tables, and both end together. */
class FlightSqlPluginIT {
  private static final int PATIENCE_SECONDS = 60;

  @TempDir private Path folder;

  @Test
  @Timeout(2 * PATIENCE_SECONDS)
  void servesTheApplicationsTablesWhileItLives() throws Exception {
    int port = FreePorts.take();
    Process application = start(port);
    try {
      assertThat(line(application)).isEqualTo("READY");
      String url = "jdbc:arrow-flight-sql://127.0.0.1:%d/?useEncryption=false".formatted(port);
      try (Connection connection = DriverManager.getConnection(url)) {
        assertThat(ask(connection, "SELECT sum(twice) FROM global_temp.numbers")).isEqualTo("6");
        assertThat(ask(connection, "SELECT whose FROM own")).isEqualTo("mine");
      }
      application.getOutputStream().close();
      assertThat(application.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).as("it ended").isTrue();
      assertThat(application.exitValue()).isZero();
      assertThatThrownBy(() -> new Socket(InetAddress.getLoopbackAddress(), port).close())
          .isInstanceOf(IOException.class);
    } finally {
      application.destroyForcibly();
    }
  }

  private Process start(int port) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(option -> option.startsWith("--add-opens"))
        .forEach(command::add);
    command.addAll(List.of("-Xmx1g", "-cp", System.getProperty("java.class.path")));
    command.add(PluginApplication.class.getName());
    command.add(Integer.toString(port));
    command.add(folder.resolve("warehouse").toUri().toString());
    return new ProcessBuilder(command)
        .redirectError(new File("target", "plugin-application.log"))
        .start();
  }

  /** The first line that is not a log's. */
  private static String line(Process application) throws IOException {
    BufferedReader lines = application.inputReader(StandardCharsets.UTF_8);
    String line = lines.readLine();
    while (line != null && !line.equals("READY")) {
      line = lines.readLine();
    }
    return String.valueOf(line);
  }

  private static String ask(Connection connection, String sql) throws Exception {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      assertThat(rows.next()).isTrue();
      return rows.getString(1);
    }
  }
}
