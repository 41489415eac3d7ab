package io.sparkflight.datasource.write;

import io.sparkflight.datasource.client.FlightSqlException;
import io.sparkflight.datasource.client.ServerConnection;
import io.sparkflight.datasource.client.ServerOptions;
import java.time.Duration;
import java.util.function.Function;
import org.apache.spark.sql.connector.write.BatchWrite;
import org.apache.spark.sql.connector.write.DataWriterFactory;
import org.apache.spark.sql.connector.write.PhysicalWriteInfo;
import org.apache.spark.sql.connector.write.WriterCommitMessage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A job that signs in once, for all its tasks and its end: a server bounds the sessions of a user.
 * Its session begins when Spark is about to run the tasks, and ends with the job. Used by the
 * thread of the query.
 */
final class SignedInWrite implements BatchWrite {
  private static final Logger LOG = LoggerFactory.getLogger(SignedInWrite.class);
  private static final Duration LONGEST_FAREWELL = Duration.ofSeconds(60);

  private final WritePlan plan;
  private final Function<WritePlan, BatchWrite> kind;
  private BatchWrite job;
  private ServerOptions server;

  /**
   * @param plan with the user's own sign-in
   * @param kind of the job, for a plan with a sign-in that tasks share
   */
  SignedInWrite(WritePlan plan, Function<WritePlan, BatchWrite> kind) {
    this.plan = plan;
    this.kind = kind;
    this.job = kind.apply(plan);
    this.server = plan.server();
  }

  @Override
  public boolean useCommitCoordinator() {
    return job.useCommitCoordinator();
  }

  /** Spark aborts nothing when this fails. */
  @Override
  public DataWriterFactory createBatchWriterFactory(PhysicalWriteInfo info) {
    try (ServerConnection connection = ServerConnection.open(plan.server())) {
      server = connection.keepSession();
    }
    job = kind.apply(plan.as(server));
    try {
      return job.createBatchWriterFactory(info);
    } catch (RuntimeException e) {
      closeSession();
      throw e;
    }
  }

  /** Spark aborts what cannot be committed. */
  @Override
  public void commit(WriterCommitMessage[] messages) {
    job.commit(messages);
    closeSession();
  }

  @Override
  public void abort(WriterCommitMessage[] messages) {
    try {
      job.abort(messages);
    } finally {
      closeSession();
    }
  }

  private void closeSession() {
    if (server.signedOut().isEmpty()) {
      return;
    }
    try (ServerConnection connection = ServerConnection.open(server.within(LONGEST_FAREWELL))) {
      connection.closeSession();
    } catch (FlightSqlException e) {
      LOG.debug("The session of a job is left to {}", server, e);
    }
    server = plan.server();
  }

  @Override
  public String toString() {
    return job.toString();
  }
}
