package io.sparkflight.sql.session;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.spark.sql.execution.QueryExecution;
import org.jspecify.annotations.Nullable;

/**
 * A statement that was analysed and not run. Its plan serves one execution: a later one analyses
 * anew, because the tables may have changed. Thread-safe.
 */
public final class PreparedStatement {
  private final String sql;
  private final AtomicReference<@Nullable QueryExecution> analysed;

  public PreparedStatement(String sql, QueryExecution analysed) {
    this.sql = sql;
    this.analysed = new AtomicReference<>(analysed);
  }

  /** The statement's text. */
  public String sql() {
    return sql;
  }

  /** The plan of the preparation, once. */
  public Optional<QueryExecution> takeAnalysed() {
    return Optional.ofNullable(analysed.getAndSet(null));
  }

  /** The plan of the preparation, if no execution has taken it. */
  public Optional<QueryExecution> analysed() {
    return Optional.ofNullable(analysed.get());
  }
}
