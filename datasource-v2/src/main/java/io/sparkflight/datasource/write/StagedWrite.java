package io.sparkflight.datasource.write;

import io.sparkflight.datasource.client.FlightSqlException;
import io.sparkflight.datasource.client.ServerConnection;
import io.sparkflight.datasource.sql.ServerSql;
import io.sparkflight.datasource.sql.TableName;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.arrow.flight.sql.impl.FlightSql.SqlInfo;
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

  private final WritePlan plan;
  private final TableName staging;
  private final ServerSql sql;
  private final boolean transactions;

  StagedWrite(WritePlan plan, ServerConnection server) {
    this.plan = plan;
    String id = plan.id().replace("-", "").substring(0, ID_DIGITS);
    this.staging = plan.table().sibling(plan.table().table() + "_spark_" + id);
    this.sql = new ServerSql(server.quote());
    this.transactions = hasTransactions(server);
  }

  /** Whether a server says that it can make tables, or has transactions, and SQL at all. */
  static boolean isPossible(ServerConnection server) {
    return !server.info(SqlInfo.FLIGHT_SQL_SERVER_SQL).equals(Optional.of(false))
        && (hasTransactions(server) || says(server, SqlInfo.SQL_DDL_TABLE));
  }

  /** 1 is transactions, 2 is savepoints as well. */
  private static boolean hasTransactions(ServerConnection server) {
    return server.info(SqlInfo.FLIGHT_SQL_SERVER_TRANSACTION).stream()
        .anyMatch(value -> value instanceof Number level && level.intValue() > 0);
  }

  /** Servers tell a truth as a bit or as a number. */
  private static boolean says(ServerConnection server, SqlInfo code) {
    return server.info(code).stream()
        .anyMatch(
            value ->
                Boolean.TRUE.equals(value)
                    || (value instanceof Number number && number.intValue() == 1));
  }

  /** Looks whether it can be done; writes nothing. */
  void check(ServerConnection server) {
    require(
        !Arrays.asList(plan.columns().fieldNames()).contains(RowUpload.MARK),
        "the rows have a column %s, which is needed to tell attempts apart. Rename it."
            .formatted(RowUpload.MARK));
    if (plan.mode() == WritePlan.Mode.REPLACE) {
      require(
          transactions,
          "the server has no transactions, and without one the old rows could be lost. Empty the table yourself, and append.");
    }
    if (plan.mode() != WritePlan.Mode.CREATE_APPEND) {
      List<String> there = List.of(server.schema(sql.name(plan.table())).fieldNames());
      for (String column : plan.columns().fieldNames()) {
        require(
            there.contains(column),
            "the table has no column %s, but %s. Rename it, or leave it out."
                .formatted(column, String.join(", ", there)));
      }
    }
  }

  private void require(boolean condition, String why) {
    if (!condition) {
      throw FlightSqlException.because("Cannot write to %s: %s".formatted(plan, why));
    }
  }

  @Override
  public DataWriterFactory createBatchWriterFactory(PhysicalWriteInfo info) {
    create(plan.into(staging, WritePlan.Mode.CREATE), "");
    return new AttemptWriterFactory(
        plan.into(staging, WritePlan.Mode.APPEND), AttemptWriterFactory.Delivery.MARKED);
  }

  /** An ingest of no rows makes a table with the server's own types. */
  private static void create(WritePlan made, @Nullable String mark) {
    try (ServerConnection server = ServerConnection.open(made.server());
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
    try (ServerConnection server = ServerConnection.open(plan.server())) {
      requireAll(attempts, server);
      if (plan.mode() == WritePlan.Mode.CREATE_APPEND) {
        create(plan, null);
      }
      move(attempts, server);
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
            require(
                rows.equals(there.get(attempt)),
                "%d rows of attempt %s were sent, and %s have arrived. Run the job again; nothing of it is written."
                    .formatted(rows, attempt, there.getOrDefault(attempt, 0L))));
  }

  private void move(Map<String, Long> attempts, ServerConnection server) {
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
    if (!statements.isEmpty()) {
      long all = attempts.values().stream().mapToLong(Long::longValue).sum();
      List<Long> counts = update(server, statements);
      long moved = counts.get(counts.size() - 1);
      require(
          attempts.isEmpty() || moved < 0 || moved == all,
          "it says that it has taken %d rows of %d. Look at the table.".formatted(moved, all));
    }
  }

  private List<Long> update(ServerConnection server, List<String> statements) {
    try {
      return server.updates().update(transactions, statements);
    } catch (FlightSqlException e) {
      throw e.isUndecided()
          ? FlightSqlException.because(
              "Cannot tell whether the rows were written to %s: its answer got lost. Look at the table before the job is run again. (%s)"
                  .formatted(plan, e.getMessage()),
              e)
          : e;
    }
  }

  @Override
  public void abort(WriterCommitMessage[] messages) {
    drop();
  }

  private void drop() {
    try (ServerConnection server = ServerConnection.open(plan.server())) {
      var unused = server.updates().update(false, List.of("DROP TABLE " + sql.name(staging)));
    } catch (FlightSqlException e) {
      LOG.warn("The table {} of a job that has ended could not be dropped: drop it", staging, e);
    }
  }

  @Override
  public String toString() {
    return "rows by way of %s into %s".formatted(staging, plan);
  }
}
