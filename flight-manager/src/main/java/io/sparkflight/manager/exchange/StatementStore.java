package io.sparkflight.manager.exchange;

import io.sparkflight.error.FlightFailure;
import io.sparkflight.manager.Outcome;
import io.sparkflight.manager.statement.AttemptRecord;
import io.sparkflight.manager.statement.AttemptTotals;
import io.sparkflight.manager.statement.BatchVerdict;
import io.sparkflight.manager.statement.ContractViolation;
import io.sparkflight.manager.statement.EndpointLedger;
import io.sparkflight.manager.statement.PartitionAttempt;
import java.io.IOException;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The batches of one statement on one server, with the account of what may be read: those that
 * nobody has read yet, and, while the result is retained, the others as well.
 *
 * <p>Concurrency: one lock, this object's. Executors append, the driver commits, readers take;
 * their wake-up runs outside the lock.
 *
 * <p>Memory: bounded by {@link FrameHeap}; an append waits for room as {@link FrameRoom} says.
 *
 * <p>Failure: the first failure holds; it frees everything and is what every later call reports.
 */
final class StatementStore {
  private final OpenStatement opened;
  private final EndpointLedger ledger;
  private final FrameHeap heap;
  private final ReadOrder order;
  private final Readers readers;
  private final ReleasedFrames released;
  private final FrameRoom room;
  private @Nullable FlightFailure failure;
  private final BiConsumer<StatementStore, FlightFailure> onFailed;
  private final Consumer<FlightFailure> onAbandoned;

  /**
   * @param onFailed what to do when it has failed, called once, under its lock
   * @param onAbandoned what to do when it ends here for want of a reader or of room
   */
  StatementStore(
      OpenStatement opened,
      String incarnation,
      FrameHeap heap,
      ReadOrder order,
      BiConsumer<StatementStore, FlightFailure> onFailed,
      Consumer<FlightFailure> onAbandoned) {
    this.opened = opened;
    this.ledger = new EndpointLedger(incarnation);
    this.heap = heap;
    this.order = order;
    this.readers = new Readers(opened.retention());
    this.released = new ReleasedFrames(order, heap, opened.retained());
    this.room = new FrameRoom(this, heap, readers, released);
    this.onFailed = onFailed;
    this.onAbandoned = onAbandoned;
  }

  OpenStatement opened() {
    return opened;
  }

  /** Takes a batch from an executor. Owns the bytes from now on. */
  void append(PartitionAttempt attempt, int sequence, int rows, byte[] bytes, int crc) {
    change(
        () -> {
          try {
            store(attempt, sequence, rows, bytes, crc);
          } catch (IOException e) {
            abandon(StatementFailures.noRoom(opened.statement(), e));
            throw failureNow();
          }
        });
  }

  private void store(PartitionAttempt attempt, int sequence, int rows, byte[] bytes, int crc)
      throws IOException {
    checkAlive();
    boolean inMemory = room.reserve(bytes.length, this::checkAlive);
    BatchVerdict verdict = ledger.batch(attempt, sequence, rows, bytes.length, crc);
    if (verdict == BatchVerdict.STORE) {
      order.add(
          attempt,
          inMemory
              ? heap.inMemory(sequence, rows, bytes, crc)
              : heap.onDisk(sequence, rows, bytes, crc));
    } else if (inMemory) {
      heap.release(bytes.length);
    }
    if (verdict == BatchVerdict.REFUSED) {
      throw StatementFailures.refused(attempt, sequence);
    }
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
    change(
        () -> {
          checkAlive();
          try {
            ledger.commit(record).forEach(loser -> heap.discard(order.remove(loser)));
            order.committed(record.attempt());
          } catch (ContractViolation violation) {
            fail(StatementFailures.inexact(opened.statement(), violation));
            checkAlive();
          }
        });
  }

  /** The range of this server begins with this partition. */
  void first(int partition) {
    change(() -> order.first(partition));
  }

  /** Notes a partition without rows. */
  void commitEmpty(int partition) {
    change(() -> order.empty(partition));
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
    change(
        () -> {
          if (failure == null) {
            try {
              ledger.decide(outcome);
              readers.touch(); // whoever waited for another endpoint's end comes now
              order.dropUndecided();
            } catch (ContractViolation violation) {
              fail(StatementFailures.inexact(opened.statement(), violation));
            }
          }
        });
  }

