package org.apache.spark.sql.sparkflight;

import io.sparkflight.error.ErrorKind;
import io.sparkflight.error.FlightErrors;
import io.sparkflight.error.FlightFailure;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.analysis.PosParameter;
import org.apache.spark.sql.catalyst.analysis.UnresolvedInlineTable;
import org.apache.spark.sql.catalyst.expressions.Alias;
import org.apache.spark.sql.catalyst.expressions.CaseWhen;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.Literal;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.catalyst.plans.logical.Filter;
import org.apache.spark.sql.catalyst.plans.logical.GlobalLimit;
import org.apache.spark.sql.catalyst.plans.logical.LocalLimit;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Offset;
import org.apache.spark.sql.catalyst.plans.logical.OneRowRelation;
import org.apache.spark.sql.catalyst.plans.logical.Project;
import org.apache.spark.sql.catalyst.plans.logical.Union;
import org.apache.spark.sql.catalyst.trees.TreeNodeTag;
import org.apache.spark.sql.execution.QueryExecution;
import org.apache.spark.sql.execution.command.ExplainCommand;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import scala.Option;
import scala.collection.JavaConverters;

/**
 * The types of a statement's parameters, as Spark's analyser settles them: the statement is
 * analysed with a null of no type for each {@code ?}, and what Spark casts that null to is the type
 * of the parameter. Where Spark casts it to nothing, it is a text.
 */
final class ParameterTypes {
  /** Says of a literal which parameter it stands for; survives the analysis. */
  static final TreeNodeTag<Integer> NUMBER = new TreeNodeTag<>("sparkflight.parameter");

  /** Stand in one after the other where a null is refused: {@code LIMIT ?}, {@code range(?)}. */
  private static final List<Literal> STAND_INS =
      List.of(
          Literal.create(1, DataTypes.IntegerType),
          Literal.create(true, DataTypes.BooleanType),
          Literal.create("1", DataTypes.StringType));

  private static final int MOST_TRIES = 16;

  private final SparkSession session;
  private final Supplier<LogicalPlan> parser;
  private final List<Integer> positions;

  /**
   * @param parser gives the parsed statement, another one each time: an analysis marks it
   * @param positions of the {@code ?} in its text
   */
  ParameterTypes(SparkSession session, Supplier<LogicalPlan> parser, List<Integer> positions) {
    this.session = session;
    this.parser = parser;
    this.positions = positions;
  }

  /**
   * {@code DataType.asNullable}: a literal for each parameter, of its type and marked with its
   * {@link #NUMBER}: null, or where Spark refuses null, one.
   */
  List<Literal> samples() {
    List<Literal> untyped = untyped();
    try {
      return typed(untyped);
    } catch (Exception first) { // Scala throws checked exceptions undeclared
      if (!(first instanceof AnalysisException)) {
        throw first;
      }
      return withStandIn(untyped, first);
    }
  }

  /** What to say if Spark cannot analyse the statement without knowing the values. */
  static FlightFailure unclear(Exception failure) {
    return new FlightFailure(
        ErrorKind.INVALID,
        "%s If that is because of a parameter, write CAST(? AS type), or the value into the text."
            .formatted(FlightErrors.ofSpark("analyse the statement", failure).sentence()),
        failure);
  }

  private List<Literal> withStandIn(List<Literal> untyped, Exception first) {
    for (Literal standIn : STAND_INS) {
      for (int i = 0; i < Math.min(untyped.size(), MOST_TRIES); i++) {
        List<Literal> tried = new ArrayList<>(untyped);
        tried.set(i, marked(standIn, i));
        try {
          return typed(tried);
        } catch (Exception e) { // Scala throws checked exceptions undeclared
          if (!(e instanceof AnalysisException)) {
            throw e;
          }
        }
      }
    }
    throw unclear(first);
  }

  /** Of no type, but where the shape alone tells it. */
  private List<Literal> untyped() {
    Map<Integer, Literal> known = new HashMap<>();
    ParameterMarkers.walk(
        parser.get(),
        part -> {
          if (part instanceof GlobalLimit limit) {
            know(known, limit.limitExpr(), STAND_INS.get(0));
          } else if (part instanceof LocalLimit limit) {
            know(known, limit.limitExpr(), STAND_INS.get(0));
          } else if (part instanceof Offset offset) {
            know(known, offset.offsetExpr(), STAND_INS.get(0));
          } else if (part instanceof Filter filter) {
            know(known, filter.condition(), Literal.create(null, DataTypes.BooleanType));
          } else if (part instanceof CaseWhen cases) {
            JavaConverters.seqAsJavaList(cases.branches())
                .forEach(
                    branch ->
                        know(known, branch._1(), Literal.create(null, DataTypes.BooleanType)));
          }
        });
    List<Literal> samples = new ArrayList<>();
    Literal unknown = Literal.create(null, DataTypes.NullType);
    for (int i = 0; i < positions.size(); i++) {
      samples.add(marked(known.getOrDefault(positions.get(i), unknown), i));
    }
    return samples;
  }

  private static void know(Map<Integer, Literal> known, Expression place, Literal sample) {
    if (place instanceof PosParameter parameter) {
      known.put(parameter.pos(), sample);
    }
  }

  private List<Literal> typed(List<Literal> untyped) {
    LogicalPlan parsed = parser.get();
    LogicalPlan inner = parsed instanceof ExplainCommand explain ? explain.logicalPlan() : parsed;
    LogicalPlan statement = ParameterMarkers.bind(spread(inner), untyped);
    QueryExecution analysed = SqlBridge.analyse(session, statement);
    TypeSearch search = new TypeSearch(positions);
    search.read(analysed.analyzed());
    List<Literal> typed = new ArrayList<>();
    for (int i = 0; i < untyped.size(); i++) {
      Literal sample = untyped.get(i);
      DataType type = search.type(i).orElse(sample.dataType());
      DataType told = DataTypes.NullType.equals(type) ? DataTypes.StringType : type.asNullable();
      typed.add(
          marked(
              ParameterValues.convert(session, sample, told)
                  .orElseGet(() -> Literal.create(null, told)),
              i));
    }
    return typed;
  }

  /**
   * Writes {@code VALUES} as a union of selections, for Spark evaluates the former while it
   * analyses them, and nothing is left of a parameter.
   */
  private static LogicalPlan spread(LogicalPlan plan) {
    if (!(plan instanceof UnresolvedInlineTable table)) {
      return plan.mapChildren(child -> spread(child));
    }
    List<LogicalPlan> rows = new ArrayList<>();
    JavaConverters.seqAsJavaList(table.rows())
        .forEach(
            row -> {
              List<NamedExpression> columns = new ArrayList<>();
              for (int i = 0; i < Math.min(row.size(), table.names().size()); i++) {
                columns.add(alias(row.apply(i), table.names().apply(i)));
              }
              rows.add(new Project(ParameterMarkers.scala(columns), new OneRowRelation()));
            });
    return rows.size() == 1 ? rows.get(0) : new Union(ParameterMarkers.scala(rows), false, false);
  }

  private static NamedExpression alias(Expression value, String name) {
    return new Alias(
        value,
        name,
        NamedExpression.newExprId(),
        ParameterMarkers.scala(Collections.<String>emptyList()),
        Option.empty(),
        ParameterMarkers.scala(Collections.<String>emptyList()));
  }

  private static Literal marked(Literal literal, int number) {
    Literal copy = new Literal(literal.value(), literal.dataType());
    copy.setTagValue(NUMBER, number);
    return copy;
  }
}
