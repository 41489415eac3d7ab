package io.sparkflight.datasource.read;

import io.sparkflight.datasource.client.FlightSqlException;
import io.sparkflight.datasource.client.ServerConnection;
import io.sparkflight.datasource.client.ServerOptions;
import io.sparkflight.lifecycle.Threads;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import org.apache.arrow.flight.FlightInfo;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerApplicationEnd;
import org.apache.spark.scheduler.SparkListenerEvent;
import org.apache.spark.sql.execution.ui.SparkListenerSQLExecutionEnd;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What an executed query needs until the Spark query that reads it ends: its endpoints are renewed
 * before they expire; if the Spark query fails, the other one is cancelled; a session of its own is
 * closed. A result outlives a Spark query that succeeded for as long as the server keeps it by
 * itself, because the plan can run again: what is cached only in part, or the same Dataset twice.
 *
 * <p>Without an SQL execution (an RDD of the Dataset) it ends when nobody has the plan any more.
 * Works on one thread of its own, which is there only while there is something to renew.
 */
final class QueryLifetime extends SparkListener {
  private static final Logger LOG = LoggerFactory.getLogger(QueryLifetime.class);
  private static final Duration SHORTEST = Duration.ofMillis(200);

  /** However long a result is kept, because the clocks of two machines may differ. */
  private static final Duration LONGEST = Duration.ofMinutes(1);

  private final WeakReference<ExecutedQuery> query;
  private final ServerOptions server;
  private final FlightInfo info;
  private final boolean ownSession;
  private final SparkContext spark;
  private final @Nullable String execution;
  private final ScheduledThreadPoolExecutor timer = Threads.timer("flight-sql-renewal");

  private QueryLifetime(ExecutedQuery query, SparkContext spark) {
    this.query = new WeakReference<>(query);
    this.server = query.server();
    this.info = query.info();
    this.ownSession = server.signedOut().isPresent();
    this.spark = spark;
    this.execution = spark.getLocalProperty("spark.sql.execution.id");
    // What comes after the end interests nobody.
    timer.setRejectedExecutionHandler(new ThreadPoolExecutor.DiscardPolicy());
  }

  /** Looks after a query from now on. */
  static void begin(ExecutedQuery query, SparkContext spark) {
    QueryLifetime lifetime = new QueryLifetime(query, spark);
    boolean noEnd = lifetime.execution == null;
    boolean turns = renewsSometimes(query) || (lifetime.ownSession && noEnd);
    if (turns || !noEnd) { // else there is nothing to do, and nothing that would take it away
      spark.addSparkListener(lifetime);
    }
    if (turns) {
      lifetime.next(query);
    }
  }

  private static boolean renewsSometimes(ExecutedQuery read) {
    return read.partitions().stream().anyMatch(each -> each.renewal() != null);
  }

  private void next(ExecutedQuery read) {
    Instant now = Instant.now();
    Duration wait =
        read.partitions().stream()
            .map(EndpointPartition::renewal)
            .filter(Objects::nonNull)
            .map(at -> Duration.between(now, at))
            .min(Duration::compareTo)
            .filter(first -> first.compareTo(LONGEST) < 0)
            .orElse(LONGEST);
    Threads.later(
        timer,
        wait.compareTo(SHORTEST) < 0 ? SHORTEST : wait,
        "renew what %s keeps".formatted(server),
        this::turn);
  }

  private void turn() {
    ExecutedQuery read = query.get();
    if (read == null) {
      end(Optional.empty());
      return;
    }
    if (renewsSometimes(read)) {
      try {
        renew(read);
      } catch (FlightSqlException e) {
        // The next turn may succeed; a task that comes too late says why it fails.
        LOG.warn("{}", e.getMessage());
      }
    }
    next(read);
  }

  private void renew(ExecutedQuery read) {
    Instant soon = Instant.now().plus(LONGEST);
    try (ServerConnection connection = ServerConnection.open(server)) {
      for (EndpointPartition each : read.partitions()) {
        Instant due = each.renewal();
        if (due != null && due.isBefore(soon)) {
          renew(each, connection);
        }
      }
    }
  }

  /** One that was released already does not keep the others from being renewed. */
  private static void renew(EndpointPartition partition, ServerConnection connection) {
    try {
      partition.renewed(connection.renew(partition.endpoint()));
    } catch (FlightSqlException e) {
      LOG.debug("Endpoint {} is not renewed", partition.number(), e);
    }
  }

  @Override
  public void onOtherEvent(SparkListenerEvent event) {
    if (event instanceof SparkListenerSQLExecutionEnd ended
        && String.valueOf(ended.executionId()).equals(execution)) {
      String failure = ended.errorMessage().getOrElse(() -> "");
      timer.execute(() -> end(failure.isEmpty() ? Optional.empty() : Optional.of(failure)));
    }
  }

  @Override
  public void onApplicationEnd(SparkListenerApplicationEnd ended) {
    timer.execute(() -> end(Optional.empty()));
  }

  /** On the timer's thread, because a server may be slow and Spark's listeners have to be quick. */
  private void end(Optional<String> failure) {
    try {
      spark.removeSparkListener(this);
      if (failure.isPresent() || ownSession) {
        leave(failure.isPresent() && !info.getEndpoints().isEmpty());
      }
    } finally {
      timer.shutdownNow();
    }
  }

  private void leave(boolean cancel) {
    try (ServerConnection connection = ServerConnection.open(server)) {
      if (cancel) {
        cancel(connection);
      }
      if (ownSession) {
        connection.closeSession();
      }
    } catch (FlightSqlException e) {
      LOG.debug("The server that was read is not told of the end", e);
    }
  }

  private void cancel(ServerConnection connection) {
    try {
      connection.cancel(info);
    } catch (FlightSqlException e) {
      LOG.debug("A query that Spark has given up is not cancelled", e);
    }
  }
}
