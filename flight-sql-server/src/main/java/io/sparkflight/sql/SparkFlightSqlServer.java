package io.sparkflight.sql;

import com.github.benmanes.caffeine.cache.Ticker;
import io.sparkflight.config.ConfigKey;
import io.sparkflight.config.ConfigSource;
import io.sparkflight.lifecycle.Closer;
import io.sparkflight.lifecycle.Threads;
import io.sparkflight.manager.ManagerConfig;
import io.sparkflight.manager.Signer;
import io.sparkflight.manager.SparkFlightManager;
import io.sparkflight.manager.SparkFlightManagers;
import io.sparkflight.manager.exchange.PublicFlightServer;
import io.sparkflight.sql.auth.IdentityMiddleware;
import io.sparkflight.sql.auth.Tokens;
import io.sparkflight.sql.command.Statements;
import io.sparkflight.sql.session.Sessions;
import java.net.URI;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Supplier;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.spark.sql.SparkSession;

/**
 * A Flight SQL server in front of a Spark application. Owns what it starts, but not the
 * application.
 */
public final class SparkFlightSqlServer implements AutoCloseable {
  private final Closer closer;
  private final URI uri;

  private SparkFlightSqlServer(Closer closer, URI uri) {
    this.closer = closer;
    this.uri = uri;
  }

  /**
   * Starts a server, or fails and leaves nothing behind.
   *
   * @param spark any session of the application
   * @param conf settings; those that do not begin with {@code spark.flight.} are ignored
   * @throws io.sparkflight.config.ConfigException that lists everything wrong with the settings
   * @throws io.sparkflight.error.FlightFailure if the manager cannot start or the port is taken
   */
  public static SparkFlightSqlServer start(SparkSession spark, Map<String, String> conf) {
    return start(spark, conf, new RootAllocator());
  }

  /**
   * The same with the memory of the caller's, for the messages that are made here; the server owns
   * the allocator from now on, even when the start fails.
   */
  public static SparkFlightSqlServer start(
      SparkSession spark, Map<String, String> conf, BufferAllocator allocator) {
    return start(() -> spark, conf, allocator);
  }

  /** The same for an application that may not have made its session yet. */
  static SparkFlightSqlServer start(
      Supplier<SparkSession> application, Map<String, String> conf, BufferAllocator allocator) {
    Closer closer = new Closer();
    closer.register("allocator", allocator);
    try {
      verify(conf);
      ConfigSource source = ConfigSource.of(conf);
      ServerConfig config = ServerConfig.from(source);
      Sessions sessions =
          closer.register(
              "sessions", new Sessions(application, limits(config), Ticker.systemTicker()));
      SparkFlightManager manager =
          closer.register("manager", SparkFlightManagers.start(application.get(), source));
      PublicFlightServer server =
          closer.register(
              "public server",
              PublicFlightServer.start(
                  options(
                      config, ManagerConfig.from(source), manager, sessions, allocator, closer)));
      closer.register("statements", () -> manager.drain(config.drainTimeout()));
      URI uri = URI.create("grpc://%s:%d".formatted(config.advertisedHost(), server.port()));
      manager.join(uri);
      return new SparkFlightSqlServer(closer, uri);
    } catch (Throwable e) {
      closer.closeAfter(e);
      throw e;
    }
  }

  /** Every setting that a server understands. */
  public static List<ConfigKey<?>> settings() {
    List<ConfigKey<?>> keys = new ArrayList<>(ServerConfig.KEYS);
    keys.addAll(SparkFlightManagers.settings());
    return keys;
  }

  /** The port that clients connect to. */
  public int port() {
    return uri.getPort();
  }

  /** Where clients connect to, for example {@code grpc://127.0.0.1:32010}. */
  public String uri() {
    return uri.toString();
  }

  /**
   * Lets what runs come to its end for a moment, stops listening and frees everything. Idempotent.
   */
  @Override
  public void close() {
    closer.close();
  }

  /**
   * Reads every setting, as {@link #start} does before anything starts, so that all problems are
   * told together.
   *
   * @throws io.sparkflight.config.ConfigException that lists everything wrong with the settings
   */
  public static void verify(Map<String, String> conf) {
    ConfigSource source = ConfigSource.of(conf);
    ServerConfig.from(source);
    SparkFlightManagers.check(source);
    source.verify(settings());
  }

  private static PublicFlightServer.Options options(
      ServerConfig config,
      ManagerConfig managerConfig,
      SparkFlightManager manager,
      Sessions sessions,
      BufferAllocator allocator,
      Closer closer) {
    ScheduledExecutorService timer = Threads.timer("flight-calls");
    closer.register("call timer", () -> Threads.stop(timer));
    Signer signer = Signer.of(managerConfig.secret());
    Tokens tokens = new Tokens(signer, Clock.systemUTC(), config.tokenLifetime());
    Statements statements =
        new Statements(manager, managerConfig, timer, config.maxStatementLength());
    return new PublicFlightServer.Options(
        allocator,
        config.host(),
        config.port(),
        manager,
        new CallBoundary(new FlightSqlDispatcher(allocator, sessions, statements, manager, signer)),
        List.of(
            new PublicFlightServer.Middleware<>(
                IdentityMiddleware.KEY, IdentityMiddleware.factory(tokens, sessions::call))),
        maxMessageBytes(config),
        config.uploadSilence(),
        () -> IdentityMiddleware.ofCurrentCall().user());
  }

  /** A statement of the longest length in UTF-8, or the largest batch, and room for the rest. */
  private static int maxMessageBytes(ServerConfig config) {
    long largest = Math.max(4L * config.maxStatementLength(), config.maxUploadMessage());
    return (int) Math.min(Integer.MAX_VALUE, largest + PublicFlightServer.USUAL_MESSAGE_BYTES);
  }

  private static Sessions.Limits limits(ServerConfig config) {
    return new Sessions.Limits(
        config.sessionIdleTimeout(),
        config.maxSessions(),
        config.maxSessionsOfUser(),
        config.maxPreparedStatements());
  }
}
