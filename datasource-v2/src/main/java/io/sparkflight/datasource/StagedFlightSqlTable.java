package io.sparkflight.datasource;

import io.sparkflight.datasource.client.FlightSqlException;
import java.util.Set;
import org.apache.spark.sql.connector.catalog.StagedTable;
import org.apache.spark.sql.connector.catalog.SupportsWrite;
import org.apache.spark.sql.connector.catalog.TableCapability;
import org.apache.spark.sql.connector.write.LogicalWriteInfo;
import org.apache.spark.sql.connector.write.WriteBuilder;
import org.apache.spark.sql.types.StructType;

/**
 * A table that one statement makes, or makes anew, with its rows. What replaces an old table is one
 * write that the server does wholly or not at all, so that there is nothing left to commit, and
 * nothing to take back. Used by one thread.
 */
final class StagedFlightSqlTable implements StagedTable, SupportsWrite {
  private final FlightSqlTable table;
  private final boolean replaces;
  private final Runnable undo;
  private boolean written;

  private StagedFlightSqlTable(FlightSqlTable table, boolean replaces, Runnable undo) {
    this.table = table;
    this.replaces = replaces;
    this.undo = undo;
  }

  /**
   * One that there was not before.
   *
   * @param undo drops it
   */
  static StagedFlightSqlTable created(FlightSqlTable table, Runnable undo) {
    return new StagedFlightSqlTable(table, false, undo);
  }

  /** One that takes the place of another, with other columns and rows. */
  static StagedFlightSqlTable replaced(FlightSqlTable table) {
    return new StagedFlightSqlTable(table, true, () -> {});
  }

  @Override
  public String name() {
    return table.name();
  }

  @Override
  @SuppressWarnings("deprecation") // by Spark, whose default for the other form comes from here
  public StructType schema() {
    return table.schema();
  }

  @Override
  public Set<TableCapability> capabilities() {
    return table.capabilities();
  }

  @Override
  public WriteBuilder newWriteBuilder(LogicalWriteInfo rows) {
    written = true;
    return replaces ? table.newWriteBuilder(rows).truncate() : table.newWriteBuilder(rows);
  }

  /** A table that is replaced without rows has a definition that no ingest can tell. */
  @Override
  public void commitStagedChanges() {
    if (replaces && !written) {
      throw FlightSqlException.because(
          "Cannot replace table %s without a query for its rows. Say REPLACE TABLE … AS SELECT, or drop and create it."
              .formatted(table.name()));
    }
  }

  @Override
  public void abortStagedChanges() {
    undo.run();
  }
}
