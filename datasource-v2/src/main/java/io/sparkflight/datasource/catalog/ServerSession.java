package io.sparkflight.datasource.catalog;

import io.sparkflight.datasource.client.ServerConnection;
import io.sparkflight.datasource.client.ServerOptions;
import java.util.Optional;

/**
 * A connection, with what does not change as long as it lasts. Used by one thread at a time; closed
 * with its connection.
 *
 * @param connection which it owns
 * @param dialect of the server
 * @param currentCatalog where the server looks for names without a catalog, if it tells
 */
record ServerSession(
    ServerConnection connection, ServerDialect dialect, Optional<String> currentCatalog)
    implements AutoCloseable {

  /** Connects, and asks what there is to know. */
  static ServerSession open(ServerOptions server) {
    ServerConnection connection = ServerConnection.open(server);
    try {
      return new ServerSession(
          connection,
          ServerDialect.of(connection.quote(), connection.metadata().product()),
          connection.metadata().currentCatalog());
    } catch (RuntimeException e) {
      connection.close();
      throw e;
    }
  }

  ServerListing listing() {
    return new ServerListing(connection.metadata(), dialect, currentCatalog);
  }

  @Override
  public void close() {
    connection.close();
  }
}
