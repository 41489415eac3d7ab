package org.apache.spark.sql.sparkflight;

import io.substrait.expression.AbstractExpressionVisitor;
import io.substrait.expression.AggregateFunctionInvocation;
import io.substrait.expression.EnumArg;
import io.substrait.expression.Expression.AggregationInvocation;
import io.substrait.expression.Expression.AggregationPhase;
import io.substrait.expression.Expression.Cast;
import io.substrait.expression.Expression.FailureBehavior;
import io.substrait.expression.Expression.IfThen;
import io.substrait.expression.Expression.ScalarFunctionInvocation;
import io.substrait.expression.Expression.ScalarSubquery;
import io.substrait.expression.Expression.SingleOrList;
import io.substrait.expression.FieldReference;
import io.substrait.expression.FunctionArg;
import io.substrait.extension.SimpleExtension;
import io.substrait.relation.Rel;
import io.substrait.spark.SparkExtension;
import io.substrait.spark.expression.FunctionConverter;
import io.substrait.spark.expression.Sig;
import io.substrait.spark.expression.ToScalarFunction;
import io.substrait.type.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.CaseWhen;
import org.apache.spark.sql.catalyst.expressions.EvalMode;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.In;
import org.apache.spark.sql.catalyst.expressions.Literal;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.catalyst.expressions.Predicate;
import org.apache.spark.sql.catalyst.expressions.aggregate.AggregateExpression;
import org.apache.spark.sql.catalyst.expressions.aggregate.AggregateFunction;
import org.apache.spark.sql.catalyst.expressions.aggregate.Complete$;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.DecimalType;
import org.apache.spark.sql.types.StringType;
import scala.Enumeration;
import scala.Option;
import scala.Tuple2;
import scala.collection.Seq;

/**
 * Spark's expressions for those of Substrait over the columns of one relation. Functions are found
 * by the mapping of {@code io.substrait:spark}; one whose type in Spark is not the one that the
 * plan counts on is refused, because its values would differ too.
 */
