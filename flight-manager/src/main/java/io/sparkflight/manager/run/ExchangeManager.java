package io.sparkflight.manager.run;

import io.sparkflight.arrow.Frames;
import io.sparkflight.arrow.SparkArrowSchema;
import io.sparkflight.error.ErrorKind;
import io.sparkflight.error.FlightFailure;
import io.sparkflight.lifecycle.Closer;
import io.sparkflight.lifecycle.Threads;
import io.sparkflight.manager.FlightCluster;
import io.sparkflight.manager.FlightServerLocator;
import io.sparkflight.manager.ManagerConfig;
import io.sparkflight.manager.Member;
import io.sparkflight.manager.PublishedStatement;
import io.sparkflight.manager.ResultStream;
import io.sparkflight.manager.Signer;
import io.sparkflight.manager.SparkFlightManager;
import io.sparkflight.manager.StatementHandle;
import io.sparkflight.manager.StatementRequest;
import io.sparkflight.manager.exchange.Exchange;
import io.sparkflight.manager.exchange.ExchangeConfig;
import io.sparkflight.manager.exchange.InternalServer;
import java.net.URI;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.spark.sql.sparkflight.SparkBridge;
import org.jspecify.annotations.Nullable;

/**
 * A manager whose servers keep rows in their {@link Exchange} and agree through a {@link
 * FlightCluster}. Thread-safe; owns everything it starts.
 */
public final class ExchangeManager implements SparkFlightManager {
  private static final int INCARNATION_BYTES = 8;

  private final FlightCluster cluster;
  private final Exchange exchange;
  private final InternalServer internal;
  private final StatementRuns runs;
  private final ManagerConfig config;
  private final Closer closer;

  private ExchangeManager(
      ManagerConfig config,
      FlightCluster cluster,
      Exchange exchange,
      InternalServer internal,
      StatementRuns runs,
      Closer closer) {
    this.config = config;
    this.cluster = cluster;
    this.exchange = exchange;
    this.internal = internal;
    this.runs = runs;
    this.closer = closer;
  }

  /**
   * Starts a manager over a cluster, which it owns from now on, even when the start fails.
   *
   * @throws FlightFailure if the internal server cannot listen or results cannot be kept
   */
  public static ExchangeManager start(
      ManagerConfig config, ExchangeConfig exchangeConfig, FlightCluster cluster) {
    Closer closer = new Closer();
    try {
      Signer signer = Signer.of(config.secret());
      ExecutorService pool = started(Threads.pool("flight-statement"), closer);
      ScheduledExecutorService timer = started(Threads.timer("flight-statement-timer"), closer);
      Exchange exchange =
          closer.register("exchange", Exchange.start(exchangeConfig, signer, newIncarnation()));
      LocalParticipant local = new LocalParticipant(exchange, cluster.board());
      Participants participants =
          closer.register("participants", new Participants(exchange.incarnation(), local, signer));
      InternalServer internal =
          closer.register(
              "internal server",
              InternalServer.start(
                  config.internalHost(), config.internalPort(), exchange, local, signer));
      StatementRuns runs =
          closer.register(
              "statements",
              new StatementRuns(config, exchange, participants, cluster, signer, pool, timer));
      closer.register("cluster", cluster);
      return new ExchangeManager(config, cluster, exchange, internal, runs, closer);
    } catch (RuntimeException e) {
      cluster.close();
      closer.closeAfter(e);
      throw e;
    }
  }

  private static <T extends ExecutorService> T started(T pool, Closer closer) {
    closer.register("statement threads", () -> Threads.stop(pool));
    return pool;
  }

  @Override
  public void join(URI publicLocation) {
    int advertised = config.advertisedInternalPort();
    Member self =
        new Member(
            exchange.incarnation(),
            publicLocation,
            config.internalHost(),
            advertised == 0 ? internal.port() : advertised,
            version(),
            false);
    runs.self(self);
    cluster.join(self);
  }

  @Override
  public FlightServerLocator locator() {
    return cluster.locator();
  }

  @Override
  public PublishedStatement publish(StatementRequest request) {
    Schema schema =
        SparkArrowSchema.of(
            SparkBridge.schema(request.query()), SparkBridge.timeZone(request.query()));
    return runs.start(request, schema, Frames.schema(schema));
  }

  @Override
  public ResultStream open(byte[] ticket, String user) {
    return exchange.read(ticket, user);
  }

  @Override
  public boolean recognises(byte[] ticket) {
    return Exchange.recognises(ticket);
  }

  @Override
  public void cancel(StatementHandle statement, String user) {
    runs.cancel(statement, user);
  }

  /** What this server's exchange holds now. */
  public Exchange.Usage usage() {
    return exchange.usage();
  }

  @Override
  public void close() {
    try {
      runs.failAll(
          new FlightFailure(
              ErrorKind.UNAVAILABLE,
              "Cannot go on: the server that runs this statement is stopping. Execute it on another"
                  + " one."));
    } finally {
      closer.close();
    }
  }

  private static String newIncarnation() {
    byte[] bytes = new byte[INCARNATION_BYTES];
    new SecureRandom().nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  private static String version() {
    @Nullable String version = ExchangeManager.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }
}
