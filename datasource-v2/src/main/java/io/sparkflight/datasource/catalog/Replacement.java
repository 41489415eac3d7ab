package io.sparkflight.datasource.catalog;

import io.sparkflight.datasource.client.FlightSqlException;
import io.sparkflight.datasource.client.ServerOptions;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.spark.sql.connector.catalog.Identifier;
import org.apache.spark.sql.connector.catalog.TableCatalog;
import org.apache.spark.sql.connector.expressions.Transform;
import org.apache.spark.sql.internal.SQLConf;

/**
 * What a table that is made anew from rows can be: one ingest of a Spark Flight SQL server replaces
 * it, and makes the new one as it makes any table, of columns alone.
 */
final class Replacement {
  private Replacement() {}

  /**
   * Refuses what could lose the old table, or would not give the new one all that was said of it.
   *
   * @param oneStep whether the server can replace a table by one ingest
   * @throws FlightSqlException saying what to do instead
   */
  static void require(
      Identifier table,
      ServerOptions server,
      ServerTable found,
      boolean oneStep,
      Transform[] partitions,
      Map<String, String> properties) {
    if (found.isView()) {
      throw refusal(table, server, "it is a view there. Drop it with the server's own tools.");
    }
    if (!oneStep) {
      throw refusal(
          table,
          server,
          "the server has no way to do it that keeps the old table if something fails. Replace its rows with INSERT OVERWRITE, or drop it before.");
    }
    Set<String> said = clauses(properties);
    if (partitions.length > 0) {
      said.add("PARTITIONED BY");
    }
    if (!said.isEmpty()) {
      throw refusal(
          table,
          server,
          "a table that is replaced gets columns and rows alone, and not %s. Leave that out, or replace the rows with INSERT OVERWRITE, or drop the table before."
              .formatted(String.join(", ", said)));
    }
  }

  private static Set<String> clauses(Map<String, String> properties) {
    Set<String> said = new TreeSet<>(properties.keySet());
    said.remove(TableCatalog.PROP_OWNER);
    String format = properties.get(TableCatalog.PROP_PROVIDER);
    String usual = SQLConf.get().defaultDataSourceName();
    if (said.remove(TableCatalog.PROP_PROVIDER) && !usual.equalsIgnoreCase(format)) {
      said.add("USING " + format); // Spark itself says the usual one for saveAsTable
    }
    return said;
  }

  private static FlightSqlException refusal(Identifier table, ServerOptions server, String why) {
    return FlightSqlException.because(
        "Cannot replace table %s on %s: %s".formatted(table, server, why));
  }
}
