package io.sparkflight.manager.zookeeper;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The nodes that somebody else wrote, each of which is logged once. */
final class Garbage {
  private static final Logger LOG = LoggerFactory.getLogger(Garbage.class);

  /** Who writes more nodes than this is heard no more, lest the log or the heap fill up. */
  private static final int MOST = 1_000;

  private final Set<String> paths = ConcurrentHashMap.newKeySet();

  /** Notes an ignored node. */
  void ignore(String path, String why) {
    if (paths.size() < MOST && paths.add(path)) {
      LOG.warn("Ignoring the node {}: {}", path, why);
    }
  }
}
