package io.sparkflight.sql.session;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import io.sparkflight.manager.StatementHandle;
import io.sparkflight.sql.auth.Identity;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.apache.spark.sql.SparkSession;

/** One client's settings, current catalog and prepared statements. Thread-safe. */
public final class Session {
  private final Identity identity;
  private final SparkSession spark;
  private final int mostPrepared;
  private final Cache<String, PreparedStatement> prepared;
  private final AtomicLong changes = new AtomicLong();
  private final RememberedTables tables;

  /**
   * @param tableChanges how often some session of the server has changed a table
   */
  Session(
      Identity identity,
      SparkSession spark,
      Sessions.Limits limits,
      Ticker ticker,
      AtomicLong tableChanges) {
    this.identity = identity;
    this.spark = spark;
    this.tables = new RememberedTables(spark, tableChanges);
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
   * How often something may have changed that an analysis depends on. Nothing has if the number is
   * what it was.
   */
  public long changes() {
    return changes.get() + tables.changes();
  }

  /** Says that tables are other than before, to every session of the server. */
  public void tablesChanged() {
    tables.changed();
  }

  /**
   * Runs an analysis, which sees every table as the sessions of this server have left it.
   *
   * @param analysis is told whether a catalog may remember a table as it was before
   */
  public <T> T analyse(Function<Boolean, T> analysis) {
    return tables.analyse(analysis);
  }

  /** Says that a command begins or ends, or that a setting is other than before. */
  public void changed() {
    changes.incrementAndGet();
  }

  /**
   * Keeps a prepared statement; at the limit, the one that was not used for longest is forgotten. A
   * refusal would end clients that do nothing wrong: version 18.3 of the JDBC driver prepares anew
   * at each execution of a {@code Statement} and closes only the last one.
   *
   * @return the handle by which this session finds it again; nobody can guess it
   */
  public String keep(PreparedStatement statement) {
    String handle = StatementHandle.random().toString();
    prepared.put(handle, statement);
    if (prepared.estimatedSize() > mostPrepared) {
      prepared
          .policy()
          .expireAfterAccess()
          .ifPresent(age -> prepared.invalidateAll(age.oldest(1).keySet()));
    }
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
