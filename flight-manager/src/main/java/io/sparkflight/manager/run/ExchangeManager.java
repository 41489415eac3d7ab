package io.sparkflight.manager.run;

import io.sparkflight.arrow.Frames;
import io.sparkflight.arrow.SparkArrowSchema;
import io.sparkflight.error.FlightFailure;
import io.sparkflight.lifecycle.Closer;
import io.sparkflight.lifecycle.Threads;
import io.sparkflight.manager.FlightCluster;
import io.sparkflight.manager.FlightServerLocator;
import io.sparkflight.manager.Lease;
import io.sparkflight.manager.ManagerConfig;
import io.sparkflight.manager.Member;
import io.sparkflight.manager.PublishedStatement;
import io.sparkflight.manager.ResultStream;
import io.sparkflight.manager.Signer;
import io.sparkflight.manager.SparkFlightManager;
import io.sparkflight.manager.StatementHandle;
import io.sparkflight.manager.StatementRequest;
import io.sparkflight.manager.Upload;
import io.sparkflight.manager.UploadedRows;
import io.sparkflight.manager.exchange.Exchange;
import io.sparkflight.manager.exchange.ExchangeConfig;
import io.sparkflight.manager.exchange.InternalServer;
import io.sparkflight.manager.exchange.StatementFailures;
import io.sparkflight.manager.exchange.Ticket;
import io.sparkflight.manager.upload.Uploads;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.spark.sql.sparkflight.SparkBridge;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * A manager whose servers keep rows in their {@link Exchange} and agree through a {@link
 * FlightCluster}. Thread-safe; owns everything it starts.
 */
public final class ExchangeManager implements SparkFlightManager {
  private static final int INCARNATION_BYTES = 8;

  /** For readers to be told that the server stops. */
  private static final Duration LAST_WORDS = Duration.ofMillis(300);

  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  private final ManagerConfig config;
  private final FlightCluster cluster;
  private final Signer signer;
  private final ManagerParts parts;
  private final InternalServer internal;
  private final StatementRuns runs;
  private final Uploads uploads;
  private final Closer closer;

  private ExchangeManager(
      ManagerConfig config,
      FlightCluster cluster,
      Signer signer,
      ManagerParts parts,
      InternalServer internal,
      StatementRuns runs,
      Uploads uploads,
      Closer closer) {
    this.config = config;
    this.cluster = cluster;
    this.signer = signer;
    this.parts = parts;
    this.internal = internal;
    this.runs = runs;
    this.uploads = uploads;
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
          closer.register("exchange", Exchange.start(exchangeConfig, newIncarnation()));
      ManagerParts parts = ManagerParts.of(exchange, cluster, signer, pool, closer);
      InternalServer internal =
          closer.register(
              "internal server",
              InternalServer.start(
                  config.internalHost(), config.internalPort(), exchange, parts.local(), signer));
      StatementRuns runs =
          closer.register(
              "statements", new StatementRuns(config, cluster, signer, parts, pool, timer));
      Uploads uploads =
          closer.register(
              "uploads",
              new Uploads(exchange, signer, parts.uploads().named(), timer, runs::pushTarget));
      closer.register("cluster", cluster);
      return new ExchangeManager(config, cluster, signer, parts, internal, runs, uploads, closer);
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
            parts.exchange().incarnation(),
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
  public Upload upload(String owner, VectorSchemaRoot root, DictionaryProvider dictionaries) {
    runs.requireAccepting();
    return uploads.upload(owner, root, dictionaries);
  }

  @Override
  public UploadedRows gather(StatementHandle group, Map<String, Long> rows, StructType columns) {
    runs.requireAccepting();
    return parts.uploads().gather(group, rows, columns);
  }

  @Override
  public Duration renew(StatementHandle group) {
    return parts.uploads().renew(group);
  }

  @Override
  public void free(StatementHandle group) {
    parts.uploads().free(group);
  }

  @Override
  public Lease lease(String what) {
    try {
      return cluster.lease(StatementHandle.of(what));
    } catch (FlightFailure e) {
      throw new FlightFailure(
          e.kind(),
          "Cannot begin '%s': it is being done just now, or the servers cannot agree. Try again later."
              .formatted(what),
          e);
    }
  }

  @Override
  public ResultStream open(byte[] bytes, String user) {
    Ticket ticket = Ticket.decode(bytes, signer);
    return keeps(bytes)
        ? parts.exchange().read(ticket, user)
        : parts.participants().remote(ticket.holder()).read(bytes, user);
  }

  /** Whether this server keeps what a ticket names. */
  boolean keeps(byte[] ticket) {
    return Ticket.decode(ticket, signer).holder().equals(parts.exchange().incarnation());
  }

  @Override
  public boolean recognises(byte[] ticket) {
    return Ticket.recognises(ticket);
  }

  @Override
  public void cancel(byte[] bytes, String user) {
    Ticket ticket = Ticket.decode(bytes, signer);
    parts.participants().of(ticket.initiator()).cancel(ticket.statement(), user);
  }

  @Override
  public OptionalDouble progress(byte[] bytes, String user, Duration patience) {
    Ticket ticket = Ticket.decode(bytes, signer);
    return parts.participants().of(ticket.initiator()).progress(ticket.statement(), user, patience);
  }

  @Override
  public Instant renew(byte[] bytes, String user) {
    Ticket ticket = Ticket.decode(bytes, signer);
    return parts.participants().of(ticket.holder()).renew(ticket.statement(), user);
  }

  /** What this server's exchange holds now. */
  public Exchange.Usage usage() {
    return parts.exchange().usage();
  }

  @Override
  public void drain(Duration grace) {
    runs.drain();
    cluster.drain();
    awaitUntil(
        grace,
        () ->
            runs.idle()
                && parts.exchange().wanted() == 0
                && uploads.none()
                && parts.uploads().none());
    FlightFailure stopping = StatementFailures.stopping();
    runs.failAll(stopping);
    parts.exchange().failAll(stopping);
    awaitUntil(LAST_WORDS, () -> parts.exchange().read() == 0);
  }

  /** Nobody tells when the last reader leaves, and this is asked once in a server's life. */
  private static void awaitUntil(Duration most, BooleanSupplier condition) {
    long end = System.nanoTime() + most.toNanos();
    while (!condition.getAsBoolean() && end - System.nanoTime() > 0) {
      LockSupport.parkNanos(LOOK_NANOS);
    }
  }

  @Override
  public void close() {
    try {
      runs.failAll(StatementFailures.stopping());
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
