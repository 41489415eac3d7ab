package io.sparkflight.sql.cli;

import io.sparkflight.sql.ServerConfig;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of every command that starts a server. */
final class ServerOptions {
  @Option(
      names = "--host",
      paramLabel = "H",
      description = "the address to listen on (default: 127.0.0.1, this machine only)")
  private @Nullable String host;

  @Option(
      names = "--port",
      paramLabel = "P",
      description = "the port to listen on; 0 takes any free one (default: 32010)")
  private @Nullable Integer port;

  @Option(
      names = "--conf",
      paramLabel = "K=V",
      description = "a setting of Spark or of this server; repeatable")
  private Map<String, String> conf = new LinkedHashMap<>();

  /** The settings that were given; options win over {@code --conf}. */
  Map<String, String> settings() {
    Map<String, String> settings = new LinkedHashMap<>(conf);
    if (host != null) {
      settings.put(ServerConfig.HOST.name(), host);
    }
    if (port != null) {
      settings.put(ServerConfig.PORT.name(), port.toString());
    }
    return settings;
  }
}
