package io.sparkflight.testing;

import io.sparkflight.sql.SparkFlightSqlServer;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.function.Supplier;
import org.apache.arrow.adbc.core.AdbcDatabase;
import org.apache.arrow.adbc.core.AdbcDriver;
import org.apache.arrow.adbc.core.AdbcException;
import org.apache.arrow.adbc.driver.flightsql.FlightSqlDriver;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.Location;
import org.apache.arrow.flight.sql.FlightSqlClient;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A server on a free port for a test class, and the ways to reach it. After the class, the server's
 * allocator and the clients' are closed, which fails if a byte is left.
 */
public final class FlightSqlServerExtension implements BeforeAllCallback, AfterAllCallback {
  private final Map<String, String> conf = new HashMap<>();
  private final Supplier<SparkSession> application;
  private @Nullable BufferAllocator serverMemory;
  private @Nullable BufferAllocator clientMemory;
  private @Nullable SparkFlightSqlServer server;

  public FlightSqlServerExtension() {
    this(LocalSpark::session);
  }

  /** In front of a session of the test's own, which stays the caller's. */
  public FlightSqlServerExtension(Supplier<SparkSession> application) {
    this.application = application;
    conf.put("spark.flight.port", "0");
  }

  /** Sets a setting of the server. */
  public FlightSqlServerExtension with(String key, String value) {
    conf.put(key, value);
    return this;
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    BufferAllocator root = new RootAllocator();
    serverMemory = root;
    clientMemory = new RootAllocator();
    server =
        SparkFlightSqlServer.start(
            spark(), conf, root.newChildAllocator("server", 0, Long.MAX_VALUE));
  }

  @Override
  public void afterAll(ExtensionContext context) {
    server().close();
    memory().close();
    Objects.requireNonNull(serverMemory).close();
  }

  /** Ends the server and starts another one on any port. */
  public void restart() {
    server().close();
    server =
        SparkFlightSqlServer.start(
            spark(),
            conf,
            Objects.requireNonNull(serverMemory).newChildAllocator("server", 0, Long.MAX_VALUE));
  }

  /** The application behind the server. */
  public SparkSession spark() {
    return application.get();
  }

  /** The server. */
  public SparkFlightSqlServer server() {
    return Objects.requireNonNull(server, "the server has not been started");
  }

  /** The memory of clients. */
  public BufferAllocator memory() {
    return Objects.requireNonNull(clientMemory, "the server has not been started");
  }

  /** Where clients of any kind connect to. */
  public String authority() {
    return "127.0.0.1:" + server().port();
  }

  /** Where the JDBC driver connects to. */
  public String jdbcUrl() {
    return "jdbc:arrow-flight-sql://%s/?useEncryption=false".formatted(authority());
  }

  /** A JDBC connection without credentials. The caller closes it. */
  public Connection jdbc() throws SQLException {
    return DriverManager.getConnection(jdbcUrl());
  }

  /** A JDBC connection of a user. The caller closes it. */
  public Connection jdbc(String user) throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("user", user);
    properties.setProperty("password", "any");
    return DriverManager.getConnection(jdbcUrl(), properties);
  }

  /** An ADBC database. The caller closes it. */
  public AdbcDatabase adbc() throws AdbcException {
    Map<String, Object> parameters = new HashMap<>();
    AdbcDriver.PARAM_URI.set(parameters, "grpc+tcp://" + authority());
    return new FlightSqlDriver(memory()).open(parameters);
  }

  /** A stock Flight client. The caller closes it. */
  public FlightClient flight() {
    return FlightClient.builder(memory(), Location.forGrpcInsecure("127.0.0.1", server().port()))
        .build();
  }

  /** A stock Flight SQL client. The caller closes it. */
  public FlightSqlClient flightSql() {
    return new FlightSqlClient(flight());
  }
}
