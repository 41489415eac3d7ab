package io.sparkflight.datasource.write;

import io.sparkflight.datasource.client.SourceOptions;
import org.apache.spark.sql.connector.write.LogicalWriteInfo;
import org.apache.spark.sql.connector.write.SupportsTruncate;
import org.apache.spark.sql.connector.write.Write;
import org.apache.spark.sql.connector.write.WriteBuilder;
import org.apache.spark.sql.types.StructType;

/** Hears from Spark what is to become of the table. */
public final class FlightSqlWriteBuilder implements WriteBuilder, SupportsTruncate {
  private final SourceOptions source;
  private final WriteOptions options;
  private final StructType columns;
  private boolean replaces;

  /**
   * @throws IllegalArgumentException if it is a query, which cannot be written to
   */
  public FlightSqlWriteBuilder(SourceOptions source, WriteOptions options, LogicalWriteInfo rows) {
    if (source.table() == null) {
      throw new IllegalArgumentException(
          "Cannot write to %s: a query cannot be written to. Name a table with dbtable, and leave query away."
              .formatted(source));
    }
    this.source = source;
    this.options = options;
    this.columns = rows.schema();
  }

  @Override
  public WriteBuilder truncate() {
    replaces = true;
    return this;
  }

  @Override
  public Write build() {
    WritePlan.Mode mode =
        replaces
            ? WritePlan.Mode.REPLACE
            : options.creates() ? WritePlan.Mode.CREATE_APPEND : WritePlan.Mode.APPEND;
    return new FlightSqlWrite(source, options, columns, mode);
  }
}
