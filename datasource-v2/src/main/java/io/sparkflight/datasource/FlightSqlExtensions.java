package io.sparkflight.datasource;

import java.util.List;
import org.apache.spark.sql.SparkSessionExtensions;
import org.apache.spark.sql.connector.catalog.CatalogPlugin;
import org.apache.spark.sql.connector.catalog.Table;
import org.apache.spark.sql.sparkflight.DistinctConstants;
import org.apache.spark.sql.sparkflight.TableFunctionBridge;
import scala.runtime.AbstractFunction1;
import scala.runtime.BoxedUnit;

/**
 * Adds the table function {@code flight_sql_query} to a session of Spark, by the setting {@code
 * spark.sql.extensions}: a query in the own SQL of a server that is a catalog. An extension,
 * because catalogs of Spark 3.5 cannot have table functions. It also mends how Spark asks sources
 * for {@code count(DISTINCT constant)}.
 */
public final class FlightSqlExtensions
    extends AbstractFunction1<SparkSessionExtensions, BoxedUnit> {
  private static final String NAME = "flight_sql_query";
  private static final String USAGE = NAME + "('catalog', 'query')";

  @Override
  public BoxedUnit apply(SparkSessionExtensions extensions) {
    TableFunctionBridge.inject(extensions, NAME, USAGE, FlightSqlExtensions::query);
    DistinctConstants.inject(extensions, FlightSqlTable.class::isInstance);
    return BoxedUnit.UNIT;
  }

  private static Table query(List<String> arguments) {
    if (arguments.size() != 2) {
      throw new IllegalArgumentException(
          "Cannot call %s with %d arguments: it takes the name of a catalog and a query. Call %s."
              .formatted(NAME, arguments.size(), USAGE));
    }
    CatalogPlugin catalog = TableFunctionBridge.catalog(arguments.get(0));
    if (catalog instanceof FlightSqlCatalog server) {
      return server.query(arguments.get(1));
    }
    throw new IllegalArgumentException(
        "Cannot call %s on catalog %s: it is no Flight SQL server. Name a catalog whose setting spark.sql.catalog.%2$s is %s."
            .formatted(NAME, arguments.get(0), FlightSqlCatalog.class.getName()));
  }
}
