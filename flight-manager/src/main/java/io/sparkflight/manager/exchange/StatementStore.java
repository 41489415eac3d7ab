package io.sparkflight.manager.exchange;

import io.sparkflight.error.ErrorKind;
import io.sparkflight.error.FlightFailure;
import io.sparkflight.manager.Outcome;
import io.sparkflight.manager.statement.AttemptRecord;
import io.sparkflight.manager.statement.AttemptTotals;
import io.sparkflight.manager.statement.BatchVerdict;
import io.sparkflight.manager.statement.ContractViolation;
import io.sparkflight.manager.statement.EndpointLedger;
import io.sparkflight.manager.statement.PartitionAttempt;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The unread batches of one statement on one server, with the account of what may be read.
 *
 * <p>Concurrency: one lock, this object's. Executors append, the driver commits, one reader takes;
 * the reader's wake-up runs outside the lock.
 *
 * <p>Memory: bounded by {@link FrameHeap}. An append that finds no room waits for a reader that is
 * just reading, but never longer than {@link #PATIENCE_NANOS}: a slow or absent reader must not
 * hold a Spark task, so the frame goes to disk instead.
 *
 * <p>Failure: the first failure holds; it frees everything and is what every later call reports.
 */
final class StatementStore {
  private static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  private final OpenStatement opened;
  private final EndpointLedger ledger;
  private final FrameHeap heap;
  private final ReadOrder order;
  private AttemptTotals delivered = AttemptTotals.NONE;
  private @Nullable FlightFailure failure;
  private @Nullable Frame held;
  private final ReaderState reader = new ReaderState();
  private Runnable wakeReader = () -> {};
  private Consumer<FlightFailure> onAbandoned = why -> {};

  StatementStore(OpenStatement opened, String incarnation, FrameHeap heap, ReadOrder order) {
    this.opened = opened;
    this.ledger = new EndpointLedger(incarnation);
    this.heap = heap;
    this.order = order;
  }

  OpenStatement opened() {
    return opened;
  }

  /** Sets what to do when the reader leaves before the end, or nobody comes. */
  synchronized void onAbandoned(Consumer<FlightFailure> action) {
    onAbandoned = action;
  }

  /** Takes a batch from an executor. Owns the bytes from now on. */
  void append(PartitionAttempt attempt, int sequence, int rows, byte[] bytes, int crc) {
    Runnable wake;
    synchronized (this) {
      boolean inMemory = reserve(bytes.length);
      checkAlive();
      BatchVerdict verdict = ledger.batch(attempt, sequence, rows, bytes.length, crc);
      if (verdict == BatchVerdict.STORE) {
        order.add(attempt, keep(sequence, rows, bytes, crc, inMemory));
      } else if (inMemory) {
        heap.release(bytes.length);
      }
      if (verdict == BatchVerdict.REFUSED) {
        throw StatementFailures.refused(attempt, sequence);
      }
      wake = wakeReader;
    }
    wake.run();
  }

  /** Confirms an attempt with this server's own totals. */
  synchronized AttemptTotals seal(PartitionAttempt attempt, AttemptTotals expected) {
    checkAlive();
    AttemptTotals own = ledger.seal(attempt, expected);
    if (own == null) {
      throw StatementFailures.notWhatArrived(attempt, expected);
    }
    return own;
  }

  /** Makes an attempt's rows the partition's rows; frees the rows of its rivals. */
  void commit(AttemptRecord record) {
    Runnable wake;
    synchronized (this) {
      checkAlive();
      try {
        ledger.commit(record).forEach(loser -> heap.discard(order.remove(loser)));
        order.committed(record.attempt());
      } catch (ContractViolation violation) {
        fail(StatementFailures.inexact(opened.statement(), violation));
        checkAlive();
      }
      wake = wakeReader;
    }
    wake.run();
  }

  /** Notes a partition without rows, which no server was told of before. */
  void commitEmpty(int partition) {
    Runnable wake;
    synchronized (this) {
      order.empty(partition);
      wake = wakeReader;
    }
    wake.run();
  }

  /** Frees the rows of an attempt that failed. */
  synchronized void discard(PartitionAttempt attempt) {
    if (failure == null && !ledger.isCommitted(attempt)) {
      ledger.discard(attempt);
      heap.discard(order.remove(attempt));
    }
  }

  /** The statement has ended: from now on the reader may get to the end, or gets the error. */
  void decide(Outcome outcome) {
    if (outcome instanceof Outcome.Failed failed) {
      fail(new FlightFailure(failed.kind(), failed.message()));
      return;
    }
    Runnable wake;
    synchronized (this) {
      if (failure == null) {
        try {
          ledger.decide(outcome);
          reader.touch(); // whoever waited for another endpoint's end comes now
          order.dropUndecided();
        } catch (ContractViolation violation) {
          fail(StatementFailures.inexact(opened.statement(), violation));
        }
      }
      wake = wakeReader;
    }
    wake.run();
  }

  /** Ends the statement here with an error; everything kept is freed. The first failure holds. */
  void fail(FlightFailure reason) {
    Runnable wake;
    synchronized (this) {
      if (failure != null) {
        return;
      }
      failure = reason;
      held = null;
      order.clear();
      heap.close();
      notifyAll();
      wake = wakeReader;
    }
    wake.run();
  }

  /** Becomes the statement's one reader. */
  synchronized void attach(Runnable wake) {
    wakeReader = wake;
  }

  /** Claims the only read. */
  synchronized void claim() {
    checkAlive();
    if (!reader.come()) {
      throw StatementFailures.readBefore(opened.statement());
    }
  }

  /**
   * The next frame for the client, or null when there is none yet or no more.
   *
   * @throws FlightFailure if the statement has failed here
   */
  byte @Nullable [] poll() {
    Frame next = take();
    if (next == null) {
      return null;
    }
    try {
      return next.load();
    } catch (IOException e) {
      fail(StatementFailures.unreadable(opened.statement(), e));
      throw failureNow();
    }
  }

  /** Whether the client has everything and the digest matched. */
  synchronized boolean finished() {
    return failure == null && held == null && ledger.delivered() && order.isEmpty();
  }

  /** The reader has left. */
  void detach() {
    Consumer<FlightFailure> abandoned;
    FlightFailure why = StatementFailures.readerLeft(opened.statement());
    synchronized (this) {
      wakeReader = () -> {};
      boolean early = reader.left() && !finished() && failure == null;
      abandoned = early ? onAbandoned : unused -> {};
      if (early) {
        fail(why);
      } else {
        heap.close();
      }
    }
    abandoned.accept(why);
  }

  /** Nobody read for too long: the statement ends here, and its initiator is told. */
  void expire(Duration idle) {
    Consumer<FlightFailure> abandoned;
    FlightFailure why = StatementFailures.nobodyReads(opened.statement(), idle);
    synchronized (this) {
      abandoned = failure == null ? onAbandoned : unused -> {};
      fail(why);
    }
    abandoned.accept(why);
  }

  /** How long nobody has read what could be read; zero while a reader waits for rows. */
  synchronized long idleNanos() {
    return reader.idleNanos();
  }

  /**
   * Whether the reader may be busy with another endpoint, which cannot end before the statement
   * does: many clients read one endpoint after the other.
   */
  synchronized boolean mayWaitForOthers() {
    return ledger.outcome() == null && opened.sequence() == OpenStatement.Sequence.ANY;
  }

  private synchronized @Nullable Frame take() {
    checkAlive();
    Frame next = order.next(ledger, heap.pressed());
    if (next == null) {
      return last();
    }
    reader.took();
    delivered = delivered.plus(next.rows(), next.size(), next.crc());
    heap.taken(next);
    notifyAll();
    // The newest frame stays here until another one follows: the last one carries the trailer.
    Frame previous = held;
    held = next;
    return previous == null ? take() : previous;
  }

  private @Nullable Frame last() {
    if (ledger.outcome() == null) {
      reader.waits();
      return null;
    }
    if (!ledger.delivered()) {
      fail(StatementFailures.incomplete(opened.statement()));
      throw failureNow();
    }
    Frame lastFrame = held;
    held = null;
    return lastFrame == null ? null : lastFrame.withTrailer(delivered);
  }

  /** Waits a moment for a reader that is just reading; says whether the bytes fit the memory. */
  private boolean reserve(int bytes) {
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    boolean reserved = heap.reserve(bytes);
    while (!reserved
        && failure == null
        && reader.tookWithin(PATIENCE_NANOS)
        && System.nanoTime() < deadline) {
      try {
        TimeUnit.NANOSECONDS.timedWait(this, Math.max(1, deadline - System.nanoTime()));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new FlightFailure(ErrorKind.CANCELLED, "The push was interrupted.", e);
      }
      reserved = heap.reserve(bytes);
    }
    return reserved;
  }

  private Frame keep(int sequence, int rows, byte[] bytes, int crc, boolean inMemory) {
    try {
      return inMemory
          ? heap.inMemory(sequence, rows, bytes, crc)
          : heap.onDisk(sequence, rows, bytes, crc);
    } catch (IOException e) {
      fail(StatementFailures.noRoom(opened.statement(), e));
      throw failureNow();
    }
  }

  /** Throws the failure, if there is one. */
  synchronized void checkAlive() {
    if (failure != null) {
      throw failureNow();
    }
  }

  /** A new object for each caller, so that nobody shares a stack trace or suppressed failures. */
  private synchronized FlightFailure failureNow() {
    FlightFailure known = failure;
    return known == null
        ? new FlightFailure(ErrorKind.INTERNAL, "The statement has not failed.")
        : new FlightFailure(known.kind(), known.sentence(), known);
  }
}
