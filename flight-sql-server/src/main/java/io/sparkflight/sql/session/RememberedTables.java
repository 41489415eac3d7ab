package io.sparkflight.sql.session;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Function;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.sparkflight.CatalogBridge;

/**
 * What one Spark session remembers of tables: the files of each, which it lists once, and what its
 * catalogs have loaded. Of what another session writes it would not know, and answer with the rows
 * of before. So it forgets all that when a session of this server has changed a table.
 *
 * <p>Concurrency: thread-safe. An analysis that began before a change may put what it has listed
 * into Spark's cache after it; so the cache is emptied while no analysis of the session is at work.
 */
final class RememberedTables {
  private final SparkSession spark;
  private final AtomicLong changes;
  private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
  private long known;

  /**
   * @param changes how often a table was changed, by any session of the server
   */
  RememberedTables(SparkSession spark, AtomicLong changes) {
    this.spark = spark;
    this.changes = changes;
    this.known = changes.get();
  }

  long changes() {
    return changes.get();
  }

  void changed() {
    changes.incrementAndGet();
  }

  /**
   * Runs an analysis.
   *
   * @param analysis is told whether catalogs other than Spark's own are to load their tables anew
   */
  <T> T analyse(Function<Boolean, T> analysis) {
    boolean inner = lock.getReadHoldCount() > 0 || lock.isWriteLockedByCurrentThread();
    if (!inner && known() != changes.get()) {
      lock.writeLock().lock();
      try {
        long now = changes.get(); // before: what changes from here on is for the next analysis
        CatalogBridge.forgetTables(spark);
        T analysed = analysis.apply(true);
        known = now;
        return analysed;
      } finally {
        lock.writeLock().unlock();
      }
    }
    lock.readLock().lock();
    try {
      return analysis.apply(false);
    } finally {
      lock.readLock().unlock();
    }
  }

  private long known() {
    lock.readLock().lock();
    try {
      return known;
    } finally {
      lock.readLock().unlock();
    }
  }
}
