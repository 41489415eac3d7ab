package org.apache.spark.sql.sparkflight;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.analysis.NoSuchNamespaceException;
import org.apache.spark.sql.catalyst.analysis.NoSuchTableException;
import org.apache.spark.sql.catalyst.catalog.CatalogTable;
import org.apache.spark.sql.catalyst.catalog.CatalogTableType;
import org.apache.spark.sql.catalyst.parser.ParseException;
import org.apache.spark.sql.catalyst.types.DataTypeUtils;
import org.apache.spark.sql.catalyst.util.CharVarcharUtils;
import org.apache.spark.sql.connector.catalog.CatalogManager;
import org.apache.spark.sql.connector.catalog.CatalogPlugin;
import org.apache.spark.sql.connector.catalog.Identifier;
import org.apache.spark.sql.connector.catalog.StagingTableCatalog;
import org.apache.spark.sql.connector.catalog.SupportsNamespaces;
import org.apache.spark.sql.connector.catalog.Table;
import org.apache.spark.sql.connector.catalog.TableCapability;
import org.apache.spark.sql.connector.catalog.TableCatalog;
import org.apache.spark.sql.connector.catalog.TableChange;
import org.apache.spark.sql.connector.catalog.V1Table;
import org.apache.spark.sql.execution.datasources.DataSource;
import org.apache.spark.sql.execution.datasources.FileFormat;
import org.apache.spark.sql.execution.datasources.v2.FileDataSourceV2;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import scala.Option;
import scala.collection.JavaConverters;

/** Single tables: where they are and what they are; Spark 3.5. */
public final class TableBridge {
  private TableBridge() {}

  /** How a table takes rows. */
  public enum Format {
    /** Files of one of Spark's own formats, committed by a protocol that can be chosen. */
    FILES,
    DELTA,
    ICEBERG,
    /** Something else that takes all rows of a job or none. */
    ATOMIC,
    /** Something that may keep some rows of a job that failed. */
    PIECEMEAL,
    VIEW
  }

  /**
   * The name of a table that may exist.
   *
   * @param catalog that has it, or would
   * @param name within the catalog
   */
  public record Place(CatalogPlugin catalog, Identifier name) {
    /** The whole name, quoted for SQL. */
    public String quoted() {
      return quoted(parts());
    }

    /** The name within its catalog, as the new name of a table is written. */
    public String quotedInCatalog() {
      return quoted(parts().subList(1, parts().size()));
    }

    private static String quoted(List<String> parts) {
      return parts.stream()
          .map(part -> "`" + part.replace("`", "``") + "`")
          .collect(Collectors.joining("."));
    }

    /** The same catalog and schema with another table. */
    public Place sibling(String table) {
      return new Place(catalog, Identifier.of(name.namespace(), table));
    }

    List<String> parts() {
      List<String> parts = new ArrayList<>(List.of(catalog.name()));
      parts.addAll(Arrays.asList(name.namespace()));
      parts.add(name.name());
      return parts;
    }
  }

  /**
   * Finds the place of a table as {@code CatalogManager} would, what is not said being the
   * session's own.
   *
   * @param schema a path with dots and quotes if it is nested, as metadata calls it
   */
  public static Place place(
      SparkSession session, Optional<String> catalog, Optional<String> schema, String table) {
    CatalogManager catalogs = session.sessionState().catalogManager();
    return SqlBridge.active(
        session,
        () -> {
          CatalogPlugin found = catalog.map(catalogs::catalog).orElseGet(catalogs::currentCatalog);
          String[] namespace =
              schema.isPresent()
                  ? path(session, schema.get())
                  : found == catalogs.currentCatalog()
                      ? catalogs.currentNamespace()
                      : found.defaultNamespace();
          return new Place(found, Identifier.of(namespace, table));
        });
  }

  private static String[] path(SparkSession session, String schema) throws ParseException {
    boolean nested = schema.indexOf('.') >= 0 || schema.indexOf('`') >= 0;
    return nested
        ? JavaConverters.seqAsJavaList(
                session.sessionState().sqlParser().parseMultipartIdentifier(schema))
            .toArray(String[]::new)
        : new String[] {schema};
  }

  /** {@code TableCatalog.loadTable}; empty if there is none, or no such schema. */
  public static Optional<Table> load(SparkSession session, Place place) {
    return SqlBridge.active(
        session,
        () -> {
          try {
            LoadedTables.forget(place.catalog(), place.name());
            return place.catalog() instanceof TableCatalog tables
                ? Optional.of(tables.loadTable(place.name()))
                : Optional.empty();
          } catch (AnalysisException e) {
            if (e instanceof NoSuchTableException || e instanceof NoSuchNamespaceException) {
              return Optional.empty();
            }
            throw e;
          }
        });
  }

  /** {@code SupportsNamespaces.namespaceExists}: whether there is a schema for it to lie in. */
  public static boolean hasSchema(SparkSession session, Place place) {
    return SqlBridge.active(
        session,
        () ->
            place.name().namespace().length == 0
                || !(place.catalog() instanceof SupportsNamespaces schemas)
                || schemas.namespaceExists(place.name().namespace()));
  }

