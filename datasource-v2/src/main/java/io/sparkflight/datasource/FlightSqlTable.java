package io.sparkflight.datasource;

import io.sparkflight.datasource.client.SourceOptions;
import io.sparkflight.datasource.read.FlightSqlScanBuilder;
import java.util.Set;
import org.apache.spark.sql.connector.catalog.SupportsRead;
import org.apache.spark.sql.connector.catalog.TableCapability;
import org.apache.spark.sql.connector.read.ScanBuilder;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;

/** What is read of a server, as Spark sees a table. */
final class FlightSqlTable implements SupportsRead {
  private final SourceOptions source;
  private final StructType schema;

  FlightSqlTable(SourceOptions source, StructType schema) {
    this.source = source;
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
    return Set.of(TableCapability.BATCH_READ);
  }

  @Override
  public ScanBuilder newScanBuilder(CaseInsensitiveStringMap options) {
    return new FlightSqlScanBuilder(source, schema);
  }
}
