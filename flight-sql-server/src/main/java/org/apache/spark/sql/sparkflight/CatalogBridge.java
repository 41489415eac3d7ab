package org.apache.spark.sql.sparkflight;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.TableIdentifier;
import org.apache.spark.sql.catalyst.analysis.NoSuchNamespaceException;
import org.apache.spark.sql.catalyst.catalog.CatalogTable;
import org.apache.spark.sql.catalyst.catalog.SessionCatalog;
import org.apache.spark.sql.connector.catalog.CatalogExtension;
import org.apache.spark.sql.connector.catalog.CatalogPlugin;
import org.apache.spark.sql.connector.catalog.CatalogV2Util;
import org.apache.spark.sql.connector.catalog.Identifier;
import org.apache.spark.sql.connector.catalog.SupportsNamespaces;
import org.apache.spark.sql.connector.catalog.TableCatalog;
import org.apache.spark.sql.connector.catalog.ViewCatalog;
import org.apache.spark.sql.execution.datasources.v2.V2SessionCatalog;
import org.apache.spark.sql.types.StructType;
import scala.Option;
import scala.collection.JavaConverters;
import scala.collection.Seq;

/**
 * What Spark's catalogs list, and the members of them that Spark does not publish; Spark 3.5. What
 * a catalog fails with comes through as it is.
 */
public final class CatalogBridge {
  private static final String EVERY_NAME = "*";

  private CatalogBridge() {}

  /** {@code CatalogManager.catalog}: loads it if this session has not used it before. */
  public static CatalogPlugin catalog(SparkSession session, String name) {
    return SqlBridge.active(session, () -> session.sessionState().catalogManager().catalog(name));
  }

  /**
   * The namespaces directly beneath another, or the topmost ones. {@code NoSuchNamespaceException}
   * and an unsupported operation are how catalogs of one level answer for a second one; {@code
   * V2SessionCatalog} and its extensions would ask the metastore for it in vain.
   */
  public static List<List<String>> namespaces(
      SparkSession session, CatalogPlugin catalog, List<String> parent) {
    boolean metastore = catalog instanceof V2SessionCatalog || catalog instanceof CatalogExtension;
    if (!(catalog instanceof SupportsNamespaces nested) || (metastore && !parent.isEmpty())) {
      return List.of();
    }
    return SqlBridge.active(
        session,
        () -> {
          try {
            String[][] found =
                parent.isEmpty() ? nested.listNamespaces() : nested.listNamespaces(array(parent));
            return Arrays.stream(found)
                .map(List::of)
                .filter(each -> each.size() == parent.size() + 1)
                .toList();
          } catch (NoSuchNamespaceException | UnsupportedOperationException e) {
            if (parent.isEmpty()) {
              throw e;
            }
            return List.of();
          }
        });
  }

  /**
   * Whether tables may lie in a catalog beneath no namespace. A catalog with namespaces has to say
   * so: some list the tables of all of them when asked for this one.
   */
  public static boolean hasRoot(SparkSession session, CatalogPlugin catalog) {
    return !(catalog instanceof SupportsNamespaces nested)
        || SqlBridge.active(session, () -> nested.namespaceExists(new String[0]));
  }

  /**
   * The tables of a namespace; of Spark's own catalog the views too. None if somebody has dropped
   * it since it was listed. Temporary views, which belong to no namespace, are left out.
   */
  public static List<String> tables(
      SparkSession session, CatalogPlugin catalog, List<String> namespace) {
    return catalog instanceof TableCatalog tables
        ? names(session, namespace, () -> tables.listTables(array(namespace)))
        : List.of();
  }

  /** The views of a namespace of a catalog that keeps views apart. */
  public static List<String> views(
      SparkSession session, CatalogPlugin catalog, List<String> namespace) {
    return catalog instanceof ViewCatalog views
        ? names(session, namespace, () -> views.listViews(array(namespace)))
        : List.of();
  }

  /** What a catalog lists in a namespace. */
  private interface Listing {
    Identifier[] list() throws NoSuchNamespaceException;
  }

  private static List<String> names(SparkSession session, List<String> namespace, Listing listing) {
    return SqlBridge.active(
        session,
        () -> {
          try {
            return Arrays.stream(listing.list())
                .filter(found -> found.namespace().length == namespace.size())
                .map(Identifier::name)
                .toList();
          } catch (NoSuchNamespaceException dropped) {
            return List.of();
          }
        });
  }

