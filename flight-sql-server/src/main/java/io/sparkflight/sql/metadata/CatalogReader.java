package io.sparkflight.sql.metadata;

import io.sparkflight.error.ErrorKind;
import io.sparkflight.error.FlightErrors;
import io.sparkflight.error.FlightFailure;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.spark.SparkThrowable;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.connector.catalog.CatalogPlugin;
import org.apache.spark.sql.sparkflight.CatalogBridge;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the catalogs of one Spark session list. Tables are listed and not opened: the number of
 * calls to a catalog grows with its schemas, not with its tables.
 */
final class CatalogReader {
  static final String SESSION_CATALOG = "spark_catalog";

  private static final Logger LOG = LoggerFactory.getLogger(CatalogReader.class);
  private static final Pattern CATALOG_KEY = Pattern.compile("spark\\.sql\\.catalog\\.([^.]+)");

  private final SparkSession spark;

  CatalogReader(SparkSession spark) {
    this.spark = spark;
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

  /** The schemas that are asked for, nested ones too. */
  List<Namespace> schemas(TableFilter filter) {
    List<Namespace> schemas =
        fromEachCatalog(filter, catalog -> namespaces(filter, catalog).toList());
    Namespace global = global();
    if (wants(filter, global) && !CatalogBridge.globalViews(spark).isEmpty()) {
      schemas.add(global);
    }
    schemas.sort(Namespace.ORDER);
    return schemas;
  }

  /** The tables and views that are asked for. */
  List<Table> tables(TableFilter filter) {
    List<Table> tables = new ArrayList<>();
    if (filter.wants(TableType.TABLE) || filter.wants(TableType.VIEW)) {
      tables.addAll(fromEachCatalog(filter, catalog -> tables(filter, catalog)));
    }
    Namespace none = new Namespace(null, List.of());
    if (wants(filter, none)) {
      add(tables, filter, none, TableType.TEMPORARY_VIEW, CatalogBridge.temporaryViews(spark));
    }
    if (wants(filter, global())) {
      add(
          tables,
          filter,
          global(),
          TableType.GLOBAL_TEMPORARY_VIEW,
          CatalogBridge.globalViews(spark));
    }
    tables.sort(Table.ORDER);
    return tables;
  }

  private Namespace global() {
    return new Namespace(null, List.of(CatalogBridge.globalDatabase(spark)));
  }

  private static boolean wants(TableFilter filter, Namespace namespace) {
    return filter.wantsCatalog(namespace.catalog()) && filter.wantsSchema(namespace);
  }

  /**
   * One catalog that fails is told to whoever asks for it by name, and must not hide the others
   * from whoever asks for all.
   */
  private <T> List<T> fromEachCatalog(
      TableFilter filter, Function<CatalogPlugin, List<T>> listing) {
    List<T> all = new ArrayList<>();
    for (String name : catalogs()) {
      if (filter.wantsCatalog(name)) {
        try {
          all.addAll(listing.apply(CatalogBridge.catalog(spark, name)));
        } catch (Exception | LinkageError e) { // Scala throws checked exceptions undeclared
          if (filter.catalog().isPresent()) {
            throw failure(name, e);
          }
          LOG.warn("Metadata of all catalogs goes without catalog {}: {}", name, e.toString());
          LOG.debug("Catalog {} failed", name, e); // tools ask every few seconds
        }
      }
    }
    return all;
  }

  /** What is not Spark's own sentence may hold addresses and passwords of the catalog's service. */
  private static FlightFailure failure(String catalog, Throwable cause) {
    if (cause instanceof SparkThrowable || cause instanceof FlightFailure) {
      return FlightErrors.ofSpark("list catalog " + catalog, cause);
    }
    LOG.warn("Cannot list catalog {}", catalog, cause);
    return new FlightFailure(
        ErrorKind.UNAVAILABLE,
        "Cannot list catalog %s: its plug-in failed with %s. Try again, or let the operator of this server look into its log."
            .formatted(catalog, cause.getClass().getSimpleName()),
        cause);
  }

  private Stream<Namespace> namespaces(TableFilter filter, CatalogPlugin catalog) {
    return below(filter, catalog, new Namespace(catalog.name(), List.of()))
        .filter(filter::wantsSchema);
  }

  /** Descends only where the pattern can still match. */
  private Stream<Namespace> below(TableFilter filter, CatalogPlugin catalog, Namespace parent) {
    return CatalogBridge.namespaces(spark, catalog, parent.parts()).stream()
        .map(parts -> new Namespace(parent.catalog(), parts))
        .flatMap(
            namespace ->
                filter.mayWantBelow(namespace)
                    ? Stream.concat(Stream.of(namespace), below(filter, catalog, namespace))
                    : Stream.of(namespace));
  }

  private List<Table> tables(TableFilter filter, CatalogPlugin catalog) {
    List<Namespace> namespaces = new ArrayList<>(namespaces(filter, catalog).toList());
    Namespace root = new Namespace(catalog.name(), List.of());
    if (filter.wantsSchema(root) && hasRoot(catalog)) {
      namespaces.add(root);
    }
    Set<String> databases =
        catalog.name().equals(SESSION_CATALOG) && !namespaces.isEmpty()
            ? new HashSet<>(CatalogBridge.databases(spark))
            : Set.of();
    List<Table> tables = new ArrayList<>();
    for (Namespace namespace : namespaces) {
      Set<String> views = new HashSet<>(CatalogBridge.views(spark, catalog, namespace.parts()));
      if (namespace.parts().size() == 1 && databases.contains(namespace.parts().get(0))) {
        views.addAll(CatalogBridge.views(spark, namespace.parts().get(0)));
      }
      add(tables, filter, namespace, TableType.VIEW, views);
      if (filter.wants(TableType.TABLE)) {
        List<String> names = CatalogBridge.tables(spark, catalog, namespace.parts());
        add(
            tables,
            filter,
            namespace,
            TableType.TABLE,
            names.stream().filter(name -> !views.contains(name)).toList());
      }
    }
    return tables;
  }

  /** A catalog that does not even answer for its root, as some do, keeps no tables there. */
  private boolean hasRoot(CatalogPlugin catalog) {
    try {
      return CatalogBridge.hasRoot(spark, catalog);
    } catch (RuntimeException e) {
      LOG.debug("Catalog {} has no tables outside of namespaces", catalog.name(), e);
      return false;
    }
  }

  private static void add(
      List<Table> tables,
      TableFilter filter,
      Namespace namespace,
      TableType type,
      Collection<String> names) {
    names.stream()
        .map(name -> new Table(namespace, name, type))
        .filter(filter::wants)
        .forEach(tables::add);
  }
}
