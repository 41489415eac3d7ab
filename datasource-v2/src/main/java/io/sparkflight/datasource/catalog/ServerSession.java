package io.sparkflight.datasource.catalog;

import io.sparkflight.datasource.client.ServerConnection;
import io.sparkflight.datasource.client.ServerOptions;
import java.util.Optional;
import org.apache.arrow.flight.sql.impl.FlightSql.SqlInfo;

/**
 * A connection, with what does not change as long as it lasts. Used by one thread at a time; closed
 * with its connection.
 *
 * @param connection which it owns
 * @param dialect of the server
 * @param currentCatalog where the server looks for names without a catalog, if it tells
 */
record ServerSession(
    ServerConnection connection, ServerDdl dialect, Optional<String> currentCatalog)
    implements AutoCloseable {

  /** Connects, and asks what there is to know. */
  static ServerSession open(ServerOptions server) {
    ServerConnection connection = ServerConnection.open(server);
    try {
      return new ServerSession(
          connection,
          ServerDdl.of(connection.quote(), product(connection)),
          connection.metadata().currentCatalog());
    } catch (RuntimeException e) {
      connection.close();
      throw e;
    }
  }

  private static String product(ServerConnection connection) {
    return String.valueOf(connection.info(SqlInfo.FLIGHT_SQL_SERVER_NAME).orElse(""));
  }

  ServerListing listing() {
    return new ServerListing(connection.metadata(), dialect, currentCatalog);
  }

  @Override
  public void close() {
    connection.close();
  }
}
