package io.sparkflight.manager.exchange;

import io.sparkflight.error.ErrorKind;
import io.sparkflight.error.FlightFailure;
import io.sparkflight.lifecycle.Threads;
import io.sparkflight.manager.Outcome;
import io.sparkflight.manager.ResultStream;
import io.sparkflight.manager.StatementHandle;
import io.sparkflight.manager.statement.AttemptRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All statements whose rows this server keeps. Thread-safe. Owns their stores; {@link #close} fails
 * and frees them.
 */
public final class Exchange implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Exchange.class);

  /** The servers of this very process, by incarnation: a task beside one hands its frames over. */
  private static final Map<String, Exchange> IN_PROCESS = new ConcurrentHashMap<>();

  private final ExchangeConfig config;
  private final String incarnation;
  private final Budget memory;
  private final SpillFolder spill;
  private final Map<StatementHandle, StatementStore> stores = new ConcurrentHashMap<>();
  private final Endings ended = new Endings();
  private volatile BiConsumer<OpenStatement, FlightFailure> abandoned = (statement, why) -> {};
  private final ScheduledExecutorService timer = Threads.timer("flight-exchange-timer");
  private final IdleResults idle = new IdleResults(stores.values(), timer);

  private Exchange(ExchangeConfig config, SpillFolder spill, String incarnation) {
    this.config = config;
    this.incarnation = incarnation;
    this.memory = new Budget(config.memory());
    this.spill = spill;
  }

  /**
   * Starts the exchange of one server.
   *
   * @param incarnation 16 hexadecimal digits, random per start
   */
  public static Exchange start(ExchangeConfig config, String incarnation) {
    SpillFolder spill =
        SpillFolder.open(
            config.spillDirectory(),
            config.spillLimit(),
            config.freeSpace(),
            config.spillCompression());
    Exchange exchange = new Exchange(config, spill, incarnation);
    Threads.every(exchange.timer, config.watchPeriod(), "end unread results", exchange::expireIdle);
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
    FrameHeap heap = new FrameHeap(config.statementMemory(), memory, spill, idle::makeRoom);
    StatementStore store =
        new StatementStore(
            statement,
            incarnation,
            heap,
            new ReadOrder(statement.sequence(), config.delivery(), heap),
            this::failed,
            why -> abandoned.accept(statement, why));
    if (stores.putIfAbsent(statement.statement(), store) != null) {
      throw new FlightFailure(
          ErrorKind.INTERNAL,
          "Cannot open statement %s: it is open already.".formatted(statement.statement()));
    }
  }

  /**
   * Sets what to do when nobody reads a statement, or its reader leaves before the end. Set once,
   * before the first statement is opened; must not block.
   */
  public void onAbandoned(BiConsumer<OpenStatement, FlightFailure> action) {
    abandoned = action;
  }

  /** The way in for one attempt's batches. */
  public AttemptInlet inlet(StatementHandle statement) {
    return new AttemptInlet(filling(statement));
  }

  /**
   * Makes accepted attempts the rows of their partitions. All of them must be here; a record
   * without batches only says that its partition has no rows.
   */
  public void commit(StatementHandle statement, List<AttemptRecord> records) {
    StatementStore store = filling(statement);
    for (AttemptRecord record : records) {
      if (record.hasNoRows()) {
        store.commitEmpty(record.partition());
      } else {
        store.commit(record);
      }
    }
  }

  /** Tells which partition a server's range of a statement in ranges begins with. */
  public void first(StatementHandle statement, int partition) {
    filling(statement).first(partition);
  }

  /** Tells the statement's stream how the statement ended; does nothing if it is gone already. */
  public void decide(StatementHandle statement, Outcome outcome) {
    StatementStore store = stores.get(statement);
    if (store != null) {
      store.decide(outcome);
    }
  }

  /** How long a result is kept that nobody reads. */
  public Duration idleTimeout() {
    return config.idleTimeout();
  }

  /** How many bytes of batches are in memory at most. */
  public long memoryLimit() {
    return memory.limit();
  }

  /** How often somebody has to look whether results are still read. */
  public Duration watchPeriod() {
    return config.watchPeriod();
  }

  /**
   * Opens a read of a statement.
   *
   * @throws FlightFailure if this server does not keep it, or not for this user
   */
  public ResultStream read(Ticket ticket, String user) {
    if (!ticket.holder().equals(incarnation)) {
      throw StatementFailures.keptElsewhere(ticket.statement());
    }
    StatementStore store = owned(ticket.statement(), user);
    return store.read(
        ticket.share(),
        () -> {
          FlightFailure failure = store.failure();
          if (failure != null || !store.opened().retained()) {
            end(ticket.statement(), ErrorKind.CANCELLED, afterReading(failure));
          }
        });
  }

  /** Keeps a result for its whole retention again; returns until when. */
  public Instant renew(StatementHandle statement, String user) {
    StatementStore store = owned(statement, user);
    if (!store.opened().retained()) {
      throw StatementFailures.notRetained(statement);
    }
    Instant until = Instant.now().plus(store.opened().retention());
    store.renew();
    return until;
  }

  /**
   * Hears how long nobody has read these statements anywhere.
   *
   * @return the same of this server's parts; those without an entry are gone here
   */
  public List<Attention> attend(List<Attention> everywhere) {
    List<Attention> here = new ArrayList<>();
    for (Attention each : everywhere) {
      StatementStore store = stores.get(each.statement());
      if (store != null) {
        long idle = store.ofReaders(readers -> readers.hear(each.idleNanos()));
        here.add(new Attention(each.statement(), idle));
      }
    }
    return here;
  }

  /**
   * Frees a statement and ends its streams. Reading it later says why.
   *
   * @param why completes "the statement …"
   */
  public void end(StatementHandle statement, ErrorKind kind, String why) {
    StatementStore store = stores.get(statement);
    if (store != null) {
      FlightFailure reason = Endings.reason(statement, kind, why, store.failure());
      ended.ended(store.opened(), why, reason); // before nobody knows it
      stores.remove(statement, store);
      store.fail(reason);
    }
  }

  /**
   * A statement has failed here: nothing is kept of it but the reason, for those who come later.
   * Its store stays as long as it has readers to tell, because a server that stops waits for them.
   */
  private void failed(StatementStore store, FlightFailure reason) {
    if (!store.opened().retained() && store.ofReaders(Readers::hadOne)) {
      ended.ended(store.opened(), afterReading(reason), reason);
    } else {
      ended.failed(store.opened(), reason);
    }
    if (!store.ofReaders(Readers::any)) {
      stores.remove(store.opened().statement(), store);
    }
  }

  /** Ends a statement because its owner wants it to end; nothing to do if that was so already. */
  public void cancel(StatementHandle statement, String user) {
    if (!ended.isCancelled(statement, user)) {
      StatementStore unused = owned(statement, user);
      end(statement, ErrorKind.CANCELLED, StatementFailures.CANCELLED);
    }
  }

  /** Bytes in memory and on disk now. */
  public Usage usage() {
    return new Usage(memory.used(), spill.used(), stores.size());
  }

  /** What the exchange holds: bytes in memory, bytes on disk, open statements. */
  public record Usage(long memory, long disk, int statements) {}

  /** How many statements somebody reads now, or is expected to. */
  public long wanted() {
    return stores.values().stream().filter(StatementStore::isWanted).count();
  }

  /** How many statements somebody reads now. */
  public long read() {
    return stores.values().stream().filter(store -> store.ofReaders(Readers::any)).count();
  }

  /** Ends every statement that is here. */
  public void failAll(FlightFailure reason) {
    stores.values().forEach(store -> store.fail(reason));
  }

  @Override
  public void close() {
    IN_PROCESS.remove(incarnation);
    Threads.stop(timer);
    failAll(StatementFailures.stopping());
    stores.clear();
  }

  /** The store of a statement that rows are brought to. */
  private StatementStore filling(StatementHandle statement) {
    StatementStore store = stores.get(statement);
    if (store == null) {
      throw ended.toWriter(statement);
    }
    return store;
  }

  /** Completes "the statement …" for those who come after its reader. */
  private static String afterReading(@Nullable FlightFailure failure) {
    return failure == null
        ? "was read already"
        : failure.kind() == ErrorKind.CANCELLED
            ? StatementFailures.CANCELLED
            : StatementFailures.FAILED;
  }

  /** The store of a statement that this user may read. */
  private StatementStore owned(StatementHandle statement, String user) {
    StatementStore store = stores.get(statement);
    if (store == null) {
      throw ended.toReader(statement, user);
    }
    if (!store.opened().owner().equals(user)) {
      throw StatementFailures.ofAnother(statement);
    }
    return store;
  }

  /**
   * Ends what nobody reads. Of a statement with parts on several servers, its initiating server
   * knows more; only when that one is gone does each decide by itself, later.
   */
  private void expireIdle() {
    stores.forEach(
        (statement, store) -> {
          boolean elsewhere = store.opened().sequence() != OpenStatement.Sequence.BY_PARTITION;
          Duration limit = config.idleTimeout().multipliedBy(elsewhere ? 2 : 1);
          if (store.ofReaders(Readers::idleNanos) > limit.toNanos()) {
            String why = StatementFailures.unread(config.idleTimeout());
            LOG.info("Statement {} {}", statement, why);
            FlightFailure reason = StatementFailures.nobodyReads(statement, config.idleTimeout());
            ended.ended(store.opened(), why, reason); // before it fails: this is what came first
            store.abandon(reason);
            end(statement, ErrorKind.TIMED_OUT, why);
          }
        });
  }
}
