package io.sparkflight.sql.cli;

import io.sparkflight.config.ConfigSource;
import io.sparkflight.error.ErrorKind;
import io.sparkflight.error.FlightFailure;
import io.sparkflight.sql.ServerConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Map;

/** Tries whether a server could listen, before anything that takes long is done for it. */
final class PortProbe {
  private PortProbe() {}

  /**
   * Listens for a moment where a server with these settings would.
   *
   * @throws FlightFailure if that is not possible
   */
  static void verify(Map<String, String> settings) {
    ServerConfig config = ServerConfig.from(ConfigSource.of(settings));
    try (ServerSocket unused =
        new ServerSocket(config.port(), 1, InetAddress.getByName(config.host()))) {
      // It was free; should somebody take it meanwhile, the server says so itself.
    } catch (IOException e) {
      throw new FlightFailure(
          ErrorKind.UNAVAILABLE,
          "Cannot listen on %s:%d: %s. Choose another address or port, or port 0 for any free one."
              .formatted(config.host(), config.port(), e.getMessage()),
          e);
    }
  }
}
