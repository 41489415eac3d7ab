package io.sparkflight.sql.metadata;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The catalogs of one Spark session as its SHOW statements tell them, listed and not opened. */
final class CatalogReader {
  private static final Logger LOG = LoggerFactory.getLogger(CatalogReader.class);
  private static final String SESSION_CATALOG = "spark_catalog";
  private static final Pattern CATALOG_KEY = Pattern.compile("spark\\.sql\\.catalog\\.([^.]+)");

  private final SparkSession spark;

  CatalogReader(SparkSession spark) {
    this.spark = spark;
  }

  /** What a table is. */
  enum TableType {
    TABLE,
    VIEW
  }

  /**
   * A table or view.
   *
   * @param schema empty for a temporary view, which belongs to the session alone
   */
  record Table(String catalog, String schema, String name, TableType type) {
    private String sqlName() {
      return schema.isEmpty() ? quoted(name) : qualified(catalog, schema) + "." + quoted(name);
    }
  }

  /** The configured catalogs, whether Spark has loaded them or not. */
  Set<String> catalogs() {
    Set<String> names = new TreeSet<>();
    names.add(SESSION_CATALOG);
    scala.collection.JavaConverters.mapAsJavaMap(spark.conf().getAll())
        .keySet()
        .forEach(
            key -> {
              Matcher catalog = CATALOG_KEY.matcher(key);
              if (catalog.matches()) {
                names.add(catalog.group(1));
              }
            });
    return names;
  }

  /** The schemas of a catalog. */
  List<String> schemas(String catalog) {
    return first("SHOW NAMESPACES IN " + quoted(catalog), 0);
  }

  /** The tables and views of a schema, by one or two calls. */
  List<Table> tables(String catalog, String schema) {
    String where = qualified(catalog, schema);
    Set<String> views =
        catalog.equals(SESSION_CATALOG)
            ? new HashSet<>(first("SHOW VIEWS IN " + where, 1))
            : Set.of();
    List<Table> tables = new ArrayList<>();
    for (Row row : rows("SHOW TABLES IN " + where)) {
      String name = row.getString(1);
      if (!row.getBoolean(2)) {
        TableType type = views.contains(name) ? TableType.VIEW : TableType.TABLE;
        tables.add(new Table(catalog, schema, name, type));
      }
    }
    return tables;
  }

  /** The temporary views of the session. */
  List<Table> temporaryViews() {
    return rows("SHOW VIEWS").stream()
        .filter(row -> row.getBoolean(2) && row.getString(0).isEmpty())
        .map(row -> new Table(SESSION_CATALOG, "", row.getString(1), TableType.VIEW))
        .toList();
  }

  /** The columns of a table; none for one that cannot be read now. */
  StructType columns(Table table) {
    return tolerant(
        "read the columns of " + table.sqlName(),
        () -> spark.table(table.sqlName()).schema(),
        new StructType());
  }

  private List<String> first(String show, int column) {
    return rows(show).stream().map(row -> row.getString(column)).toList();
  }

  private List<Row> rows(String show) {
    return tolerant(show, () -> spark.sql(show).collectAsList(), List.of());
  }

  /** One catalog that is broken, or cannot list, must not hide the others. */
  private static <T> T tolerant(String what, Supplier<T> action, T otherwise) {
    try {
      return action.get();
    } catch (Exception e) { // Scala throws checked exceptions undeclared
      if (e instanceof AnalysisException || e instanceof UnsupportedOperationException) {
        LOG.debug("Metadata goes without: {}", what, e);
      } else {
        LOG.warn("Metadata goes without: {}", what, e);
      }
      return otherwise;
    }
  }

  private static String qualified(String catalog, String schema) {
    // A name with dots comes from SHOW NAMESPACES, which has quoted its parts where needed.
    return quoted(catalog)
        + "."
        + (schema.contains(".") || schema.startsWith("`") ? schema : quoted(schema));
  }

  private static String quoted(String name) {
    return "`" + name.replace("`", "``") + "`";
  }
}
