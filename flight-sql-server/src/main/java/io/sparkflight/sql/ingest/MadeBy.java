package io.sparkflight.sql.ingest;

import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.spark.sql.connector.catalog.Table;
import org.apache.spark.sql.sparkflight.TableBridge;

/**
 * What a table that an ingest has made says of that ingest, in its properties.
 *
 * @param properties of the table
 */
record MadeBy(Map<String, String> properties) {
  private static final String ID = "spark.flight.ingest.id";
  private static final String ROWS = "spark.flight.ingest.rows";

  static MadeBy of(Table table) {
    return new MadeBy(TableBridge.properties(table));
  }

  /** What a table that is made now shall say. */
  static Map<String, String> properties(IngestOptions options, long rows) {
    return options.id().map(id -> Map.of(ID, id, ROWS, String.valueOf(rows))).orElseGet(Map::of);
  }

  /** What a table with the definition of this one shall say that is made now. */
  Map<String, String> renewed(IngestOptions options, long rows) {
    Map<String, String> renewed = new HashMap<>(properties);
    renewed.remove(ID);
    renewed.remove(ROWS);
    renewed.putAll(properties(options, rows));
    return renewed;
  }

  /** Whether it is the ingest of these options that has made it. */
  boolean has(IngestOptions options) {
    return options.id().isPresent() && options.id().get().equals(properties.get(ID));
  }

  /** How many rows it brought. */
  OptionalLong rows() {
    return OptionalLong.of(Long.parseLong(properties.getOrDefault(ROWS, "0")));
  }
}
