package io.sparkflight.datasource.write;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sparkflight.datasource.client.FlightSqlException;
import io.sparkflight.datasource.client.ServerConnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.spark.sql.connector.write.BatchWrite;
import org.apache.spark.sql.connector.write.DataWriterFactory;
import org.apache.spark.sql.connector.write.PhysicalWriteInfo;
import org.apache.spark.sql.connector.write.WriterCommitMessage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A job whose attempts bring parts of one ingest, of which the driver names those that count: the
 * server writes all of them or none, and once, however often it is asked.
 */
final class PartsWrite implements BatchWrite {
  static final String ID = "ingest.id";
  static final String PART = "ingest.part";
  static final String PARTS = "ingest.parts";
  static final String RENEW = "sparkflight.RenewIngest";
  static final String DISCARD = "sparkflight.DiscardIngest";

  private static final Logger LOG = LoggerFactory.getLogger(PartsWrite.class);

  /** A server that is restarted, or that still does what was asked before, answers by then. */
  private static final Duration RETRIED = Duration.ofMinutes(2);

  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

  /** For what a job that has failed should not wait for. */
  private static final Duration LONGEST_FAREWELL = Duration.ofSeconds(60);

  private final WritePlan plan;
  private @Nullable PartsRenewal renewal;

  PartsWrite(WritePlan plan) {
    this.plan = plan;
  }

  /** Whether a server takes ingests in parts. */
  static boolean isOffered(Set<String> actions) {
    return actions.contains(RENEW) && actions.contains(DISCARD);
  }

  /** Lets the server look whether the rows would fit, by a part without any. */
  static void check(WritePlan plan, ServerConnection server) {
    Map<String, String> part = Map.of(ID, plan.id(), PART, "check");
    try (RowUpload upload = new RowUpload(server, plan.command(part), plan.schema())) {
      long unused = upload.finish();
    }
    server.updates().act(DISCARD, plan.id().getBytes(UTF_8));
  }

  /**
   * Attempts do no harm to each other: Spark need not choose one before it has brought its rows.
   */
  @Override
  public boolean useCommitCoordinator() {
    return false;
  }

  @Override
  public DataWriterFactory createBatchWriterFactory(PhysicalWriteInfo info) {
    renewal = PartsRenewal.start(plan);
    return new AttemptWriterFactory(plan, AttemptWriterFactory.Delivery.PART);
  }

  @Override
  public void commit(WriterCommitMessage[] messages) {
    List<String> parts = new ArrayList<>();
    long rows = 0;
    for (WriterCommitMessage message : messages) {
      AttemptMessage told = (AttemptMessage) message;
      if (told.rows() > 0) {
        parts.add(told.attempt() + ":" + told.rows());
        rows += told.rows();
      }
    }
    long written = commitUntilAnswered(String.join(",", parts), rows);
    if (written != rows) {
      throw FlightSqlException.because(
          "Cannot be sure of %s: it says that it has written %d rows of %d. Look at the table."
              .formatted(plan, written, rows));
    }
    stopRenewal();
  }

  private long commitUntilAnswered(String parts, long rows) {
    long firstFailure = 0;
    boolean undecided = false;
    for (int tried = 1; ; tried++) {
      try {
        return commitOnce(parts);
      } catch (FlightSqlException e) {
        firstFailure = tried == 1 ? System.nanoTime() : firstFailure;
        undecided |= e.isUndecided(); // that one may be done, whatever the later ones say
        if (!mayHelp(e, tried, System.nanoTime() - firstFailure) || !pause(tried)) {
          throw undecided ? undecided(e, rows) : e;
        }
        LOG.warn("The commit of {} rows to {} is repeated", rows, plan, e);
      }
    }
  }

  private long commitOnce(String parts) {
    try (ServerConnection server = ServerConnection.openShared(plan.server());
        RowUpload upload =
            new RowUpload(
                server, plan.command(Map.of(ID, plan.id(), PARTS, parts)), plan.schema())) {
      return upload.finish();
    }
  }

  /** An answer may have got lost in between; repeating does no harm. */
  private static boolean mayHelp(FlightSqlException failure, int tried, long nanos) {
    return failure.isUndecided()
        ? nanos < RETRIED.toNanos()
        : tried == 1 && failure.status().equals(Optional.of(FlightStatusCode.INTERNAL));
  }

  private FlightSqlException undecided(FlightSqlException failure, long rows) {
    return FlightSqlException.because(
        "Cannot tell whether %d rows were written to %s: its answer to the commit got lost, and they may be in the table. Look at the table before the job is run again. (%s)"
            .formatted(rows, plan, failure.getMessage()),
        failure);
  }

  /** Whether there is still somebody who waits: not if the query was cancelled meanwhile. */
  private static boolean pause(int tried) {
    long millis = Math.min(LONGEST_PAUSE.toMillis(), 100L << Math.min(tried, 10));
    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(millis));
    return !Thread.currentThread().isInterrupted();
  }

  /** What has been committed meanwhile stays: there is nothing left to discard. */
  @Override
  public void abort(WriterCommitMessage[] messages) {
    stopRenewal();
    try (ServerConnection server =
        ServerConnection.openShared(plan.server().within(LONGEST_FAREWELL))) {
      server.updates().act(DISCARD, plan.id().getBytes(UTF_8));
    } catch (FlightSqlException e) {
      LOG.warn("The server frees what was sent to {} by itself, later", plan, e);
    }
  }

  private void stopRenewal() {
    PartsRenewal running = renewal;
    renewal = null;
    if (running != null) {
      running.close();
    }
  }

  @Override
  public String toString() {
    return "parts of one ingest into " + plan;
  }
}