  /**
   * Whether {@code REPLACE TABLE} keeps the old table in this catalog until the new one is whole.
   */
  public static boolean stages(Place place, Optional<Table> existing) {
    boolean session = place.catalog().name().equals("spark_catalog");
    Format format = existing.map(TableBridge::format).orElse(Format.FILES);
    // A session catalog of Delta's or Iceberg's stages only tables of its own format.
    return place.catalog() instanceof StagingTableCatalog
        && format != Format.DELTA // whose version 3.3.2 fails this with Spark 3.5.7
        && (!session || format == Format.ICEBERG);
  }

  /** What a table is, by what it says of itself. */
  public static Format format(Table table) {
    if (table instanceof V1Table v1) {
      CatalogTable described = v1.catalogTable();
      return described.tableType().equals(CatalogTableType.VIEW())
          ? Format.VIEW
          : format(described);
    }
    String provider = table.properties().getOrDefault("provider", "");
    if (provider.equalsIgnoreCase("delta")) {
      return Format.DELTA;
    }
    if (provider.toLowerCase(Locale.ROOT).startsWith("iceberg")) {
      return Format.ICEBERG;
    }
    return table.capabilities().contains(TableCapability.BATCH_WRITE)
        ? Format.ATOMIC
        : Format.PIECEMEAL;
  }

  private static Format format(CatalogTable table) {
    Option<String> provider = table.provider();
    if (provider.isEmpty() || provider.get().equalsIgnoreCase("hive")) {
      return Format.ATOMIC; // written beside the table, and moved
    }
    Class<?> source =
        DataSource.lookupDataSource(provider.get(), SparkSession.active().sessionState().conf());
    boolean files =
        FileFormat.class.isAssignableFrom(source)
            || FileDataSourceV2.class.isAssignableFrom(source);
    return files ? Format.FILES : Format.PIECEMEAL;
  }

  /** What the table was made with. */
  public static Map<String, String> properties(Table table) {
    return table instanceof V1Table v1
        ? JavaConverters.mapAsJavaMap(v1.catalogTable().properties())
        : table.properties();
  }

  /** The root folder of a table of {@link Format#FILES}. */
  public static Path folder(Table table) {
    return new Path(((V1Table) table).catalogTable().location());
  }

  /** The columns of a table. */
  @SuppressWarnings("deprecation") // by Spark in favour of columns(), which knows no struct
  public static StructType columns(Table table) {
    return table instanceof V1Table v1 ? v1.schema() : table.schema();
  }

  /**
   * {@code DataTypeUtils.sameType}: whether both have the same columns, in any order; texts of a
   * length are texts, and whether nulls are taken does not count.
   */
  public static boolean same(SparkSession session, StructType some, StructType others) {
    return SqlBridge.active(
        session, () -> DataTypeUtils.sameType(byName(session, some), byName(session, others)));
  }

  private static StructType byName(SparkSession session, StructType columns) {
    boolean exact = session.sessionState().conf().caseSensitiveAnalysis();
    StructField[] sorted =
        CharVarcharUtils.replaceCharVarcharWithStringInSchema(columns).fields().clone();
    Arrays.sort(
        sorted,
        Comparator.comparing(
            (StructField column) ->
                exact ? column.name() : column.name().toLowerCase(Locale.ROOT)));
    return new StructType(sorted);
  }

  /**
   * {@code CREATE TABLE LIKE}: makes an empty table that is what another one of Spark's own catalog
   * is, but for the place of its files, which becomes the catalog's own.
   *
   * @param properties what it has instead of the other's
   */
  public static void like(
      SparkSession session, Place place, V1Table old, Place made, Map<String, String> properties)
      throws NoSuchTableException {
    session.sql(
        "CREATE TABLE %s LIKE %s".formatted(made.quotedInCatalog(), place.quotedInCatalog()));
    List<TableChange> changes = new ArrayList<>();
    properties.forEach((key, value) -> changes.add(TableChange.setProperty(key, value)));
    Option<String> comment = old.catalogTable().comment();
    if (comment.isDefined()) {
      changes.add(TableChange.setProperty(TableCatalog.PROP_COMMENT, comment.get()));
    }
    ((TableCatalog) place.catalog()).alterTable(made.name(), changes.toArray(TableChange[]::new));
  }

  /** The statement that gives a table another name in the same catalog. */
  public static String rename(Place from, Place to) {
    return "ALTER TABLE %s RENAME TO %s".formatted(from.quoted(), to.quotedInCatalog());
  }

  /** {@code SparkSession.cloneSession}: the same state, and settings of its own. */
  public static SparkSession copy(SparkSession session) {
    return session.cloneSession();
  }

  /** {@code SessionState.newHadoopConf}: with the session's settings. */
  public static Configuration hadoop(SparkSession session) {
    return session.sessionState().newHadoopConf();
  }
}
