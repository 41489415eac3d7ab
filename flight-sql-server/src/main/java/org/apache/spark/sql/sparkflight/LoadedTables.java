package org.apache.spark.sql.sparkflight;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.analysis.UnresolvedRelation;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.SubqueryExpression;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.View;
import org.apache.spark.sql.connector.catalog.CatalogExtension;
import org.apache.spark.sql.connector.catalog.CatalogManager;
import org.apache.spark.sql.connector.catalog.CatalogPlugin;
import org.apache.spark.sql.connector.catalog.Identifier;
import org.apache.spark.sql.connector.catalog.TableCatalog;
import org.apache.spark.sql.execution.datasources.v2.DataSourceV2Relation;
import org.apache.spark.sql.execution.datasources.v2.V2SessionCatalog;
import scala.collection.JavaConverters;

/**
 * Tables that catalogs other than Spark's own keep loaded, each session for itself: Iceberg's do so
 * for half a minute, and would answer with the snapshot of then.
 */
final class LoadedTables {
  private final SparkSession session;
  private boolean any;

  private LoadedTables(SparkSession session) {
    this.session = session;
  }

  /** {@code TableCatalog.invalidateTable} for every table that a parsed statement names. */
  static void forgetNamed(SparkSession session, LogicalPlan parsed) {
    new LoadedTables(session).named(parsed);
  }

  /**
   * The same for the tables beneath the views of an analysed one.
   *
   * @return whether there was one, so that the statement has to be analysed again
   */
  static boolean forgetViewed(SparkSession session, LogicalPlan analysed) {
    LoadedTables tables = new LoadedTables(session);
    tables.viewed(analysed, false);
    return tables.any;
  }

  private void named(LogicalPlan plan) {
    if (plan instanceof UnresolvedRelation relation) {
      forget(JavaConverters.seqAsJavaList(relation.multipartIdentifier()));
    }
    for (Expression each : JavaConverters.seqAsJavaList(plan.expressions())) {
      subqueries(each).forEach(this::named);
    }
    inner(plan).forEach(this::named);
  }

  private void viewed(LogicalPlan plan, boolean withinView) {
    if (withinView
        && plan instanceof DataSourceV2Relation relation
        && relation.catalog().isDefined()
        && relation.identifier().isDefined()) {
      forgetHere(relation.catalog().get(), relation.identifier().get());
      any = true;
    }
    boolean within = withinView || plan instanceof View;
    for (Expression each : JavaConverters.seqAsJavaList(plan.expressions())) {
      subqueries(each).forEach(subquery -> viewed(subquery, within));
    }
    inner(plan).forEach(child -> viewed(child, within));
  }

  /** What a plan is made of, common table expressions too. */
  private static List<LogicalPlan> inner(LogicalPlan plan) {
    List<LogicalPlan> inner = new ArrayList<>(JavaConverters.seqAsJavaList(plan.children()));
    JavaConverters.seqAsJavaList(plan.innerChildren())
        .forEach(
            each -> {
              if (each instanceof LogicalPlan child && !inner.contains(child)) {
                inner.add(child);
              }
            });
    return inner;
  }

  private static List<LogicalPlan> subqueries(Expression expression) {
    List<LogicalPlan> plans = new ArrayList<>();
    if (expression instanceof SubqueryExpression subquery) {
      plans.add(subquery.plan());
    }
    JavaConverters.seqAsJavaList(expression.children())
        .forEach(child -> plans.addAll(subqueries(child)));
    return plans;
  }

  private void forget(List<String> parts) {
    CatalogManager catalogs = session.sessionState().catalogManager();
    boolean whole = parts.size() > 1 && catalogs.isCatalogRegistered(parts.get(0));
    CatalogPlugin catalog = whole ? catalogs.catalog(parts.get(0)) : catalogs.currentCatalog();
    List<String> within = whole ? parts.subList(1, parts.size()) : parts;
    String[] namespace =
        within.size() == 1 && !whole
            ? catalogs.currentNamespace()
            : within.subList(0, within.size() - 1).toArray(String[]::new);
    forgetHere(catalog, Identifier.of(namespace, within.get(within.size() - 1)));
  }

  private void forgetHere(CatalogPlugin catalog, Identifier name) {
    SqlBridge.active(
        session,
        () -> {
          forget(catalog, name);
          return name;
        });
  }

  /**
   * {@code TableCatalog.invalidateTable}, for the table as well that a metadata table of Iceberg's,
   * {@code db.table.snapshots}, is named beneath. {@code spark_catalog} fails on any other number
   * of levels than one.
   */
  static void forget(CatalogPlugin catalog, Identifier name) {
    String[] above = name.namespace();
    boolean metastore = catalog instanceof V2SessionCatalog || catalog instanceof CatalogExtension;
    if (catalog instanceof TableCatalog tables && above.length > 0) {
      if (!metastore || above.length == 1) {
        tables.invalidateTable(name);
      }
      if (above.length > 1 && (!metastore || above.length == 2)) {
        tables.invalidateTable(
            Identifier.of(Arrays.copyOf(above, above.length - 1), above[above.length - 1]));
      }
    }
  }
}