  /** Ends the statement here with an error; everything kept is freed. The first failure holds. */
  void fail(FlightFailure reason) {
    change(
        () -> {
          if (failure == null) {
            failure = reason;
            released.clear();
            heap.close();
            onFailed.accept(this, reason);
            notifyAll();
          }
        });
  }

  /** Changes something under the lock, and wakes the readers after it. */
  private void change(Runnable change) {
    Runnable wake;
    synchronized (this) {
      change.run();
      wake = readers.wake();
    }
    wake.run();
  }

  /**
   * A new read of a share of the statement. The caller closes it.
   *
   * @param onClosed what to do after its end
   */
  synchronized StoredStream read(Share share, Runnable onClosed) {
    checkAlive();
    StoredStream reader = new StoredStream(this, share, onClosed);
    if (!readers.come(reader)) {
      throw StatementFailures.readBefore(opened.statement());
    }
    return reader;
  }

  /**
   * The next frame for a reader, or null when there is none yet or no more.
   *
   * @throws FlightFailure if the statement has failed here
   */
  byte @Nullable [] poll(StoredStream reader) {
    Frame next = take(reader);
    if (next == null) {
      return null;
    }
    try {
      byte[] bytes = next.load();
      if (!readers.retained()) {
        next.drop();
      }
      return bytes;
    } catch (IOException e) {
      fail(StatementFailures.unreadable(opened.statement(), e));
      throw failureNow();
    }
  }

  /** Whether a reader has everything and the digest matched. */
  synchronized boolean finished(StoredStream reader) {
    return failure == null
        && !reader.holds()
        && ledger.delivered()
        && released.endsAt(reader.place());
  }

  /** A reader has left. */
  void detach(StoredStream reader) {
    boolean early;
    synchronized (this) {
      boolean ends = readers.left(reader) && failure == null && !readers.retained();
      early = ends && !finished(reader);
      if (ends && !early) {
        heap.close();
      }
    }
    if (early) {
      abandon(StatementFailures.readerLeft(opened.statement()));
    }
  }

  /** It ends here, for want of a reader or of room, and its initiator is told. */
  void abandon(FlightFailure why) {
    Consumer<FlightFailure> abandoned;
    synchronized (this) {
      abandoned = failure == null ? onAbandoned : unused -> {};
      fail(why);
    }
    abandoned.accept(why);
  }

  /** Whether somebody reads it, or is expected to. */
  synchronized boolean isWanted() {
    return failure == null && (readers.any() || !readers.retained());
  }

  /** Why it has failed; null if it has not. */
  synchronized @Nullable FlightFailure failure() {
    return failure;
  }

  /** Asks, or tells, something of the readers. */
  synchronized <T> T ofReaders(Function<Readers, T> question) {
    return question.apply(readers);
  }

  /**
   * Moves a kept result that nobody reads now to disk, for others to have its memory. Where there
   * is no disk, it stays.
   */
  void rest() throws IOException {
    boolean moved = true;
    while (moved) {
      synchronized (this) { // for one frame: its readers may come again
        moved = failure == null && room.restOne();
      }
    }
  }

  /** A retained result is kept for its whole time again. */
  synchronized void renew() {
    checkAlive();
    readers.keep();
  }

  private synchronized @Nullable Frame take(StoredStream reader) {
    checkAlive();
    Frame next = released.at(reader.place(), ledger);
    if (next == null) {
      return last(reader);
    }
    readers.took(reader);
    notifyAll();
    Frame previous = reader.hold(next);
    return previous == null ? take(reader) : previous;
  }

  private @Nullable Frame last(StoredStream reader) {
    if (ledger.outcome() == null) {
      readers.waits(reader);
      return null;
    }
    if (!ledger.delivered()) {
      fail(StatementFailures.incomplete(opened.statement()));
      throw failureNow();
    }
    return reader.last();
  }

  /** Throws the failure, if there is one. */
  synchronized void checkAlive() {
    if (failure != null) {
      throw failureNow();
    }
  }

  private synchronized FlightFailure failureNow() {
    return StatementFailures.again(Objects.requireNonNull(failure, "nothing has failed"));
  }
}
