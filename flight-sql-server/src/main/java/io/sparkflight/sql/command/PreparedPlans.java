package io.sparkflight.sql.command;

import io.sparkflight.error.ErrorKind;
import io.sparkflight.error.FlightFailure;
import io.sparkflight.sql.parameter.ParameterRows;
import io.sparkflight.sql.session.PreparedStatement;
import io.sparkflight.sql.session.PreparedStatement.Analysis;
import io.sparkflight.sql.session.Session;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.sparkflight.AnalysedStatement;
import org.apache.spark.sql.sparkflight.ParameterValue;
import org.apache.spark.sql.sparkflight.StatementSource;
import org.apache.spark.sql.types.DataType;
import org.jspecify.annotations.Nullable;

/** From a prepared statement and what was bound to it, to an analysis of now and its values. */
final class PreparedPlans {
  private PreparedPlans() {}

  /** Analyses a statement for its preparation. */
  static PreparedStatement prepare(Session session, StatementSource source) {
    return new PreparedStatement(source, analyse(session, source));
  }

  /**
   * The analysis that Spark would come to now: the latest one, if nothing has changed since, else a
   * new one.
   */
  static AnalysedStatement current(Session session, PreparedStatement prepared) {
    Analysis latest = prepared.latest();
    if (latest.changes() == session.changes() && latest.statement().isCurrent()) {
      return latest.statement();
    }
    Analysis now = analyse(session, prepared.source());
    prepared.keep(now);
    return now.statement();
  }

  private static Analysis analyse(Session session, StatementSource source) {
    long changes = session.changes(); // before it, so that what changes meanwhile counts as after
    return Statements.spark(
        "analyse the statement",
        () ->
            session.analyse(
                anew ->
                    new Analysis(AnalysedStatement.of(session.spark(), source, anew), changes)));
  }

  /**
   * The values of each row, as the statement takes them.
   *
   * @throws FlightFailure if there are none, or one does not fit
   */
  static List<List<ParameterValue>> values(AnalysedStatement statement, ParameterRows bound) {
    check(statement.parameters().size(), bound);
    if (statement.parameters().isEmpty()) {
      return List.of(List.of());
    }
    List<List<ParameterValue>> rows = new ArrayList<>();
    for (List<@Nullable Object> row : bound.rows()) {
      List<ParameterValue> values = new ArrayList<>();
      for (int i = 0; i < row.size(); i++) {
        values.add(value(statement, i, row.get(i), bound.types().get(i), rows.size() + 1));
      }
      rows.add(values);
    }
    return rows;
  }

  /** Checks how many parameters were bound. */
  static void check(int expected, ParameterRows bound) {
    int sent = bound.types().size();
    if (expected == sent) {
      return;
    }
    throw new FlightFailure(
        ErrorKind.INVALID,
        sent == 0
            ? "Cannot run the statement: it has %s, and no values are bound. Bind a value for each ?."
                .formatted(parameters(expected))
            : "Cannot bind values to the statement: it has %s, and values for %d were sent. Send one for each ?."
                .formatted(parameters(expected), sent));
  }

  static String parameters(int count) {
    return count == 1 ? "1 parameter" : count + " parameters";
  }

  private static ParameterValue value(
      AnalysedStatement statement, int number, @Nullable Object value, DataType type, int row) {
    return Statements.spark(
            "bind parameter " + (number + 1), () -> statement.value(number, value, type))
        .orElseThrow(
            () ->
                new FlightFailure(
                    ErrorKind.INVALID,
                    "Cannot bind parameter %d of row %d: it takes %s, and the value that was sent, of type %s,"
                            .formatted(
                                number + 1,
                                row,
                                statement.parameters().get(number).sql(),
                                type.sql())
                        + " is not one. Send one that fits, or write CAST(? AS type) in the statement."));
  }
}
