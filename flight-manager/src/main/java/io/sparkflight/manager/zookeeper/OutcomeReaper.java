package io.sparkflight.manager.zookeeper;

import io.sparkflight.manager.StatementHandle;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.apache.curator.framework.recipes.cache.ChildData;
import org.apache.curator.framework.recipes.cache.CuratorCache;
import org.apache.zookeeper.KeeperException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes outcomes whose owner is gone, after the time that the slowest of the others may need to
 * read them. All servers do it; it does not matter which is first.
 */
final class OutcomeReaper {
  private static final Logger LOG = LoggerFactory.getLogger(OutcomeReaper.class);
  private static final Duration KEPT = Duration.ofMinutes(10);

  private final ZooKeeperTree tree;
  private final CuratorCache cache;
  private final Clock clock;

  OutcomeReaper(ZooKeeperTree tree, CuratorCache cache, Clock clock) {
    this.tree = tree;
    this.cache = cache;
    this.clock = clock;
  }

  void reap() {
    long oldest = clock.millis() - KEPT.toMillis();
    List<ChildData> old =
        cache.stream()
            .filter(node -> tree.isOutcome(node.getPath()) && node.getStat().getMtime() < oldest)
            .toList();
    for (ChildData node : old) {
      StatementHandle statement = tree.statementOf(node.getPath());
      if (statement != null) {
        removeOrphan(statement);
      }
    }
  }

  private void removeOrphan(StatementHandle statement) {
    try {
      if (!tree.ownerExists(statement)) {
        tree.delete(statement);
      }
    } catch (KeeperException e) {
      LOG.debug("The outcome of statement {} is removed later", statement, e);
    }
  }
}
