package io.sparkflight.datasource.write;

import io.sparkflight.datasource.client.FlightSqlException;
import io.sparkflight.datasource.client.ServerConnection;
import io.sparkflight.datasource.sql.ServerSql;
import io.sparkflight.datasource.sql.TableName;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.apache.spark.sql.connector.write.BatchWrite;
import org.apache.spark.sql.connector.write.DataWriterFactory;
import org.apache.spark.sql.connector.write.PhysicalWriteInfo;
import org.apache.spark.sql.connector.write.WriterCommitMessage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A job whose attempts bring their rows into a table of the job's own, each row with the name of
 * its attempt; the driver counts them there, and moves those of the attempts that count by one
 * statement. As exact as that statement of the server is.
 */
final class StagedWrite implements BatchWrite {
  private static final Logger LOG = LoggerFactory.getLogger(StagedWrite.class);
  private static final int ID_DIGITS = 12;

  /** For what a job that has ended should not wait for. */
  private static final Duration LONGEST_FAREWELL = Duration.ofSeconds(60);

  private static final Duration DROPPING = Duration.ofSeconds(30);
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final WritePlan plan;
  private final StagingTarget target;
  private final TableName staging;
  private final ServerSql sql;

  /**
   * @param target what was found out before
   */
  StagedWrite(WritePlan plan, StagingTarget target) {
    this.plan = plan;
    this.target = target;
    String id = plan.id().replace("-", "").substring(0, ID_DIGITS);
    this.staging = plan.table().sibling(plan.table().table() + "_spark_" + id);
    this.sql = target.sql();
  }

  /** Spark aborts nothing when this fails. */
  @Override
  public DataWriterFactory createBatchWriterFactory(PhysicalWriteInfo info) {
    makeStaging();
    try (ServerConnection server = ServerConnection.openShared(plan.server())) {
      target.requireTypes(plan, server.schema(sql.name(staging)));
    } catch (RuntimeException e) {
      drop();
      throw e;
    }
    return new AttemptWriterFactory(
        plan.into(staging, WritePlan.Mode.APPEND), AttemptWriterFactory.Delivery.MARKED);
  }

  private void makeStaging() {
    try {
      create(plan.into(staging, WritePlan.Mode.CREATE), "");
    } catch (FlightSqlException e) {
      if (e.isUndecided()) { // else it is not there, or somebody else's
        drop();
      }
      throw e;
    }
  }

  /** An ingest of no rows makes a table with the server's own types. */
  private static void create(WritePlan made, @Nullable String mark) {
    try (ServerConnection server = ServerConnection.openShared(made.server());
        RowUpload upload = new RowUpload(server, made.command(Map.of()), made.schema(), mark)) {
      long unused = upload.finish();
    }
  }

  @Override
  public void commit(WriterCommitMessage[] messages) {
    Map<String, Long> attempts = new LinkedHashMap<>();
    for (WriterCommitMessage message : messages) {
      AttemptMessage told = (AttemptMessage) message;
      if (told.rows() > 0) {
        attempts.put(told.attempt(), told.rows());
      }
    }
    List<String> statements = statements(attempts);
    statements.forEach(statement -> target.requireShort(plan, statement));
    try (ServerConnection server = ServerConnection.openShared(plan.server())) {
      requireAll(attempts, server);
      if (plan.mode() == WritePlan.Mode.CREATE_APPEND) {
        create(plan, null);
      }
      if (!statements.isEmpty()) {
        move(statements, attempts, server);
      }
    }
    drop();
  }

  /** What has arrived twice, or not at all, is found before it is moved. */
  private void requireAll(Map<String, Long> attempts, ServerConnection server) {
    String mark = sql.name(RowUpload.MARK);
    Map<String, Long> there =
        server
            .updates()
            .counts(
                "SELECT %s, count(*) FROM %s GROUP BY %s".formatted(mark, sql.name(staging), mark));
    attempts.forEach(
        (attempt, rows) ->
            plan.require(
                rows.equals(there.get(attempt)),
                "%d rows of attempt %s were sent, and %s have arrived. Run the job again; nothing of it is written."
                    .formatted(rows, attempt, there.getOrDefault(attempt, 0L))));
  }

  private List<String> statements(Map<String, Long> attempts) {
    List<String> statements = new ArrayList<>();
    String table = sql.name(plan.table());
    if (plan.mode() == WritePlan.Mode.REPLACE) {
      statements.add("DELETE FROM " + table);
    }
    if (!attempts.isEmpty()) {
      String columns = sql.names(plan.columns());
      String chosen =
          attempts.keySet().stream().map(ServerSql::text).collect(Collectors.joining(", "));
      statements.add(
          "INSERT INTO %s (%s) SELECT %s FROM %s WHERE %s IN (%s)"
              .formatted(
                  table, columns, columns, sql.name(staging), sql.name(RowUpload.MARK), chosen));
    }
    return statements;
  }

  private void move(List<String> statements, Map<String, Long> attempts, ServerConnection server) {
    long all = attempts.values().stream().mapToLong(Long::longValue).sum();
    try {
      if (target.transactions()) {
        String undone = "It was told to forget them. Run the job again; nothing of it is written.";
        server
            .updates()
            .transact(
                statements,
                counts -> requireMoved(all, attempts.isEmpty() ? -1 : last(counts), undone));
      } else { // and so it is one
        requireMoved(all, server.updates().update(last(statements)), "Look at the table.");
      }
    } catch (FlightSqlException e) {
      throw e.isUndecided()
          ? FlightSqlException.because(
              "Cannot tell whether the rows were written to %s: its answer got lost, and they may be in the table. Look at the table before the job is run again. (%s)"
                  .formatted(plan, e.getMessage()),
              e)
          : e;
    }
  }

  private void requireMoved(long all, long moved, String advice) {
    plan.require(
        moved < 0 || moved == all,
        "it says that it has taken %d rows of %d. %s".formatted(moved, all, advice));
  }

  private static <T> T last(List<T> list) {
    return list.get(list.size() - 1);
  }

  @Override
  public void abort(WriterCommitMessage[] messages) {
    drop();
  }

  /** A server that cannot be reached is tried again for a while: the table would stay. */
  private void drop() {
    long begin = System.nanoTime();
    while (!dropOnce(System.nanoTime() - begin > DROPPING.toNanos())) {
      LockSupport.parkNanos(PAUSE.toNanos());
    }
  }

  /** Whether there is nothing more to do, or nothing that would help. */
  private boolean dropOnce(boolean last) {
    String name = sql.name(staging);
    try (ServerConnection server =
        ServerConnection.openShared(plan.server().within(LONGEST_FAREWELL))) {
      server.updates().within(LONGEST_FAREWELL).update("drop table " + name, "DROP TABLE " + name);
      return true;
    } catch (FlightSqlException e) {
      boolean again = e.isUndecided() && !last && !Thread.currentThread().isInterrupted();
      if (!again) {
        LOG.warn("The table {} of a job that has ended could not be dropped: drop it", name, e);
      }
      return !again;
    }
  }

  @Override
  public String toString() {
    return "rows by way of %s into %s".formatted(sql.name(staging), plan);
  }
}
