package io.sparkflight.datasource.sql;

import java.util.Optional;
import org.apache.spark.sql.connector.expressions.Expression;
import org.apache.spark.sql.connector.expressions.aggregate.AggregateFunc;
import org.apache.spark.sql.connector.expressions.filter.Predicate;

/** Spark's expressions in the server's SQL, as far as that can say them. */
public interface Expressions {
  /** A condition on rows. */
  Optional<Term> predicate(Predicate predicate);

  /** A value by which rows are grouped. */
  Optional<Term> group(Expression expression);

  /** A value by which rows are sorted: empty if they may be sorted another way than by Spark. */
  Optional<Term> order(Expression expression);

  /** A value of many rows. */
  Optional<Term> aggregate(AggregateFunc function);
}
