package io.sparkflight.datasource;

import io.sparkflight.datasource.client.ServerConnection;
import io.sparkflight.datasource.client.SourceOption;
import io.sparkflight.datasource.client.SourceOptions;
import io.sparkflight.datasource.read.FlightSqlScanBuilder;
import io.sparkflight.datasource.write.FlightSqlWriteBuilder;
import io.sparkflight.datasource.write.WriteOptions;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.apache.spark.sql.connector.catalog.SupportsRead;
import org.apache.spark.sql.connector.catalog.SupportsWrite;
import org.apache.spark.sql.connector.catalog.TableCapability;
import org.apache.spark.sql.connector.catalog.TruncatableTable;
import org.apache.spark.sql.connector.read.ScanBuilder;
import org.apache.spark.sql.connector.write.LogicalWriteInfo;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;

/**
 * What is read of a server, or written to it, as Spark sees a table. Two of the same options and
 * columns are the same table: by that Spark finds what it has cached, and knows when to refresh it.
 */
final class FlightSqlTable implements SupportsRead, SupportsWrite, TruncatableTable {
  private static final List<SourceOption> RELATION =
      List.of(SourceOption.QUERY, SourceOption.DBTABLE);

  private final Map<String, String> options;
  private final SourceOptions source;
  private final WriteOptions write;
  private final StructType schema;

  /**
   * @throws IllegalArgumentException if the options are not enough, contradict each other, or one
   *     is unknown
   */
  FlightSqlTable(Map<String, String> options, StructType schema) {
    this.options = Map.copyOf(options);
    this.source = SourceOptions.of(options);
    this.write = WriteOptions.of(options);
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
  public ScanBuilder newScanBuilder(CaseInsensitiveStringMap given) {
    return new FlightSqlScanBuilder(SourceOptions.of(with(given)), schema);
  }

  @Override
  public FlightSqlWriteBuilder newWriteBuilder(LogicalWriteInfo rows) {
    Map<String, String> all = with(rows.options());
    return new FlightSqlWriteBuilder(SourceOptions.of(all), WriteOptions.of(all), rows);
  }

  /** The options of this table, and before them those of one read or write of it. */
  private Map<String, String> with(CaseInsensitiveStringMap given) {
    Map<String, String> all = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    all.putAll(options);
    for (SourceOption option : RELATION) {
      String other = given.get(option.key());
      if (other != null && !other.equals(all.get(option.key()))) {
        throw new IllegalArgumentException(
            "Cannot read or write %s with the option %s: the table is named already. Leave the option out."
                .formatted(source, option.key()));
      }
    }
    all.putAll(given.asCaseSensitiveMap());
    return all;
  }

  /** Only tables of a catalog get here, and they are no queries. */
  @Override
  public boolean truncateTable() {
    try (ServerConnection server = ServerConnection.open(source.server())) {
      String table = source.relation();
      server.updates().update("truncate table " + table, "TRUNCATE TABLE " + table);
      return true;
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof FlightSqlTable table
        && source.equals(table.source)
        && write.equals(table.write)
        && schema.equals(table.schema);
  }

  @Override
  public int hashCode() {
    return Objects.hash(source, write, schema);
  }
}
