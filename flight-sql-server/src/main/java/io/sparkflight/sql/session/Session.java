package io.sparkflight.sql.session;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import io.sparkflight.error.ErrorKind;
import io.sparkflight.error.FlightFailure;
import io.sparkflight.manager.StatementHandle;
import io.sparkflight.sql.auth.Identity;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;

/** One client's settings, current catalog and prepared statements. Thread-safe. */
public final class Session {
  private final Identity identity;
  private final SparkSession spark;
  private final int mostPrepared;
  private final Cache<String, PreparedStatement> prepared;

  Session(Identity identity, SparkSession spark, Sessions.Limits limits, Ticker ticker) {
    this.identity = identity;
    this.spark = spark;
    this.mostPrepared = limits.preparedStatements();
    this.prepared =
        Caffeine.newBuilder()
            .expireAfterAccess(limits.idleTimeout())
            .ticker(ticker)
            .executor(Runnable::run)
            .build();
  }

  /** Whose it is. */
  public Identity identity() {
    return identity;
  }

  /** Spark's own session, with the catalog of the application and settings of its own. */
  public SparkSession spark() {
    return spark;
  }

  /**
   * Keeps a prepared statement.
   *
   * @return the handle by which this session finds it again; nobody can guess it
   */
  public String keep(PreparedStatement statement) {
    if (prepared.estimatedSize() >= mostPrepared) {
      throw new FlightFailure(
          ErrorKind.RESOURCES,
          "Cannot prepare the statement: this session has %d prepared statements, its limit. Close some."
              .formatted(mostPrepared));
    }
    String handle = StatementHandle.random().toString();
    prepared.put(handle, statement);
    return handle;
  }

  /** The prepared statement of a handle, if this session has it. */
  public Optional<PreparedStatement> prepared(String handle) {
    return Optional.ofNullable(prepared.getIfPresent(handle));
  }

  /** Forgets a prepared statement. Idempotent. */
  public void forget(String handle) {
    prepared.invalidate(handle);
  }
}
