package io.sparkflight.datasource.write;

import io.sparkflight.datasource.client.FlightSqlException;
import io.sparkflight.datasource.client.ServerConnection;
import io.sparkflight.datasource.client.SourceOptions;
import io.sparkflight.datasource.sql.TableName;
import java.util.UUID;
import org.apache.spark.sql.connector.metric.CustomMetric;
import org.apache.spark.sql.connector.write.BatchWrite;
import org.apache.spark.sql.connector.write.Write;
import org.apache.spark.sql.types.StructType;

/**
 * One plan that writes, and each time that it runs is a job of its own. The server is asked when it
 * begins, before Spark runs anything.
 */
final class FlightSqlWrite implements Write {
  private final SourceOptions source;
  private final WriteOptions options;
  private final StructType columns;
  private final WritePlan.Mode mode;

  FlightSqlWrite(
      SourceOptions source, WriteOptions options, StructType columns, WritePlan.Mode mode) {
    this.source = source;
    this.options = options;
    this.columns = columns;
    this.mode = mode;
  }

  @Override
  public String description() {
    return "flight-sql %s %s".formatted(mode, source);
  }

  @Override
  public CustomMetric[] supportedCustomMetrics() {
    return WriteMetrics.all();
  }

  @Override
  public BatchWrite toBatch() {
    try (ServerConnection server = ServerConnection.open(source.server())) {
      TableName table = TableName.parse(String.valueOf(source.table()), server.quote());
      String id = UUID.randomUUID().toString();
      WritePlan plan = new WritePlan(source.server(), table, columns, mode, id);
      if (PartsWrite.isOffered(server.updates().actions())) {
        PartsWrite.check(plan, server);
        return new SignedInWrite(plan, PartsWrite::new);
      }
      return foreign(server, plan);
    }
  }

  /** A server that does not know of parts has to do with its SQL. */
  private BatchWrite foreign(ServerConnection server, WritePlan plan) {
    if (StagingTarget.isPossible(server)) {
      StagingTarget target = StagingTarget.of(plan, server);
      return new SignedInWrite(plan, signedIn -> new StagedWrite(signedIn, target));
    }
    if (options.atLeastOnce() && mode != WritePlan.Mode.REPLACE) {
      return new SignedInWrite(plan, PlainWrite::new);
    }
    throw FlightSqlException.because(
        "Cannot write to %s all rows or none: the server says that it has neither transactions nor SQL that creates tables. %s"
            .formatted(
                source,
                mode == WritePlan.Mode.REPLACE
                    ? "Append to a table instead."
                    : "Set write.at-least-once to true if rows of failed tasks may be there as well."));
  }
}
