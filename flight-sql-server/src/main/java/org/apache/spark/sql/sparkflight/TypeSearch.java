package org.apache.spark.sql.sparkflight;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.catalyst.expressions.Alias;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.Cast;
import org.apache.spark.sql.catalyst.expressions.ExprId;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.Literal;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Union;
import org.apache.spark.sql.catalyst.trees.Origin;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.jspecify.annotations.Nullable;
import scala.Option;

/**
 * Finds in an analysed plan what Spark has cast the literals to that stand for parameters, also
 * where that happens to a column of them further up.
 */
final class TypeSearch {
  private final List<Integer> positions;
  private final Map<Integer, DataType> types = new HashMap<>();
  private final Set<Integer> seen = new HashSet<>();
  private final Map<Integer, List<ExprId>> columns = new HashMap<>();
  private final Map<ExprId, DataType> columnTypes = new HashMap<>();
  private final Map<ExprId, List<ExprId>> renamed = new HashMap<>();
  private final List<Literal> strangers = new ArrayList<>();

  /**
   * @param positions of the {@code ?} in the statement's text
   */
  TypeSearch(List<Integer> positions) {
    this.positions = positions;
  }

  /** Reads a plan. */
  void read(LogicalPlan plan) {
    ParameterMarkers.walk(
        plan,
        part -> {
          if (part instanceof Cast cast) {
            cast(cast.child(), cast.dataType());
          } else if (part instanceof Alias alias) {
            alias(alias.child(), alias.exprId());
          } else if (part instanceof Union union) {
            union(union);
          } else if (part instanceof Literal literal) {
            literal(literal);
          }
        });
    strangers();
  }

  /** The type of a parameter, by its number. */
  Optional<DataType> type(int number) {
    DataType direct = types.get(number);
    if (direct != null) {
      return Optional.of(direct);
    }
    List<ExprId> next = new ArrayList<>(columns.getOrDefault(number, List.of()));
    Set<ExprId> visited = new HashSet<>();
    while (!next.isEmpty()) {
      ExprId column = next.remove(0);
      if (visited.add(column)) {
        DataType type = columnTypes.get(column);
        if (type != null) {
          return Optional.of(type);
        }
        next.addAll(renamed.getOrDefault(column, List.of()));
      }
    }
    return Optional.empty();
  }

  private void cast(Expression value, DataType type) {
    Integer number = number(value);
    if (number != null) {
      types.putIfAbsent(number, type);
    } else if (value instanceof Attribute column) {
      columnTypes.putIfAbsent(column.exprId(), type);
    }
  }

  private void alias(Expression value, ExprId name) {
    Integer number = number(value);
    if (number != null) {
      columns.computeIfAbsent(number, unused -> new ArrayList<>()).add(name);
    } else if (value instanceof Attribute column) {
      rename(column.exprId(), name);
    }
  }

  private void union(Union union) {
    for (int child = 0; child < union.children().size(); child++) {
      LogicalPlan branch = union.children().apply(child);
      for (int i = 0; i < branch.output().size(); i++) {
        rename(branch.output().apply(i).exprId(), union.output().apply(i).exprId());
      }
    }
  }

  private void rename(ExprId from, ExprId to) {
    if (!from.equals(to)) {
      renamed.computeIfAbsent(from, unused -> new ArrayList<>()).add(to);
    }
  }

  private void literal(Literal literal) {
    Integer number = number(literal);
    if (number != null) {
      seen.add(number);
    } else if (literal.value() == null && !DataTypes.NullType.equals(literal.dataType())) {
      strangers.add(literal);
    }
  }

  /**
   * Some rules put a null with a type into the place of one without. It has the origin of the
   * expression around it, the text from here to there, by which it is known again.
   */
  private void strangers() {
    for (int number = 0; number < positions.size(); number++) {
      int position = positions.get(number);
      if (!seen.contains(number)) {
        strangers.stream()
            .filter(each -> start(each) <= position && position <= stop(each))
            .min(Comparator.comparingInt(each -> stop(each) - start(each)))
            .ifPresent(
                found -> {
                  strangers.remove(found);
                  types.put(positions.indexOf(position), found.dataType());
                });
      }
    }
  }

  private static @Nullable Integer number(Expression expression) {
    Option<Integer> number = expression.getTagValue(ParameterTypes.NUMBER);
    return number.isDefined() ? number.get() : null;
  }

  private static int start(Literal literal) {
    Origin origin = literal.origin();
    return origin.startIndex().isDefined()
        ? (Integer) origin.startIndex().get()
        : Integer.MAX_VALUE;
  }

  private static int stop(Literal literal) {
    Origin origin = literal.origin();
    return origin.stopIndex().isDefined() ? (Integer) origin.stopIndex().get() : -1;
  }
}
