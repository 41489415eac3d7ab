package io.sparkflight.clients;

import java.util.HashMap;
import java.util.Map;
import org.apache.arrow.adbc.core.AdbcConnection;
import org.apache.arrow.adbc.core.AdbcDatabase;
import org.apache.arrow.adbc.core.AdbcDriver;
import org.apache.arrow.adbc.driver.flightsql.FlightSqlDriver;
import org.apache.arrow.memory.BufferAllocator;

/**
 * The way of ADBC's driver in Java to a server.
 *
 * @param memory of the driver, the caller's
 */
record AdbcAccess(BufferAllocator memory, String uri) {
  /** Whoever gives no name. */
  static final String NOBODY = "";

  /** What is done with a new connection. */
  interface Use {
    void of(AdbcConnection connection) throws Exception;
  }

  static AdbcAccess to(String authority, BufferAllocator memory) {
    return new AdbcAccess(memory, "grpc+tcp://" + authority);
  }

  /** Does something with a connection of a user, and closes it. */
  void with(String user, Use use) throws Exception {
    Map<String, Object> parameters = new HashMap<>();
    AdbcDriver.PARAM_URI.set(parameters, uri);
    if (!user.equals(NOBODY)) {
      AdbcDriver.PARAM_USERNAME.set(parameters, user);
      AdbcDriver.PARAM_PASSWORD.set(parameters, "any");
    }
    try (AdbcDatabase database = new FlightSqlDriver(memory).open(parameters);
        AdbcConnection connection = database.connect()) {
      use.of(connection);
    }
  }
}
