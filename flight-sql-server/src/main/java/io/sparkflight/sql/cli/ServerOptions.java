package io.sparkflight.sql.cli;

import io.sparkflight.sql.ServerConfig;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

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

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command = CommandSpec.create();

  /** The settings that were given; options win over {@code --conf}. */
  Map<String, String> settings() {
    Map<String, String> settings = new LinkedHashMap<>(conf);
    if (host != null) {
      settings.put(ServerConfig.HOST.name(), host);
    }
    if (port != null) {
      if (port < 0 || port > 65_535) {
        throw new ParameterException(
            command.commandLine(),
            "Cannot listen on port %d: it is not between 0 and 65535".formatted(port));
      }
      settings.put(ServerConfig.PORT.name(), port.toString());
    }
    return settings;
  }
}
