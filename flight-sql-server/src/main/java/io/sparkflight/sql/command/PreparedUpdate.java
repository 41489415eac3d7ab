package io.sparkflight.sql.command;

import io.sparkflight.error.FlightErrors;
import io.sparkflight.error.FlightFailure;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.spark.sql.execution.QueryExecution;
import org.apache.spark.sql.sparkflight.AnalysedStatement;
import org.apache.spark.sql.sparkflight.ParameterValue;

/**
 * Runs a prepared command with rows of values, all of which have been checked: once for each row,
 * or where that is the same, for thousands at once. An insertion of values is.
 */
final class PreparedUpdate {
  /** Spark analyses the values of one insertion as expressions. */
  private static final int MOST_AT_ONCE = 5_000;

  private final Statements statements;
  private final Caller caller;
  private final String sql;
  private final AnalysedStatement analysed;

  PreparedUpdate(Statements statements, Caller caller, String sql, AnalysedStatement analysed) {
    this.statements = statements;
    this.caller = caller;
    this.sql = sql;
    this.analysed = analysed;
  }

  /**
   * Runs the command.
   *
   * @return the number of rows it wrote, if all of them were counted
   */
  OptionalLong run(List<List<ParameterValue>> rows) {
    Statements.requireCommand(analysed.sort());
    if (rows.size() == 1) {
      return once(rows.get(0));
    }
    long written = 0;
    boolean counted = true;
    int done = 0;
    while (done < rows.size()) {
      List<List<ParameterValue>> next =
          rows.subList(done, Math.min(done + MOST_AT_ONCE, rows.size()));
      OptionalLong count;
      try {
        Optional<QueryExecution> together =
            Statements.spark("analyse the statement", () -> analysed.withAll(next));
        count = together.isPresent() ? run(together.get()) : once(next.get(0));
        done += together.isPresent() ? next.size() : 1;
      } catch (RuntimeException e) {
        throw after(done, rows.size(), e);
      }
      counted &= count.isPresent();
      written += count.orElse(0);
    }
    return counted ? OptionalLong.of(written) : OptionalLong.empty();
  }

  private OptionalLong once(List<ParameterValue> row) {
    return run(Statements.spark("analyse the statement", () -> analysed.with(row)));
  }

  private OptionalLong run(QueryExecution command) {
    return statements.update(caller, sql, command);
  }

  private static FlightFailure after(int done, int rows, RuntimeException failure) {
    FlightFailure told = FlightErrors.ofSpark("run the statement", failure);
    return done == 0
        ? told
        : new FlightFailure(
            told.kind(),
            "%s The first %d of %d rows of values have taken effect."
                .formatted(told.sentence(), done, rows),
            failure);
  }
}
