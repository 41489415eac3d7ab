package org.apache.spark.sql.sparkflight;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.QualifiedTableName;
import org.apache.spark.sql.catalyst.TableIdentifier;
import org.apache.spark.sql.catalyst.analysis.NoSuchDatabaseException;
import org.apache.spark.sql.catalyst.analysis.NoSuchTableException;
import org.apache.spark.sql.catalyst.catalog.CatalogTable;
import org.apache.spark.sql.catalyst.catalog.SessionCatalog;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.SubqueryExpression;
import org.apache.spark.sql.catalyst.plans.logical.CTERelationRef;
import org.apache.spark.sql.catalyst.plans.logical.Command;
import org.apache.spark.sql.catalyst.plans.logical.LocalRelation;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.OneRowRelation;
import org.apache.spark.sql.catalyst.plans.logical.Range;
import org.apache.spark.sql.catalyst.plans.logical.View;
import org.apache.spark.sql.execution.QueryExecution;
import org.apache.spark.sql.execution.datasources.CatalogFileIndex;
import org.apache.spark.sql.execution.datasources.FileIndex;
import org.apache.spark.sql.execution.datasources.HadoopFsRelation;
import org.apache.spark.sql.execution.datasources.InMemoryFileIndex;
import org.apache.spark.sql.execution.datasources.InsertIntoHadoopFsRelationCommand;
import org.apache.spark.sql.execution.datasources.LogicalRelation;
import scala.collection.JavaConverters;

/**
 * What a kept plan has of the catalog, and whether the catalog still has it: the description of
 * each table and view, and of each table the relation that Spark itself would take from its cache.
 *
 * <p>There is none for a plan with anything else in it: tables of other catalogs, whose plans hold
 * a snapshot; views of other sessions; {@code rand()}, whose seed the analysis chooses; commands.
 */
final class CurrentPlan {
  private final SessionCatalog catalog;
  private final List<CatalogTable> described = new ArrayList<>();
  private final List<LogicalRelation> relations = new ArrayList<>();

  /** The tables that a command writes to. */
  private final List<CatalogTable> targets = new ArrayList<>();

  private boolean unknown;

  private CurrentPlan(SessionCatalog catalog) {
    this.catalog = catalog;
  }

  /** For an analysed plan. */
  static Optional<CurrentPlan> of(SparkSession session, LogicalPlan analysed) {
    CurrentPlan plan = new CurrentPlan(session.sessionState().catalog());
    plan.add(analysed);
    return plan.unknown || !plan.isCurrent() ? Optional.empty() : Optional.of(plan);
  }

  /** {@code SessionCatalog.getTableMetadata} and {@code getCachedTable}: asks the catalog. */
  boolean isCurrent() {
    return described.stream().allMatch(this::isCurrent)
        && relations.stream().allMatch(this::isCurrent);
  }

  /**
   * Analyses a statement; again, if Spark took from its cache a table that another session has made
   * anew meanwhile: an insertion would go to where the old one was.
   *
   * @param parsed gives a plan that was not analysed before, for each analysis
   */
  static QueryExecution analyse(SparkSession session, Supplier<LogicalPlan> parsed) {
    QueryExecution analysed = SqlBridge.analyse(session, parsed.get());
    return forgetStale(session, analysed.analyzed())
        ? SqlBridge.analyse(session, parsed.get())
        : analysed;
  }

  /**
   * {@code SessionCatalog.invalidateCachedTable}: makes Spark forget relations of tables that
   * another session has made anew; it keeps them for each session.
   *
   * @return whether there was one, so that the plan has to be analysed again
   */
  private static boolean forgetStale(SparkSession session, LogicalPlan analysed) {
    CurrentPlan plan = new CurrentPlan(session.sessionState().catalog());
    plan.add(analysed);
    plan.relations.forEach(relation -> plan.targets.add(relation.catalogTable().get()));
    boolean stale = false;
    for (CatalogTable kept : plan.targets) {
      if (plan.madeAnew(kept)) {
        plan.catalog.invalidateCachedTable(name(kept));
        stale = true;
      }
    }
    return stale;
  }

  private boolean madeAnew(CatalogTable kept) {
    try {
      CatalogTable now = catalog.getTableMetadata(kept.identifier());
      return now.createTime() != kept.createTime()
          || !now.schema().equals(kept.schema())
          || !now.storage().equals(kept.storage());
    } catch (NoSuchTableException | NoSuchDatabaseException e) {
      return true;
    }
  }

  private static QualifiedTableName name(CatalogTable table) {
    TableIdentifier name = table.identifier();
    return new QualifiedTableName(name.catalog().get(), name.database().get(), name.table());
  }

  private void add(LogicalPlan plan) {
    if (plan instanceof Command) {
      unknown = true;
      if (plan instanceof InsertIntoHadoopFsRelationCommand insert
          && insert.catalogTable().isDefined()
          && insert.catalogTable().get().identifier().nameParts().size() == 3) {
        targets.add(insert.catalogTable().get());
      }
    } else if (plan instanceof View view) {
      add(view);
    } else if (plan instanceof LogicalRelation relation) {
      add(relation);
    } else if (plan.children().isEmpty()) {
      unknown |=
          !(plan instanceof LocalRelation
              || plan instanceof OneRowRelation
              || plan instanceof Range
              || plan instanceof CTERelationRef);
    }
    unknown |= plan.isStreaming();
    JavaConverters.seqAsJavaList(plan.expressions()).forEach(this::add);
    JavaConverters.seqAsJavaList(plan.children()).forEach(this::add);
  }

  private void add(Expression expression) {
    unknown |= !expression.deterministic();
    if (expression instanceof SubqueryExpression subquery) {
      add(subquery.plan());
    }
    JavaConverters.seqAsJavaList(expression.children()).forEach(this::add);
  }

  private void add(View view) {
    TableIdentifier name = view.desc().identifier();
    if (!view.isTempView()) {
      described.add(view.desc());
    } else if (name.database().isDefined() && catalog.isGlobalTempViewDB(name.database().get())) {
      unknown = true;
    }
  }

  private void add(LogicalRelation relation) {
    if (relation.catalogTable().isDefined()
        && relation.catalogTable().get().identifier().nameParts().size() == 3
        && relation.relation() instanceof HadoopFsRelation files
        && listsFiles(files.location())) {
      described.add(relation.catalogTable().get());
      relations.add(relation);
    } else {
      unknown = true;
    }
  }

  /** Other indexes, such as Delta's, stand for a version of the table. */
  private static boolean listsFiles(FileIndex index) {
    return index.getClass() == CatalogFileIndex.class
        || index.getClass() == InMemoryFileIndex.class;
  }

  private boolean isCurrent(CatalogTable table) {
    try {
      return catalog.getTableMetadata(table.identifier()).equals(table);
    } catch (NoSuchTableException | NoSuchDatabaseException e) {
      return false;
    }
  }

  private boolean isCurrent(LogicalRelation relation) {
    return catalog.getCachedTable(name(relation.catalogTable().get()))
            instanceof LogicalRelation cached
        && cached.relation() == relation.relation();
  }
}
