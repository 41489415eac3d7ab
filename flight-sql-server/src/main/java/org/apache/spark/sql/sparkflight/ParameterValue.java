package org.apache.spark.sql.sparkflight;

import org.apache.spark.sql.catalyst.expressions.Literal;

/** A value that fits a parameter of a statement. Immutable. */
public final class ParameterValue {
  private final Literal literal;

  ParameterValue(Literal literal) {
    this.literal = literal;
  }

  Literal literal() {
    return literal;
  }
}
