package io.sparkflight.datasource;

import io.sparkflight.datasource.client.ServerConnection;
import io.sparkflight.datasource.client.SourceOptions;
import io.sparkflight.datasource.read.FlightSqlScanBuilder;
import io.sparkflight.datasource.write.FlightSqlWriteBuilder;
import io.sparkflight.datasource.write.WriteOptions;
import java.util.Set;
import org.apache.spark.sql.connector.catalog.SupportsRead;
import org.apache.spark.sql.connector.catalog.SupportsWrite;
import org.apache.spark.sql.connector.catalog.TableCapability;
import org.apache.spark.sql.connector.catalog.TruncatableTable;
import org.apache.spark.sql.connector.read.ScanBuilder;
import org.apache.spark.sql.connector.write.LogicalWriteInfo;
import org.apache.spark.sql.connector.write.WriteBuilder;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;

/** What is read of a server, or written to it, as Spark sees a table. */
final class FlightSqlTable implements SupportsRead, SupportsWrite, TruncatableTable {
  private final SourceOptions source;
  private final WriteOptions write;
  private final StructType schema;

  FlightSqlTable(SourceOptions source, WriteOptions write, StructType schema) {
    this.source = source;
    this.write = write;
    this.schema = schema;
  }

  @Override
  public String name() {
    return source.toString();
  }

  @Override
  @SuppressWarnings("deprecation") // by Spark, whose default for the other form comes from here
  public StructType schema() {
    return schema;
  }

  @Override
  public Set<TableCapability> capabilities() {
    return Set.of(
        TableCapability.BATCH_READ, TableCapability.BATCH_WRITE, TableCapability.TRUNCATE);
  }

  @Override
  public ScanBuilder newScanBuilder(CaseInsensitiveStringMap options) {
    return new FlightSqlScanBuilder(source, schema);
  }

  @Override
  public WriteBuilder newWriteBuilder(LogicalWriteInfo rows) {
    return new FlightSqlWriteBuilder(source, write, rows);
  }

  /** Only tables of a catalog get here, and they are no queries. */
  @Override
  public boolean truncateTable() {
    try (ServerConnection server = ServerConnection.open(source.server())) {
      String table = source.relation(server.quote());
      server.updates().update("truncate table " + table, "TRUNCATE TABLE " + table);
      return true;
    }
  }
}
