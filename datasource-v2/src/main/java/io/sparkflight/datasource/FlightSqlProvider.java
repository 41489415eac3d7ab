package io.sparkflight.datasource;

import java.util.Map;
import org.apache.spark.sql.connector.catalog.Table;
import org.apache.spark.sql.connector.catalog.TableProvider;
import org.apache.spark.sql.connector.expressions.Transform;
import org.apache.spark.sql.sources.DataSourceRegister;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;

/**
 * The source {@code flight-sql}. The name is taken so that a job says at planning what this version
 * cannot do yet; reading and writing are not available.
 */
public final class FlightSqlProvider implements TableProvider, DataSourceRegister {
  @Override
  public String shortName() {
    return "flight-sql";
  }

  @Override
  public StructType inferSchema(CaseInsensitiveStringMap options) {
    throw notAvailable();
  }

  @Override
  public Table getTable(
      StructType schema, Transform[] partitioning, Map<String, String> properties) {
    throw notAvailable();
  }

  private static UnsupportedOperationException notAvailable() {
    return new UnsupportedOperationException(
        "Cannot use the source flight-sql: it is not available yet in this version. Until it is, read"
            + " through Spark's jdbc source with the Arrow Flight SQL JDBC driver.");
  }
}
