package io.sparkflight.manager.run;

import io.sparkflight.error.ErrorKind;
import io.sparkflight.error.FlightErrors;
import io.sparkflight.error.FlightFailure;
import io.sparkflight.manager.JobGroup;
import io.sparkflight.manager.Outcome;
import io.sparkflight.manager.StatementHandle;
import io.sparkflight.manager.exchange.Participant;
import io.sparkflight.manager.statement.AttemptRecord;
import io.sparkflight.manager.statement.OwnerLedger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The initiating server's side of one running statement: passes the records that Spark accepts on
 * to the servers that hold the rows, and settles the one outcome.
 *
 * <p>Concurrency: Spark's scheduler thread accepts, the committer sends, the job's thread waits for
 * the last confirmation; all state is under this object's lock. Commits are sent one batch at a
 * time per statement: what arrives meanwhile goes with the next.
 */
final class StatementRun {
  private final StatementHandle statement;
  private final JobGroup jobs;
  private final String self;
  private final Map<String, Participant> participants;
  private final Executor committer;
  private final Consumer<Outcome> announce;
  private final OwnerLedger ledger = new OwnerLedger();
  private final List<AttemptRecord> unsent = new ArrayList<>();
  private boolean sending;
  private boolean announced;

  /**
   * @param jobs is stopped when the statement fails while it runs
   * @param self this server's incarnation, which is live whatever others say
   * @param participants by incarnation, the servers that may hold rows
   * @param committer runs the sending of commits
   * @param announce makes the outcome known to every participant; called once
   */
  StatementRun(
      StatementHandle statement,
      JobGroup jobs,
      String self,
      Map<String, Participant> participants,
      Executor committer,
      Consumer<Outcome> announce) {
    this.statement = statement;
    this.jobs = jobs;
    this.self = self;
    this.participants = participants;
    this.committer = committer;
    this.announce = announce;
  }

  StatementHandle statement() {
    return statement;
  }

  /** The Spark jobs that make its rows. */
  JobGroup jobs() {
    return jobs;
  }

  /**
   * Spark has accepted a task's result. Never blocks.
   *
   * @param record of a partition without rows, its server has to know of it only if it names one
   */
  void accept(AttemptRecord record) {
    synchronized (this) {
      if (ledger.outcome() != null) {
        return;
      }
      boolean commits = ledger.accept(record);
      if (!commits && record.incarnation().isEmpty()) {
        return;
      }
      unsent.add(record);
      if (sending) {
        return;
      }
      sending = true;
    }
    try {
      committer.execute(this::sendCommits);
    } catch (
        Throwable e) { // no thread left: Spark's own thread, which calls this, must not die of it
      failBeforeTheEnd(e);
    }
  }

  /** The job's thread finds the failure when it has ended. Never blocks. */
  private synchronized void failBeforeTheEnd(Throwable failure) {
    FlightFailure told = FlightErrors.ofSpark("run the statement", failure);
    ledger.fail(told.kind(), told.sentence());
    sending = false;
    notifyAll();
  }

  /**
   * The Spark action has ended well: waits for the last confirmation, then announces.
   *
   * @throws InterruptedException if this thread is told to stop
   */
  void complete(int partitions) throws InterruptedException {
    synchronized (this) {
      while (sending && ledger.outcome() == null) {
        wait();
      }
      if (ledger.outcome() == null) {
        ledger.complete(partitions);
      }
      notifyAll();
    }
    settle();
  }

  /** Ends the statement with an error, unless it has an outcome already. */
  void fail(Throwable failure) {
    FlightFailure told = FlightErrors.ofSpark("run the statement", failure);
    boolean first;
    synchronized (this) {
      first = ledger.outcome() == null;
      ledger.fail(told.kind(), told.sentence());
      notifyAll();
    }
    try {
      if (first) {
        jobs.stop();
      }
    } finally {
      settle(); // whatever the stop ran into: readers wait for this
    }
  }

  /**
   * Waits for the outcome, at most so long.
   *
   * @return it; null if there is none yet, or this thread is told to stop
   */
  synchronized @Nullable Outcome awaitOutcome(Duration patience) {
    long end = System.nanoTime() + patience.toNanos();
    try {
      for (long left = patience.toNanos();
          ledger.outcome() == null && left > 0;
          left = end - System.nanoTime()) {
        TimeUnit.NANOSECONDS.timedWait(this, left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return ledger.outcome();
  }

  /** Whether the outcome is settled. */
  synchronized boolean ended() {
    return ledger.outcome() != null;
  }

  /** Ends the statement with an error if one of the other servers it relies on is not live. */
  void failUnlessAmong(Set<String> live) {
    participants.keySet().stream()
        .filter(holder -> !holder.equals(self) && !live.contains(holder))
        .findAny()
        .ifPresent(
            lost ->
                fail(
                    new FlightFailure(
                        ErrorKind.UNAVAILABLE,
                        "Cannot go on with statement %s: server %s, which keeps a part of it, was lost."
                                .formatted(statement, lost)
                            + " Execute it again.")));
  }

  private void sendCommits() {
    try {
      for (Map<String, List<AttemptRecord>> next = nextCommits();
          next != null;
          next = nextCommits()) {
        next.forEach(this::send);
      }
    } catch (Throwable e) { // an error too: the job's thread waits for the commits
      fail(e);
    }
  }

  private void send(String incarnation, List<AttemptRecord> records) {
    Participant participant = participants.get(incarnation);
    if (participant == null) {
      throw new FlightFailure(
          ErrorKind.INTERNAL,
          "A task pushed to server %s, which was not asked.".formatted(incarnation));
    }
    participant.commit(statement, records);
    synchronized (this) {
      ledger.confirm((int) records.stream().filter(record -> !record.hasNoRows()).count());
    }
  }

  private synchronized @Nullable Map<String, List<AttemptRecord>> nextCommits() {
    if (unsent.isEmpty() || ledger.outcome() != null) {
      sending = false;
      notifyAll();
      return null;
    }
    Map<String, List<AttemptRecord>> byServer = new HashMap<>();
    unsent.forEach(
        record ->
            byServer.computeIfAbsent(record.incarnation(), key -> new ArrayList<>()).add(record));
    unsent.clear();
    return byServer;
  }

  private void settle() {
    Outcome outcome;
    synchronized (this) {
      outcome = ledger.outcome();
      if (announced || outcome == null) {
        return;
      }
      announced = true;
    }
    announce.accept(outcome);
  }
}
