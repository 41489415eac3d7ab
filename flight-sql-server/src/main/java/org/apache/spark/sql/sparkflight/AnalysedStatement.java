package org.apache.spark.sql.sparkflight;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.expressions.Alias;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.Literal;
import org.apache.spark.sql.catalyst.expressions.NamedExpression;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;
import org.apache.spark.sql.catalyst.plans.logical.Project;
import org.apache.spark.sql.execution.QueryExecution;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;
import scala.Option;

/**
 * A statement as its analysis found it: its parameters, its columns, and how to execute it with
 * values. Immutable.
 *
 * <p>Every execution is one that Spark's analyser would come to now. Its plan is kept for the next
 * one only as {@link CurrentPlan} and {@link PlanTemplate} allow; otherwise the text is parsed and
 * analysed again.
 */
public final class AnalysedStatement {
  private final SparkSession session;
  private final StatementSource source;
  private final QueryExecution analysed;
  private final List<Literal> samples;
  private final Optional<CurrentPlan> current;

  private AnalysedStatement(
      SparkSession session,
      StatementSource source,
      QueryExecution analysed,
      List<Literal> samples) {
    this.session = session;
    this.source = source;
    this.analysed = analysed;
    this.samples = samples;
    this.current = CurrentPlan.of(session, analysed.analyzed());
  }

  /**
   * Analyses a statement; runs nothing.
   *
   * @param anew whether catalogs are to load their tables again, because they may have changed
   * @throws io.sparkflight.error.FlightFailure if a parameter has no type, or cannot be bound
   */
  public static AnalysedStatement of(SparkSession session, StatementSource source, boolean anew) {
    if (anew) {
      LoadedTables.forgetNamed(session, source.parse(session));
    }
    AnalysedStatement statement = of(session, source);
    return anew && LoadedTables.forgetViewed(session, statement.analysed.analyzed())
        ? of(session, source)
        : statement;
  }

  private static AnalysedStatement of(SparkSession session, StatementSource source) {
    List<Integer> positions = ParameterMarkers.positions(source.parse(session));
    if (positions.isEmpty()) {
      QueryExecution analysed = analyse(session, source, List.of());
      return new AnalysedStatement(session, source, analysed, List.of());
    }
    List<Literal> samples =
        new ParameterTypes(session, () -> source.parse(session), positions).samples();
    try {
      QueryExecution analysed = analyse(session, source, samples);
      ParameterMarkers.requireBound(analysed.analyzed());
      return new AnalysedStatement(session, source, analysed, samples);
    } catch (Exception e) { // Scala throws checked exceptions undeclared
      if (e instanceof AnalysisException) {
        throw ParameterTypes.unclear(e);
      }
      throw e;
    }
  }

  /**
   * Analyses a statement without parameters, for one execution; runs nothing.
   *
   * @param anew whether catalogs are to load their tables again, because they may have changed
   */
  public static QueryExecution once(SparkSession session, StatementSource source, boolean anew) {
    if (anew) {
      LoadedTables.forgetNamed(session, source.parse(session));
    }
    QueryExecution analysed = analyse(session, source, List.of());
    return anew && LoadedTables.forgetViewed(session, analysed.analyzed())
        ? analyse(session, source, List.of())
        : analysed;
  }

  /** How many parameters a parsed statement has. */
  public static int parameters(LogicalPlan parsed) {
    return ParameterMarkers.positions(parsed).size();
  }

  /** The types of the parameters, in their order. */
  public List<DataType> parameters() {
    return samples.stream().map(Literal::dataType).toList();
  }

  /** The columns of its rows; a value may still widen a type that depends on it. */
  public StructType columns() {
    return SqlBridge.columns(analysed);
  }

  /** Whether it has no rows but the count of those that it affects. */
  public boolean tellsOnlyCounts() {
    return WrittenRows.tellsOnlyCounts(analysed.analyzed());
  }

  /** What it is to its caller. */
  public SqlBridge.Sort sort() {
    return SqlBridge.sort(analysed);
  }

  /** {@code SQLConf.sessionLocalTimeZone} of its session. */
  public String timeZone() {
    return session.sessionState().conf().sessionLocalTimeZone();
  }

  /**
   * Whether another analysis would come to the same, provided that no command has run in its
   * session since.
   */
  public boolean isCurrent() {
    return current.isPresent() && current.get().isCurrent();
  }

  /**
   * A value for a parameter; empty if it does not fit.
   *
   * @param parameter from 0
   * @param value in the form of Spark's public API
   * @param type of the value
   */
  public Optional<ParameterValue> value(int parameter, @Nullable Object value, DataType type) {
    return ParameterValues.convert(
            session, ParameterValues.literal(value, type), samples.get(parameter).dataType())
        .map(ParameterValue::new);
  }

  /**
   * An execution with values, which has the columns' names of {@link #columns}. Call it only just
   * after the analysis, or if {@link #isCurrent}.
   */
  public QueryExecution with(List<ParameterValue> row) {
    List<Literal> values = row.stream().map(ParameterValue::literal).toList();
    if (sort() != SqlBridge.Sort.QUERY) {
      return values.isEmpty() ? analysed : analyse(session, source, values);
    }
    return PlanTemplate.fill(session, analysed.analyzed(), samples, values)
        .map(plan -> SqlBridge.analyse(session, plan))
        .orElseGet(() -> named(analyse(session, source, values)));
  }

  /** One execution that does what one for each row would do; empty if there is none. */
  public Optional<QueryExecution> withAll(List<List<ParameterValue>> rows) {
    List<List<Literal>> values =
        rows.stream().map(row -> row.stream().map(ParameterValue::literal).toList()).toList();
    Supplier<Optional<LogicalPlan>> bound =
        () -> ParameterMarkers.bindAll(source.parse(session), values);
    return bound.get().isEmpty()
        ? Optional.empty()
        : Optional.of(CurrentPlan.analyse(session, () -> bound.get().orElseThrow()));
  }

  private static QueryExecution analyse(
      SparkSession session, StatementSource source, List<Literal> values) {
    return CurrentPlan.analyse(session, () -> ParameterMarkers.bind(source.parse(session), values));
  }

  /** Spark names a column without a name after its expression, and so after the value in it. */
  private QueryExecution named(QueryExecution bound) {
    LogicalPlan plan = bound.analyzed();
    String[] names = columns().fieldNames();
    if (plan.output().size() != names.length || Arrays.equals(names, plan.schema().fieldNames())) {
      return bound;
    }
    List<NamedExpression> columns = new ArrayList<>();
    for (int i = 0; i < names.length; i++) {
      Attribute column = plan.output().apply(i);
      columns.add(
          new Alias(
              column,
              names[i],
              NamedExpression.newExprId(),
              column.qualifier(),
              Option.empty(),
              ParameterMarkers.scala(List.<String>of())));
    }
    return SqlBridge.analyse(session, new Project(ParameterMarkers.scala(columns), plan));
  }
}
