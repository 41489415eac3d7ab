package org.apache.spark.sql.sparkflight;

import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.plans.logical.LogicalPlan;

/** What a client asked for, in its own form. Immutable. */
public interface StatementSource {
  /** What Spark's UI shows of it. */
  String text();

  /**
   * A plan that has not been executed before.
   *
   * @throws io.sparkflight.error.FlightFailure if it cannot be made one
   */
  LogicalPlan parse(SparkSession session);

  /** A statement of SQL. */
  static StatementSource sql(String text) {
    return new StatementSource() {
      @Override
      public String text() {
        return text;
      }

      @Override
      public LogicalPlan parse(SparkSession session) {
        return SqlBridge.parse(session, text);
      }
    };
  }
}
