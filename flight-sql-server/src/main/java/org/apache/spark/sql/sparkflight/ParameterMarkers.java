package org.apache.spark.sql.sparkflight;

import io.sparkflight.error.ErrorKind;
import io.sparkflight.error.FlightFailure;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.apache.spark.sql.catalyst.analysis.NamedParameter;
import org.apache.spark.sql.catalyst.analysis.PosParameter;
import org.apache.spark.sql.catalyst.analysis.PosParameterizedQuery;
import org.apache.spark.sql.catalyst.analysis.UnresolvedInlineTable;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.Literal;
import org.apache.spark.sql.catalyst.plans.logical.CacheTableAsSelect;
import org.apache.spark.sql.catalyst.plans.logical.InsertIntoStatement;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.trees.TreeNode;
import org.apache.spark.sql.execution.command.ExplainCommand;
import scala.Option;
import scala.Product;
import scala.Tuple2;
import scala.collection.Iterable;
import scala.collection.Iterator;
import scala.collection.JavaConverters;
import scala.collection.Seq;

/** The {@code ?} of a parsed statement, which Spark's parser has told from those in texts. */
final class ParameterMarkers {
  private ParameterMarkers() {}

  /**
   * {@code PosParameter.pos}: where in the text the {@code ?} stand, in their order. Looks at what
   * hides from Spark's own traversals as well, such as common table expressions.
   *
   * @throws FlightFailure if there is a {@code :name}
   */
  static List<Integer> positions(LogicalPlan parsed) {
    SortedSet<Integer> found = new TreeSet<>();
    walk(
        parsed,
        part -> {
          if (part instanceof PosParameter parameter) {
            found.add(parameter.pos());
          } else if (part instanceof NamedParameter named) {
            throw named(named.name());
          }
        });
    return List.copyOf(found);
  }

  private static FlightFailure named(String name) {
    return new FlightFailure(
        ErrorKind.UNIMPLEMENTED,
        "Cannot bind the parameter :%s: clients of Flight SQL bind by position. Write ? instead."
            .formatted(name));
  }

  /** {@code TreeNode.productIterator}: shows every part of a tree, from the outside in. */
  static void walk(Object part, Consumer<Object> visitor) {
    visitor.accept(part);
    if (part instanceof TreeNode || part instanceof Tuple2 || part instanceof Option) {
      all(((Product) part).productIterator(), visitor);
    } else if (part instanceof Iterable<?> many) {
      all(many.iterator(), visitor);
    }
  }

  private static void all(Iterator<?> parts, Consumer<Object> visitor) {
    while (parts.hasNext()) {
      walk(parts.next(), visitor);
    }
  }

  /** {@code PosParameterizedQuery}: the statement with a literal for each {@code ?}. */
  static LogicalPlan bind(LogicalPlan parsed, List<Literal> values) {
    if (values.isEmpty()) {
      return parsed;
    }
    if (parsed instanceof ExplainCommand explain) { // hides its plan from Spark's own binding
      return new ExplainCommand(bind(explain.logicalPlan(), values), explain.mode());
    }
    if (parsed instanceof CacheTableAsSelect) { // keeps its text, and reads it again later
      throw nowhere();
    }
    return new PosParameterizedQuery(parsed, values.toArray(Expression[]::new));
  }

  /** Refuses a statement with a {@code ?} that Spark's parser takes and its analyser leaves. */
  static void requireBound(LogicalPlan analysed) {
    if (!(analysed instanceof ExplainCommand) && !positions(analysed).isEmpty()) {
      throw nowhere();
    }
  }

  private static FlightFailure nowhere() {
    return new FlightFailure(
        ErrorKind.INVALID,
        "Cannot bind values to the statement: Spark takes no parameter where it has one. Write the value"
            + " into its text.");
  }

  /**
   * {@code INSERT INTO … VALUES} with all rows of values at once, which is the same as one after
   * the other; empty for any other statement.
   */
  static Optional<LogicalPlan> bindAll(LogicalPlan parsed, List<List<Literal>> rows) {
    if (!(parsed instanceof InsertIntoStatement insert)
        || insert.overwrite()
        || !(insert.query() instanceof UnresolvedInlineTable table)) {
      return Optional.empty();
    }
    List<Integer> positions = positions(parsed);
    List<Seq<Expression>> all = new ArrayList<>();
    for (List<Literal> row : rows) {
      Map<Integer, Literal> values = new HashMap<>();
      for (int i = 0; i < positions.size(); i++) {
        values.put(positions.get(i), row.get(i));
      }
      JavaConverters.seqAsJavaList(table.rows()).forEach(each -> all.add(replace(each, values)));
    }
    LogicalPlan query = new UnresolvedInlineTable(table.names(), scala(all));
    return Optional.of(
        insert.copy(
            insert.table(),
            insert.partitionSpec(),
            insert.userSpecifiedCols(),
            query,
            insert.overwrite(),
            insert.ifPartitionNotExists(),
            insert.byName()));
  }

  private static Seq<Expression> replace(Seq<Expression> row, Map<Integer, Literal> values) {
    return scala(
        JavaConverters.seqAsJavaList(row).stream().map(each -> replace(each, values)).toList());
  }

  private static Expression replace(Expression expression, Map<Integer, Literal> values) {
    if (expression instanceof PosParameter parameter) {
      Literal value = values.get(parameter.pos());
      if (value == null) {
        throw new IllegalStateException("a parameter of the row was not counted");
      }
      return value;
    }
    return expression.mapChildren(child -> replace(child, values));
  }

  static <T> Seq<T> scala(List<T> list) {
    return JavaConverters.asScalaBuffer(new ArrayList<>(list)).toSeq();
  }
}
