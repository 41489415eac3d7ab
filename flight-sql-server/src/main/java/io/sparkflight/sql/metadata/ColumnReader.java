package io.sparkflight.sql.metadata;

import io.sparkflight.error.FlightErrors;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.connector.catalog.CatalogPlugin;
import org.apache.spark.sql.connector.catalog.ViewCatalog;
import org.apache.spark.sql.sparkflight.CatalogBridge;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The columns of listed tables: of Spark's own catalog by one call for many, of others by one call
 * for each, as they offer no other way.
 */
final class ColumnReader {
  private static final Logger LOG = LoggerFactory.getLogger(ColumnReader.class);
  private static final int CHUNK = 200;

  private final SparkSession spark;
  private final String timeZone;

  ColumnReader(SparkSession spark) {
    this.spark = spark;
    this.timeZone = spark.conf().get("spark.sql.session.timeZone");
  }

  /** What a client gets of a table's columns. */
  record Described(Table table, Schema columns) {}

  /** Reads on while the result is consumed, so that not all of them are in memory at once. */
  Stream<Described> describe(List<Table> tables) {
    if (tables.size() == 1) {
      return Stream.of(described(tables.get(0), only(tables.get(0))));
    }
    return chunks(tables).stream().flatMap(this::describeChunk);
  }

  /** Tables of one namespace, which lie side by side as they are sorted, at most so many. */
  private static List<List<Table>> chunks(List<Table> tables) {
    List<List<Table>> chunks = new ArrayList<>();
    int from = 0;
    for (int to = 1; to <= tables.size(); to++) {
      if (to == tables.size()
          || to - from == CHUNK
          || !tables.get(to).namespace().equals(tables.get(from).namespace())) {
        chunks.add(tables.subList(from, to));
        from = to;
      }
    }
    return chunks;
  }

  private Stream<Described> describeChunk(List<Table> chunk) {
    Map<String, StructType> known = known(chunk);
    return chunk.stream()
        .map(
            table -> {
              @Nullable StructType columns = known.get(table.name());
              return described(
                  table, columns == null || columns.isEmpty() ? oneOfMany(table) : columns);
            });
  }

  private Described described(Table table, StructType columns) {
    return new Described(table, ColumnSchema.of(table, columns, timeZone));
  }

  /** The failure of the only table that is asked for is the answer. */
  private StructType only(Table table) {
    try {
      StructType known = known(List.of(table)).getOrDefault(table.name(), new StructType());
      return known.isEmpty() ? alone(table) : known;
    } catch (Exception e) { // Scala throws checked exceptions undeclared
      throw FlightErrors.ofSpark("read the columns of " + name(table), e);
    }
  }

  /** One table that cannot be read must not hide the others. */
  private StructType oneOfMany(Table table) {
    try {
      return alone(table);
    } catch (Exception | LinkageError e) { // Scala throws checked exceptions undeclared
      LOG.warn("Metadata of many tables goes without the columns of {}", name(table), e);
      return new StructType();
    }
  }

  /** What the metastore tells of many tables at once. */
  private Map<String, StructType> known(List<Table> chunk) {
    Namespace namespace = chunk.get(0).namespace();
    if (!CatalogReader.SESSION_CATALOG.equals(namespace.catalog())
        || namespace.parts().size() != 1) {
      return Map.of();
    }
    try {
      return CatalogBridge.columns(
          spark, namespace.parts().get(0), chunk.stream().map(Table::name).toList());
    } catch (Exception e) { // Scala throws checked exceptions undeclared
      LOG.debug("Tables of {} are read one by one, because not all are known", namespace, e);
      return Map.of();
    }
  }

  private StructType alone(Table table) {
    List<String> parts = table.namespace().parts();
    String catalogName = table.namespace().catalog();
    if (catalogName == null) {
      return CatalogBridge.temporaryColumns(
          spark, parts.isEmpty() ? "" : parts.get(0), table.name());
    }
    CatalogPlugin catalog = CatalogBridge.catalog(spark, catalogName);
    return table.type() == TableType.VIEW && catalog instanceof ViewCatalog
        ? CatalogBridge.viewColumns(spark, catalog, parts, table.name())
        : CatalogBridge.tableColumns(spark, catalog, parts, table.name());
  }

  private static String name(Table table) {
    return Stream.of(table.namespace().catalog(), table.namespace().schema(), table.name())
        .filter(part -> part != null)
        .reduce((left, right) -> left + "." + right)
        .orElseThrow();
  }
}
