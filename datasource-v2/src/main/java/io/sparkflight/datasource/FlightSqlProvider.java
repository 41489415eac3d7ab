package io.sparkflight.datasource;

import io.sparkflight.datasource.client.ServerConnection;
import io.sparkflight.datasource.client.SourceOptions;
import java.util.Map;
import org.apache.spark.sql.connector.catalog.Table;
import org.apache.spark.sql.connector.catalog.TableProvider;
import org.apache.spark.sql.connector.expressions.Transform;
import org.apache.spark.sql.sources.DataSourceRegister;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;

/** The source and sink {@code flight-sql}: a query, or a table, of one Flight SQL server. */
public final class FlightSqlProvider implements TableProvider, DataSourceRegister {
  @Override
  public String shortName() {
    return "flight-sql";
  }

  @Override
  public StructType inferSchema(CaseInsensitiveStringMap options) {
    SourceOptions source = SourceOptions.of(options.asCaseSensitiveMap());
    try (ServerConnection server = ServerConnection.open(source.server())) {
      return server.schema(source.relation());
    }
  }

  @Override
  public Table getTable(
      StructType schema, Transform[] partitioning, Map<String, String> properties) {
    return new FlightSqlTable(properties, schema);
  }

  /**
   * Then Spark's writer gives the columns of what it writes instead of asking for those of a table
   * that may not exist yet; the server has the last word on them.
   */
  @Override
  public boolean supportsExternalMetadata() {
    return true;
  }
}
