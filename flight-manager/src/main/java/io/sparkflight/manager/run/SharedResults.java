package io.sparkflight.manager.run;

import io.sparkflight.error.ErrorKind;
import io.sparkflight.error.FlightFailure;
import io.sparkflight.lifecycle.Threads;
import io.sparkflight.manager.StatementHandle;
import io.sparkflight.manager.exchange.Attention;
import io.sparkflight.manager.exchange.Exchange;
import io.sparkflight.manager.exchange.Participant;
import io.sparkflight.manager.exchange.StatementFailures;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The results with parts on several servers, as their initiating server looks after them from the
 * start until the last part is gone.
 *
 * <p>Clients read the endpoints at once, one after the other, or in their order with little room: a
 * part that nobody reads is not abandoned while another one is read. So idleness is a property of
 * the whole result, and only its initiating server can tell. It asks every holder at intervals how
 * long nobody read its part, and tells it how long nobody read any.
 *
 * <p>Concurrency: thread-safe; the asking is done by one thread.
 */
final class SharedResults implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SharedResults.class);

  private final Exchange exchange;
  private final RunningStatements running;
  private final Map<StatementHandle, Result> results = new ConcurrentHashMap<>();
  private final ScheduledExecutorService timer = Threads.timer("flight-shared-results");

  SharedResults(Exchange exchange, RunningStatements running) {
    this.exchange = exchange;
    this.running = running;
  }

  /** One result: who keeps parts of it, and when somebody last read one. */
  private static final class Result {
    final String owner;
    final Set<Participant> holders;
    long lastActive = System.nanoTime();

    Result(String owner, Set<Participant> holders) {
      this.owner = owner;
      this.holders = holders;
    }

    /** A holder has answered: a part that has just gone was read until now. */
    synchronized void heard(Participant holder, boolean there, long idleNanos) {
      long now = System.nanoTime();
      if (there) {
        lastActive = lastActive - (now - idleNanos) < 0 ? now - idleNanos : lastActive;
      } else if (holders.remove(holder)) {
        lastActive = now;
      }
    }

    synchronized long idleNanos() {
      return System.nanoTime() - lastActive;
    }

    synchronized Set<Participant> holders() {
      return Set.copyOf(holders);
    }
  }

  /** Begins to look after the others' parts. */
  void start() {
    Threads.every(timer, exchange.watchPeriod(), "ask for unread results", this::attend);
  }

  /** Looks after a result from now on. */
  void add(StatementHandle statement, String owner, Iterable<Participant> holders) {
    Set<Participant> all = new HashSet<>();
    holders.forEach(all::add);
    results.put(statement, new Result(owner, all));
  }

  /**
   * Frees a result because its owner wants it to end.
   *
   * @return whether there is something of it
   */
  boolean cancel(StatementHandle statement, String user) {
    Result result = results.get(statement);
    if (result == null) {
      return false;
    }
    if (!result.owner.equals(user)) {
      throw StatementFailures.ofAnother(statement);
    }
    end(statement, result, ErrorKind.CANCELLED, StatementFailures.CANCELLED);
    return true;
  }

  @Override
  public void close() {
    Threads.stop(timer);
    results.clear();
  }

  private void attend() {
    Map<Participant, List<Attention>> questions = new HashMap<>();
    results.forEach(
        (statement, result) -> {
          Attention question = new Attention(statement, result.idleNanos());
          result
              .holders()
              .forEach(
                  holder ->
                      questions.computeIfAbsent(holder, key -> new ArrayList<>()).add(question));
        });
    questions.forEach(this::ask);
    results.forEach(this::endIfUnread);
  }

  private void ask(Participant holder, List<Attention> questions) {
    Map<StatementHandle, Long> answers = new ConcurrentHashMap<>();
    try {
      holder.attend(questions).forEach(part -> answers.put(part.statement(), part.idleNanos()));
    } catch (FlightFailure e) { // its membership will tell whether it is lost
      LOG.debug("A server does not tell whether its results are read", e);
      return;
    }
    for (Attention question : questions) {
      Result result = results.get(question.statement());
      if (result != null) {
        Long idle = answers.get(question.statement());
        result.heard(holder, idle != null, idle == null ? 0 : idle);
      }
    }
  }

  private void endIfUnread(StatementHandle statement, Result result) {
    if (result.holders().isEmpty()) {
      results.remove(statement);
    } else if (result.idleNanos() > exchange.idleTimeout().toNanos()) {
      String why = StatementFailures.unread(exchange.idleTimeout());
      LOG.info("Statement {} {}", statement, why);
      running.fail(statement, StatementFailures.nobodyReads(statement, exchange.idleTimeout()));
      end(statement, result, ErrorKind.TIMED_OUT, why);
    }
  }

  private void end(StatementHandle statement, Result result, ErrorKind kind, String why) {
    results.remove(statement);
    for (Participant holder : result.holders()) {
      try {
        holder.end(statement, kind, why);
      } catch (FlightFailure e) { // it frees its part by itself, later, or is gone
        LOG.warn("A server keeps its part of statement {} for now", statement, e);
      }
    }
  }
}
