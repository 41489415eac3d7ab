package org.apache.spark.sql.sparkflight;

import java.util.concurrent.Callable;
import org.apache.spark.SparkContext;
import org.apache.spark.internal.config.ConfigEntry;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.QueryPlanningTracker;
import org.apache.spark.sql.catalyst.plans.logical.Command;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.SetCatalogAndNamespace;
import org.apache.spark.sql.execution.CommandExecutionMode;
import org.apache.spark.sql.execution.QueryExecution;
import org.apache.spark.sql.execution.command.ExplainCommand;
import org.apache.spark.sql.execution.command.ResetCommand;
import org.apache.spark.sql.execution.command.SetCommand;
import org.apache.spark.sql.internal.SQLConf;
import org.apache.spark.sql.types.StructType;
import scala.Enumeration;
import scala.Option;

/** Spark's members that this module needs and that Spark does not publish; Spark 3.5. */
public final class SqlBridge {
  private SqlBridge() {}

  /** What a statement is to its caller. */
  public enum Sort {
    /** Rows are made while they are read. */
    QUERY,
    /** Runs at once, and may have rows. */
    COMMAND
  }

  /**
   * {@code SparkSession.Builder.sparkContext}: the application's own session, whose tables and
   * caches its siblings share; one is made for a context that has none yet.
   */
  public static SparkSession session(SparkContext context) {
    Option<SparkSession> own = SparkSession.getDefaultSession();
    return own.isDefined() && own.get().sparkContext() == context
        ? own.get()
        : SparkSession.builder().sparkContext(context).getOrCreate();
  }

  /** {@code ConfigEntry.findEntry}: whether Spark knows a setting of this name. */
  public static boolean isSetting(String name) {
    SQLConf.get(); // whose settings are known when it has been loaded
    return ConfigEntry.findEntry(name) != null;
  }

  /** {@code SessionState.sqlParser}: the statement's shape; looks nothing up. */
  public static LogicalPlan parse(SparkSession session, String sql) {
    return active(session, () -> session.sessionState().sqlParser().parsePlan(sql));
  }

  /** {@code Command}: what kind of statement an analysed plan is. */
  private static Sort sort(LogicalPlan plan) {
    return plan.exists(node -> node instanceof Command) ? Sort.COMMAND : Sort.QUERY;
  }

  /**
   * {@code CommandExecutionMode.SKIP}: analyses a plan and runs nothing, not even a command. A
   * query's rows can be had from the result.
   */
  public static QueryExecution analyse(SparkSession session, LogicalPlan plan) {
    return active(
        session,
        () -> {
          QueryExecution query = execution(session, plan, CommandExecutionMode.SKIP());
          query.assertAnalyzed();
          return query;
        });
  }

  /** The kind of an analysed statement; only the analysis tells some commands from queries. */
  public static Sort sort(QueryExecution analysed) {
    return sort(analysed.analyzed());
  }

  /** Whether a command only tells something, or changes only its own session. */
  public static boolean leavesTables(QueryExecution analysed) {
    LogicalPlan plan = analysed.analyzed();
    String name = plan.getClass().getSimpleName();
    return plan instanceof SetCommand
        || plan instanceof ResetCommand
        || plan instanceof ExplainCommand
        || plan instanceof SetCatalogAndNamespace
        || name.startsWith("Show")
        || name.startsWith("Describe");
  }

  /** The columns of an analysed statement. */
  public static StructType columns(QueryExecution analysed) {
    return analysed.analyzed().schema();
  }

  /**
   * {@code CommandExecutionMode.ALL}: runs a command that {@link #analyse} has seen, before it
   * returns. The rows of the result can be had without running it again. The parsed plan must not
   * be analysed twice: the first analysis leaves its mark on nodes that it did not replace.
   */
  public static QueryExecution run(QueryExecution analysed, String text) {
    SparkSession session = analysed.sparkSession();
    SparkContext context = session.sparkContext();
    return active(
        session,
        () -> {
          context.setJobDescription(text);
          try {
            QueryExecution run =
                execution(session, analysed.analyzed(), CommandExecutionMode.ALL());
            run.commandExecuted();
            return run;
          } finally {
            context.setJobDescription(null);
          }
        });
  }

  private static QueryExecution execution(
      SparkSession session, LogicalPlan plan, Enumeration.Value mode) {
    return new QueryExecution(session, plan, new QueryPlanningTracker(Option.empty()), mode);
  }

  /** Runs something with a session as the thread's own, as Spark's catalogs expect. */
  static <T> T active(SparkSession session, Callable<T> action) {
    return session.withActive(
        () -> {
          try {
            return action.call();
          } catch (Exception e) {
            throw SqlBridge.<RuntimeException>undeclared(e);
          }
        });
  }

  /** Scala declares no checked exceptions, and a Scala function cannot throw declared ones. */
  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // the cast is never checked
  private static <E extends Exception> E undeclared(Exception failure) throws E {
    throw (E) failure;
  }
}
