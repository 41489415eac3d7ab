package io.sparkflight.datasource.write;

import io.sparkflight.datasource.client.FlightSqlException;
import io.sparkflight.datasource.client.ServerConnection;
import io.sparkflight.datasource.sql.ServerSql;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.arrow.flight.sql.impl.FlightSql.SqlInfo;
import org.apache.spark.sql.catalyst.expressions.Cast;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is known, before a job begins, of a table that gets its rows by a statement of its server,
 * and of what the server can.
 *
 * @param sql how the server writes names
 * @param transactions whether it has them
 * @param longest how many characters a statement may have; 0 if it does not say
 * @param columns of the table; empty if it is to be made
 */
record StagingTarget(
    ServerSql sql, boolean transactions, long longest, Optional<StructType> columns) {
  private static final Logger LOG = LoggerFactory.getLogger(StagingTarget.class);

  /** Whether a server says that it can make tables, or has transactions, and SQL at all. */
  static boolean isPossible(ServerConnection server) {
    return !server.info(SqlInfo.FLIGHT_SQL_SERVER_SQL).equals(Optional.of(false))
        && (hasTransactions(server) || says(server, SqlInfo.SQL_DDL_TABLE));
  }

  /** 1 is transactions, 2 is savepoints as well. */
  private static boolean hasTransactions(ServerConnection server) {
    return number(server, SqlInfo.FLIGHT_SQL_SERVER_TRANSACTION) > 0;
  }

  /** Servers tell a truth as a bit or as a number. */
  private static boolean says(ServerConnection server, SqlInfo code) {
    return server.info(code).equals(Optional.of(true)) || number(server, code) == 1;
  }

  private static long number(ServerConnection server, SqlInfo code) {
    return server.info(code).orElse(0) instanceof Number number ? number.longValue() : 0;
  }

  /**
   * Looks whether it can be done; writes nothing.
   *
   * @throws FlightSqlException if it cannot
   */
  static StagingTarget of(WritePlan plan, ServerConnection server) {
    plan.require(
        !Arrays.asList(plan.columns().fieldNames()).contains(RowUpload.MARK),
        "the rows have a column %s, which is needed to tell attempts apart. Rename it."
            .formatted(RowUpload.MARK));
    boolean transactions = hasTransactions(server);
    plan.require(
        transactions || plan.mode() != WritePlan.Mode.REPLACE,
        "the server has no transactions, and without one the old rows could be lost. Empty the table yourself, and append.");
    ServerSql sql = new ServerSql(server.quote());
    Optional<StructType> columns = columns(plan, sql, server);
    columns.ifPresent(there -> requireNames(plan, List.of(there.fieldNames())));
    return new StagingTarget(sql, transactions, longest(server), columns);
  }

  /** Servers may refuse a question that they do not know, and it is no reason to write nothing. */
  private static long longest(ServerConnection server) {
    try {
      return number(server, SqlInfo.SQL_MAX_STATEMENT_LENGTH);
    } catch (FlightSqlException e) {
      LOG.debug("The server does not say how long its statements may be", e);
      return 0;
    }
  }

  private static Optional<StructType> columns(
      WritePlan plan, ServerSql sql, ServerConnection server) {
    try {
      return Optional.of(server.schema(sql.name(plan.table())));
    } catch (FlightSqlException e) {
      if (plan.mode() != WritePlan.Mode.CREATE_APPEND || e.isUndecided()) {
        throw e;
      }
      LOG.debug("There is no table {} yet, it seems", plan, e);
      return Optional.empty();
    }
  }

  private static void requireNames(WritePlan plan, List<String> there) {
    for (String column : plan.columns().fieldNames()) {
      plan.require(
          there.contains(column),
          "the table has no column %s, but %s. Rename it, or leave it out."
              .formatted(column, String.join(", ", there)));
    }
  }

  /**
   * Looks whether the statement that moves the rows would keep their values: servers convert types
   * without a word.
   *
   * @param staged columns of the table from which they are moved
   */
  void requireTypes(WritePlan plan, StructType staged) {
    List<String> written = List.of(plan.columns().fieldNames());
    for (StructField column : columns.map(StructType::fields).orElse(new StructField[0])) {
      for (StructField from : staged.fields()) {
        boolean moved = written.contains(column.name()) && from.name().equals(column.name());
        plan.require(
            !moved || Cast.canUpCast(from.dataType(), column.dataType()),
            "its column %s is %s, and rows come as %s, which the server would convert. Cast the column to that type."
                .formatted(column.name(), column.dataType().sql(), from.dataType().sql()));
      }
    }
  }

  /** Looks whether the server takes a statement that is as long as this. */
  void requireShort(WritePlan plan, String statement) {
    plan.require(
        longest == 0 || statement.length() <= longest,
        "the statement that moves the rows names each task, has %d characters, and the server takes %d. Write from fewer partitions; nothing is written."
            .formatted(statement.length(), longest));
  }
}
