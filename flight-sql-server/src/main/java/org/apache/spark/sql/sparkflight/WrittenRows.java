package org.apache.spark.sql.sparkflight;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.catalyst.analysis.NamedRelation;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.Literal;
import org.apache.spark.sql.catalyst.plans.logical.Command;
import org.apache.spark.sql.catalyst.plans.logical.CommandResult;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.MergeRows;
import org.apache.spark.sql.catalyst.plans.logical.MergeRows.Instruction;
import org.apache.spark.sql.catalyst.plans.logical.OverwriteByExpression;
import org.apache.spark.sql.catalyst.plans.logical.RowLevelWrite;
import org.apache.spark.sql.catalyst.plans.logical.V2CreateTableAsSelectPlan;
import org.apache.spark.sql.catalyst.plans.logical.V2WriteCommand;
import org.apache.spark.sql.catalyst.plans.logical.WriteDelta;
import org.apache.spark.sql.connector.catalog.TableCapability;
import org.apache.spark.sql.execution.QueryExecution;
import org.apache.spark.sql.execution.SparkPlan;
import org.apache.spark.sql.execution.adaptive.AdaptiveSparkPlanExec;
import org.apache.spark.sql.execution.command.DataWritingCommand;
import org.apache.spark.sql.execution.datasources.v2.DataSourceV2Relation;
import org.apache.spark.sql.execution.datasources.v2.StreamWriterCommitProgress;
import org.apache.spark.sql.execution.datasources.v2.V2TableWriteExec;
import org.apache.spark.sql.execution.metric.SQLMetric;
import org.apache.spark.sql.types.DataTypes;
import org.jspecify.annotations.Nullable;
import scala.Option;
import scala.collection.JavaConverters;
import scala.collection.Seq;
import scala.runtime.BoxedUnit;

/**
 * How many rows a command has written, changed or deleted, as Spark or the table's source tells it.
 * No figure is made up: where nobody tells, there is none.
 */
public final class WrittenRows {
  /** What Delta's UPDATE, DELETE and MERGE answer with, beside figures of the same kind. */
  private static final String AFFECTED = "num_affected_rows";

  private static final String ROW_COUNT = "num_[a-z]+_rows";

  /** Commands that write or delete rows and tell nobody how many; {@code Call} is Iceberg's. */
  private static final Set<String> SILENT =
      Set.of(
          "Call",
          "DeleteFromTable",
          "DeleteFromTableWithFilters",
          "InsertIntoDataSourceCommand",
          "LoadDataCommand",
          "MergeIntoTable",
          "SaveIntoDataSourceCommand",
          "UpdateTable");

  /** {@code INSERT OVERWRITE DIRECTORY}; of Hive, and for the sources of Spark. */
  private static final Set<String> DIRECTORIES =
      Set.of("InsertIntoDataSourceDirCommand", "InsertIntoHiveDirCommand");

  private WrittenRows() {}

  /**
   * Runs a command as {@link SqlBridge#run} does, and counts.
   *
   * @return 0 for one that writes no rows; empty if the number is not known
   */
  public static OptionalLong run(QueryExecution analysed, String text) {
    if (!analysed.analyzed().exists(WrittenRows::writesWithin)) {
      return count(SqlBridge.run(analysed, text), null);
    }
    try (WriteEvents events = WriteEvents.of(analysed.sparkSession().sparkContext())) {
      QueryExecution run = SqlBridge.run(analysed, text);
      return events.isComplete() ? count(run, events) : OptionalLong.empty();
    }
  }

  /** Whether a statement has no rows but the count of those that it affects. */
  public static boolean tellsOnlyCounts(LogicalPlan analysed) {
    List<Attribute> columns = JavaConverters.seqAsJavaList(analysed.output());
    return analysed instanceof Command
        && affected(columns).isPresent()
        && columns.stream().allMatch(column -> column.name().matches(ROW_COUNT));
  }

  /** Several commands are one statement in {@code FROM … INSERT … INSERT}. */
  private static OptionalLong count(QueryExecution run, @Nullable WriteEvents events) {
    List<CommandResult> commands = new ArrayList<>();
    run.commandExecuted()
        .foreach(
            node -> {
              if (node instanceof CommandResult command) {
                commands.add(command);
              }
              return BoxedUnit.UNIT;
            });
    long sum = 0;
    for (CommandResult command : commands) {
      OptionalLong rows = count(command, events);
      if (rows.isEmpty()) {
        return rows;
      }
      sum += rows.getAsLong();
    }
    return OptionalLong.of(sum);
  }

