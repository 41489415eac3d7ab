package io.sparkflight.manager.exchange;

import io.sparkflight.config.ConfigKey;
import io.sparkflight.error.ErrorKind;
import io.sparkflight.error.FlightFailure;
import io.sparkflight.lifecycle.Threads;
import io.sparkflight.manager.Outcome;
import io.sparkflight.manager.ResultStream;
import io.sparkflight.manager.Signer;
import io.sparkflight.manager.StatementHandle;
import io.sparkflight.manager.statement.AttemptRecord;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All statements whose rows this server keeps. Thread-safe. Owns their stores; {@link #close} fails
 * and frees them.
 */
public final class Exchange implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Exchange.class);
  private static final int REMEMBERED = 10_000;

  /** The servers of this very process, by incarnation: a task beside one hands its frames over. */
  private static final Map<String, Exchange> IN_PROCESS = new ConcurrentHashMap<>();

  private final ExchangeConfig config;
  private final Signer signer;
  private final String incarnation;
  private final Budget memory;
  private final Budget disk;
  private final Map<StatementHandle, StatementStore> stores = new ConcurrentHashMap<>();
  private final Map<StatementHandle, String> ended =
      Collections.synchronizedMap(new LinkedHashMap<>());
  private final ScheduledExecutorService timer = Threads.timer("flight-exchange-timer");

  private Exchange(ExchangeConfig config, Signer signer, String incarnation) {
    this.config = config;
    this.signer = signer;
    this.incarnation = incarnation;
    this.memory = new Budget(config.memory());
    this.disk = new Budget(config.spillLimit());
  }

  /**
   * Starts the exchange of one server.
   *
   * @param incarnation 16 hexadecimal digits, random per start
   */
  public static Exchange start(ExchangeConfig config, Signer signer, String incarnation) {
    Path directory = config.spillDirectory();
    if (!Files.isDirectory(directory) || !Files.isWritable(directory)) {
      throw new FlightFailure(
          ErrorKind.INVALID,
          "Cannot keep results in %s: it is not a folder that this process can write to. Create it or"
                  .formatted(directory)
              + " set %s.".formatted(ExchangeConfig.SPILL_DIRECTORY.name()));
    }
    Exchange exchange = new Exchange(config, signer, incarnation);
    long shortest = Math.min(config.idleTimeout().toMillis(), config.fetchTimeout().toMillis()) / 4;
    Duration period = Duration.ofMillis(Math.max(100, shortest));
    Threads.every(exchange.timer, period, "free unread results", exchange::expireIdle);
    IN_PROCESS.put(incarnation, exchange);
    return exchange;
  }

  /** The exchange with this incarnation, if it lives in this process. */
  public static @Nullable Exchange inProcess(String incarnation) {
    return IN_PROCESS.get(incarnation);
  }

  public String incarnation() {
    return incarnation;
  }

  /** Makes a statement known here. Opening it twice is a fault of the caller. */
  public void open(OpenStatement statement) {
    FrameHeap heap = new FrameHeap(config.statementMemory(), memory, disk, config.spillDirectory());
    StatementStore store =
        new StatementStore(
            statement,
            incarnation,
            heap,
            new ReadOrder(statement.sequence(), config.delivery(), heap));
    if (stores.putIfAbsent(statement.statement(), store) != null) {
      throw new FlightFailure(
          ErrorKind.INTERNAL,
          "Cannot open statement %s: it is open already.".formatted(statement.statement()));
    }
  }

  /** Sets what to do when nobody reads the statement, or its reader leaves before the end. */
  public void onAbandoned(StatementHandle statement, Consumer<FlightFailure> action) {
    store(statement).onAbandoned(action);
  }

  /** The way in for one attempt's batches. */
  public AttemptInlet inlet(StatementHandle statement) {
    return new AttemptInlet(store(statement));
  }

  /** Makes accepted attempts the rows of their partitions. All of them must be here. */
  public void commit(StatementHandle statement, List<AttemptRecord> records) {
    StatementStore store = store(statement);
    records.forEach(store::commit);
  }

  /** Notes a partition without rows. */
  public void commitEmpty(StatementHandle statement, int partition) {
    store(statement).commitEmpty(partition);
  }

  /** Tells the statement's stream how the statement ended; does nothing if it is gone already. */
  public void decide(StatementHandle statement, Outcome outcome) {
    StatementStore store = stores.get(statement);
    if (store != null) {
      store.decide(outcome);
    }
  }

  /** A ticket for what the server with this incarnation keeps of a statement. */
  public byte[] ticket(StatementHandle statement, String incarnationOfHolder) {
    return new Ticket(statement, incarnationOfHolder).encode(signer);
  }

  /** Whether the bytes look like a ticket of any exchange. */
  public static boolean recognises(byte[] ticket) {
    return Ticket.recognises(ticket);
  }

  /**
   * Opens the one read of a statement.
   *
   * @throws FlightFailure if the ticket is not valid here or not the user's
   */
  public ResultStream read(byte[] bytes, String user) {
    Ticket ticket = Ticket.decode(bytes, signer);
    if (!ticket.incarnation().equals(incarnation)) {
      throw new FlightFailure(
          ErrorKind.NOT_FOUND,
          "Cannot read statement %s here: its ticket belongs to another server, or to this one before"
                  .formatted(ticket.statement())
              + " a restart. Use the endpoint's own location, or execute the statement again.");
    }
    StatementStore store = store(ticket.statement());
    if (!store.opened().owner().equals(user)) {
      throw new FlightFailure(
          ErrorKind.UNAUTHORIZED,
          "Cannot read statement %s: it belongs to another user. Sign in as its owner."
              .formatted(ticket.statement()));
    }
    store.claim();
    return new StoredStream(store, () -> forget(ticket.statement(), "was read already"));
  }

  /** Frees a statement. Reading it later says why. */
  public void forget(StatementHandle statement, String why) {
    StatementStore store = stores.remove(statement);
    if (store != null) {
      remember(statement, why);
      store.fail(
          new FlightFailure(ErrorKind.CANCELLED, "Statement %s %s.".formatted(statement, why)));
    }
  }

  /** Bytes in memory and on disk now. */
  public Usage usage() {
    return new Usage(memory.used(), disk.used(), stores.size());
  }

  /** What the exchange holds: bytes in memory, bytes on disk, open statements. */
  public record Usage(long memory, long disk, int statements) {}

  @Override
  public void close() {
    IN_PROCESS.remove(incarnation);
    Threads.stop(timer);
    FlightFailure stopping =
        new FlightFailure(
            ErrorKind.UNAVAILABLE,
            "Cannot go on: this server is stopping. Execute the statement on another one.");
    stores.values().forEach(store -> store.fail(stopping));
    stores.clear();
  }

  private StatementStore store(StatementHandle statement) {
    StatementStore store = stores.get(statement);
    if (store == null) {
      String why = ended.get(statement);
      throw new FlightFailure(
          ErrorKind.NOT_FOUND,
          "Cannot read statement %s: it %s. Execute it again."
              .formatted(statement, why == null ? "is not known here" : why));
    }
    return store;
  }

  private void remember(StatementHandle statement, String why) {
    synchronized (ended) {
      ended.put(statement, why);
      if (ended.size() > REMEMBERED) {
        ended.remove(ended.keySet().iterator().next());
      }
    }
  }

  private void expireIdle() {
    stores.forEach(
        (statement, store) -> {
          boolean patient = store.mayWaitForOthers();
          Duration limit = patient ? config.fetchTimeout() : config.idleTimeout();
          ConfigKey<Duration> key =
              patient ? ExchangeConfig.FETCH_TIMEOUT : ExchangeConfig.IDLE_TIMEOUT;
          if (store.idleNanos() > limit.toNanos()) {
            LOG.info("Statement {} is cancelled: nobody read it for {}", statement, limit);
            store.expire(limit);
            forget(statement, "expired: nobody read it for %s (%s)".formatted(limit, key.name()));
          }
        });
  }
}
