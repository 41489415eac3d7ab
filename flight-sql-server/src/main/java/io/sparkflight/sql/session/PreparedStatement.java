package io.sparkflight.sql.session;

import io.sparkflight.sql.parameter.ParameterRows;
import org.apache.spark.sql.sparkflight.AnalysedStatement;
import org.apache.spark.sql.sparkflight.StatementSource;

/**
 * A statement that was analysed and not run, its latest analysis, and the values that are bound to
 * it. Thread-safe; who executes one statement from two threads at once gets the values of either.
 */
public final class PreparedStatement {
  private final StatementSource source;
  private volatile Analysis latest;
  private volatile ParameterRows bound = ParameterRows.NONE;

  /**
   * An analysis.
   *
   * @param statement what it found
   * @param changes of the session when it began, by {@link Session#changes}
   */
  public record Analysis(AnalysedStatement statement, long changes) {}

  public PreparedStatement(StatementSource source, Analysis first) {
    this.source = source;
    this.latest = first;
  }

  /** The statement as the client sent it. */
  public StatementSource source() {
    return source;
  }

  /** The latest analysis, which may be out of date. */
  public Analysis latest() {
    return latest;
  }

  /** Replaces the latest analysis. */
  public void keep(Analysis analysis) {
    latest = analysis;
  }

  /** The values for the next executions; no columns if there are none. */
  public ParameterRows bound() {
    return bound;
  }

  /** Binds values for the next executions. */
  public void bind(ParameterRows values) {
    bound = values;
  }
}