  private static OptionalLong count(CommandResult result, @Nullable WriteEvents events) {
    LogicalPlan command = result.commandLogicalPlan();
    SparkPlan plan = executed(result.commandPhysicalPlan());
    OptionalInt affected = affected(JavaConverters.seqAsJavaList(result.output()));
    if (affected.isPresent()) {
      return result.rows().length() == 1
          ? known(result.rows().apply(0).getLong(affected.getAsInt()))
          : OptionalLong.empty();
    }
    if (command instanceof RowLevelWrite rows) {
      return rows instanceof WriteDelta delta && plan instanceof V2TableWriteExec write
          ? changed(delta, committed(write))
          : OptionalLong.empty(); // whole files are written anew, with the rows that stay in them
    }
    if (plan instanceof V2TableWriteExec write) {
      return committed(write);
    }
    if (command instanceof DataWritingCommand) {
      Option<SQLMetric> metric = plan.metrics().get("numOutputRows");
      return metric.isDefined() ? known((Long) metric.get().value()) : OptionalLong.empty();
    }
    if (writesWithin(command)) {
      return events == null || replacesSome(command)
          ? OptionalLong.empty()
          : events.rowsWithin(plan);
    }
    return isSilent(command) ? OptionalLong.empty() : OptionalLong.of(0);
  }

  /** Whether a command leaves its writing to another execution, or to the source's own code. */
  private static boolean writesWithin(LogicalPlan command) {
    String name = command.getClass().getSimpleName();
    return command instanceof V2CreateTableAsSelectPlan
        || name.endsWith("TableAsSelectCommand")
        || DIRECTORIES.contains(name)
        || (command instanceof V2WriteCommand write && writesByItself(write.table()));
  }

  private static boolean writesByItself(NamedRelation table) {
    return table instanceof DataSourceV2Relation relation
        && relation.table().capabilities().contains(TableCapability.V1_BATCH_WRITE);
  }

  /** A source may then write more than the new rows, such as what it records of the old ones. */
  private static boolean replacesSome(LogicalPlan command) {
    return command instanceof OverwriteByExpression overwrite
        && !overwrite.deleteExpr().equals(Literal.TrueLiteral());
  }

  private static boolean isSilent(LogicalPlan command) {
    String name = command.getClass().getName();
    return command instanceof V2WriteCommand
        || SILENT.contains(command.getClass().getSimpleName())
        || !name.matches("org[.]apache[.]spark[.]sql[.](catalyst|execution|hive)[.].*");
  }

  /**
   * {@code WriteDelta}: one row for each row that is deleted, inserted or updated; two for an
   * update that is written as a deletion and an insertion.
   */
  private static OptionalLong changed(WriteDelta delta, OptionalLong written) {
    if (written.isEmpty() || !delta.operation().representUpdateAsDeleteAndInsert()) {
      return written;
    }
    return switch (delta.operation().command()) {
      case DELETE -> written;
      case UPDATE ->
          written.getAsLong() % 2 == 0
              ? OptionalLong.of(written.getAsLong() / 2)
              : OptionalLong.empty();
      case MERGE -> splits(delta.query()) ? OptionalLong.empty() : written;
    };
  }

  /** {@code MergeRows.Split}: whether a merge may have written a row twice. */
  private static boolean splits(LogicalPlan query) {
    Option<LogicalPlan> found = query.find(node -> node instanceof MergeRows);
    return found.isEmpty()
        || !(found.get() instanceof MergeRows rows)
        || Stream.of(
                rows.matchedInstructions(),
                rows.notMatchedInstructions(),
                rows.notMatchedBySourceInstructions())
            .anyMatch(WrittenRows::splits);
  }

  private static boolean splits(Seq<Instruction> instructions) {
    return JavaConverters.seqAsJavaList(instructions).stream()
        .anyMatch(each -> each instanceof MergeRows.Split);
  }

  /** {@code V2TableWriteExec.commitProgress}: the rows of the tasks that were committed. */
  static OptionalLong committed(V2TableWriteExec write) {
    Option<StreamWriterCommitProgress> progress = write.commitProgress();
    return progress.isDefined() ? known(progress.get().numOutputRows()) : OptionalLong.empty();
  }

  /** The plan beneath adaptive execution. */
  static SparkPlan executed(SparkPlan plan) {
    return plan instanceof AdaptiveSparkPlanExec adaptive
        ? executed(adaptive.executedPlan())
        : plan;
  }

  private static OptionalInt affected(List<Attribute> columns) {
    return IntStream.range(0, columns.size())
        .filter(
            i ->
                columns.get(i).name().equals(AFFECTED)
                    && columns.get(i).dataType().equals(DataTypes.LongType))
        .findFirst();
  }

  private static OptionalLong known(long rows) {
    return rows >= 0 ? OptionalLong.of(rows) : OptionalLong.empty();
  }
}