final class SubstraitExpressions extends AbstractExpressionVisitor<Expression, RuntimeException>
    implements FunctionArg.FuncArgVisitor<Expression, RuntimeException> {
  /** Loads the definitions when the first plan comes. */
  private static final class Functions {
    static final FunctionConverter<?, ?> SCALAR =
        ToScalarFunction.apply(SparkExtension.SparkScalarFunctions());
    static final FunctionConverter<?, ?> AGGREGATE = SparkExtension.toAggregateFunction();
  }

  private final SparkSession session;
  private final List<Attribute> columns;
  private final Function<Rel, LogicalPlan> relations;

  /**
   * Over the columns of a relation's input.
   *
   * @param relations makes the plan of a subquery
   */
  SubstraitExpressions(
      SparkSession session, List<Attribute> columns, Function<Rel, LogicalPlan> relations) {
    this.session = session;
    this.columns = columns;
    this.relations = relations;
  }

  Expression of(io.substrait.expression.Expression expression) {
    return expression.accept(this);
  }

  @Override
  public Expression visitFallback(io.substrait.expression.Expression other) {
    Optional<Literal> literal = SubstraitLiterals.of(other);
    if (literal.isPresent()) {
      return literal.get();
    }
    String name = other.getClass().getSimpleName().replace("Immutable", "");
    throw new UnsupportedOperationException("it has the expression " + name);
  }

  @Override
  public Expression visit(io.substrait.expression.Expression.UserDefinedLiteral literal) {
    return visitFallback(literal);
  }

  @Override
  public Expression visit(FieldReference reference) {
    if (!reference.isSimpleRootReference()
        || !(reference.segments().get(0) instanceof FieldReference.StructField field)) {
      throw new UnsupportedOperationException(
          "it refers to a field within a column, or to the columns of an outer query");
    }
    if (field.offset() < 0 || field.offset() >= columns.size()) {
      throw new IllegalArgumentException(
          "it refers to column %d of %d".formatted(field.offset(), columns.size()));
    }
    return columns.get(field.offset());
  }

  @Override
  public Expression visit(Cast cast) {
    DataType type = SubstraitTypes.of(cast.getType());
    if (type instanceof StringType && !(cast.getType() instanceof Type.Str)) {
      throw new UnsupportedOperationException("it casts to a text of limited length");
    }
    Enumeration.Value mode =
        cast.failureBehavior() == FailureBehavior.RETURN_NULL
            ? EvalMode.TRY()
            : cast.failureBehavior() == FailureBehavior.THROW_EXCEPTION
                ? EvalMode.ANSI()
                : EvalMode.fromSQLConf(session.sessionState().conf());
    return new org.apache.spark.sql.catalyst.expressions.Cast(
        of(cast.input()), type, Option.empty(), mode);
  }

  @Override
  public Expression visit(IfThen choice) {
    List<Tuple2<Expression, Expression>> branches = new ArrayList<>();
    choice
        .ifClauses()
        .forEach(each -> branches.add(new Tuple2<>(of(each.condition()), of(each.then()))));
    Option<Expression> otherwise = Option.apply(of(choice.elseClause()));
    Expression made = new CaseWhen(ParameterMarkers.scala(branches), otherwise);
    if (!made.checkInputDataTypes().isSuccess()) {
      throw new IllegalArgumentException("the branches of a choice have different types");
    }
    return made;
  }

  @Override
  public Expression visit(SingleOrList list) {
    List<Expression> options = list.options().stream().map(this::of).toList();
    return new In(of(list.condition()), ParameterMarkers.scala(options));
  }

  @Override
  public Expression visit(ScalarSubquery subquery) {
    LogicalPlan plan = relations.apply(subquery.input());
    if (plan.output().size() != 1) {
      throw new IllegalArgumentException("a scalar subquery has not one column");
    }
    return new org.apache.spark.sql.catalyst.expressions.ScalarSubquery(
        plan,
        ParameterMarkers.scala(List.<Expression>of()),
        NamedExpression.newExprId(),
        ParameterMarkers.scala(List.<Expression>of()),
        Option.empty(),
        Option.empty());
  }

  @Override
  public Expression visit(ScalarFunctionInvocation call) {
    Seq<Expression> arguments = arguments(call.declaration(), call.arguments());
    String key = call.declaration().key();
    return typed(call(Functions.SCALAR, key, call.outputType(), arguments), call.outputType(), key);
  }

  /** An aggregate function of whole groups. */
  Expression aggregate(
      AggregateFunctionInvocation call, Optional<io.substrait.expression.Expression> filter) {
    String key = call.declaration().key();
    if (call.aggregationPhase() != AggregationPhase.INITIAL_TO_RESULT) {
      throw new UnsupportedOperationException("it has %s in parts".formatted(key));
    }
    Seq<Expression> arguments =
        call.arguments().isEmpty() && call.declaration().name().equals("count")
            ? ParameterMarkers.scala(List.<Expression>of(new Literal(1, DataTypes.IntegerType)))
            : arguments(call.declaration(), call.arguments());
    Expression function = call(Functions.AGGREGATE, key, call.outputType(), arguments);
    require(function, key);
    Expression made =
        new AggregateExpression(
            (AggregateFunction) function,
            Complete$.MODULE$,
            call.invocation() == AggregationInvocation.DISTINCT,
            Option.apply(filter.map(this::of).orElse(null)),
            NamedExpression.newExprId());
    return typed(made, call.outputType(), key);
  }

  @Override
  public Expression visitExpr(
      SimpleExtension.Function function, int number, io.substrait.expression.Expression argument) {
    return of(argument);
  }

  @Override
  public Expression visitType(SimpleExtension.Function function, int number, Type argument) {
    throw new UnsupportedOperationException("it has a function of a type, " + function.key());
  }

  @Override
  public Expression visitEnumArg(SimpleExtension.Function function, int number, EnumArg argument) {
    throw new UnsupportedOperationException("it has a function with a choice, " + function.key());
  }

  private Seq<Expression> arguments(SimpleExtension.Function function, List<FunctionArg> sent) {
    List<Expression> arguments = new ArrayList<>();
    for (int i = 0; i < sent.size(); i++) {
      arguments.add(sent.get(i).accept(function, i, this));
    }
    return ParameterMarkers.scala(arguments);
  }

  private static Expression call(
      FunctionConverter<?, ?> functions, String key, Type type, Seq<Expression> arguments) {
    Option<Sig> found = functions.getSparkExpressionFromSubstraitFunc(key, type);
    if (found.isEmpty()) {
      throw new UnsupportedOperationException("it has the function " + key);
    }
    return found.get().makeCall(arguments);
  }

  /** A wider decimal than Spark's own holds the same values. */
  private static Expression typed(Expression made, Type declared, String key) {
    DataType wanted = SubstraitTypes.of(declared);
    if (!(made instanceof Predicate)) {
      require(made, key);
    }
    DataType found = made.dataType();
    if (found.equals(wanted)) {
      return made;
    }
    if (found instanceof DecimalType narrow
        && wanted instanceof DecimalType wide
        && wide.isWiderThan(narrow)) {
      return new org.apache.spark.sql.catalyst.expressions.Cast(
          made, wanted, Option.empty(), EvalMode.ANSI());
    }
    throw new UnsupportedOperationException(
        "it counts on %s from the function %s, which is %s in Spark"
            .formatted(wanted.sql(), key, found.sql()));
  }

  /** Spark would convert arguments of other types first, as it does for SQL. */
  private static void require(Expression call, String key) {
    if (!call.checkInputDataTypes().isSuccess()) {
      throw new UnsupportedOperationException(
          "it has the function %s with arguments that Spark does not take for it".formatted(key));
    }
  }
}