  /** {@code CatalogV2Util.v2ColumnsToStructType}: the columns of a table, by loading it. */
  public static StructType tableColumns(
      SparkSession session, CatalogPlugin catalog, List<String> namespace, String name) {
    return SqlBridge.active(
        session,
        () ->
            CatalogV2Util.v2ColumnsToStructType(
                ((TableCatalog) catalog)
                    .loadTable(Identifier.of(array(namespace), name))
                    .columns()));
  }

  /** The columns of a view of a catalog that keeps views apart, by loading it. */
  public static StructType viewColumns(
      SparkSession session, CatalogPlugin catalog, List<String> namespace, String name) {
    return SqlBridge.active(
        session,
        () -> ((ViewCatalog) catalog).loadView(Identifier.of(array(namespace), name)).schema());
  }

  /** {@code ExternalCatalog.listDatabases}: those of the metastore, by one call. */
  public static List<String> databases(SparkSession session) {
    return SqlBridge.active(
        session, () -> texts(catalog(session).externalCatalog().listDatabases()));
  }

  /** {@code ExternalCatalog.listViews}: the views of a database of the metastore, by one call. */
  public static List<String> views(SparkSession session, String database) {
    return SqlBridge.active(
        session, () -> texts(catalog(session).externalCatalog().listViews(database, EVERY_NAME)));
  }

  /**
   * {@code SessionCatalog.getTablesByName}: the columns of tables and views of one database as the
   * metastore keeps them, by one call. Without those that are gone, and empty for those whose
   * columns only their source knows.
   */
  public static Map<String, StructType> columns(
      SparkSession session, String database, List<String> names) {
    List<TableIdentifier> tables =
        names.stream().map(name -> new TableIdentifier(name, Option.apply(database))).toList();
    return SqlBridge.active(
        session,
        () -> {
          Map<String, StructType> columns = new HashMap<>();
          for (CatalogTable table :
              JavaConverters.seqAsJavaList(
                  catalog(session).getTablesByName(JavaConverters.asScalaBuffer(tables).toSeq()))) {
            columns.put(table.identifier().table(), table.schema());
          }
          return columns;
        });
  }

  /** {@code SessionCatalog.listLocalTempViews}: the temporary views of this session alone. */
  public static List<String> temporaryViews(SparkSession session) {
    return SqlBridge.active(
        session,
        () ->
            JavaConverters.seqAsJavaList(catalog(session).listLocalTempViews(EVERY_NAME)).stream()
                .map(TableIdentifier::table)
                .toList());
  }

  /** {@code GlobalTempViewManager.database}: where the views shared by all sessions are found. */
  public static String globalDatabase(SparkSession session) {
    return catalog(session).globalTempViewManager().database();
  }

  /** {@code GlobalTempViewManager.listViewNames}: the temporary views of the application. */
  public static List<String> globalViews(SparkSession session) {
    return texts(catalog(session).globalTempViewManager().listViewNames(EVERY_NAME));
  }

  /**
   * {@code SessionCatalog.getTempViewOrPermanentTableMetadata}: the columns of a temporary view,
   * without a look at the tables beneath it.
   *
   * @param database the global one; empty for a view of this session alone
   */
  public static StructType temporaryColumns(SparkSession session, String database, String view) {
    Option<String> global = database.isEmpty() ? Option.empty() : Option.apply(database);
    return SqlBridge.active(
        session,
        () ->
            catalog(session)
                .getTempViewOrPermanentTableMetadata(new TableIdentifier(view, global))
                .schema());
  }

  /** {@code SessionCatalog.invalidateAllCachedTables}: the files that it has listed of tables. */
  public static void forgetTables(SparkSession session) {
    catalog(session).invalidateAllCachedTables();
  }

  private static SessionCatalog catalog(SparkSession session) {
    return session.sessionState().catalog();
  }

  private static List<String> texts(Seq<String> names) {
    return List.copyOf(JavaConverters.seqAsJavaList(names));
  }

  private static String[] array(List<String> parts) {
    return parts.toArray(String[]::new);
  }
}
