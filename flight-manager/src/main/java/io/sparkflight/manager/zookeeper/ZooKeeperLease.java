package io.sparkflight.manager.zookeeper;

import io.sparkflight.error.ErrorKind;
import io.sparkflight.error.FlightFailure;
import io.sparkflight.manager.Lease;
import io.sparkflight.manager.StatementHandle;
import org.apache.zookeeper.KeeperException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An ephemeral node. If the answer to its creation is lost, it may be there although nobody has the
 * lease: then it goes with this server's session, and until then everybody is refused, which does
 * no harm.
 */
record ZooKeeperLease(ZooKeeperTree tree, StatementHandle name) implements Lease {
  private static final Logger LOG = LoggerFactory.getLogger(ZooKeeperLease.class);

  static ZooKeeperLease take(ZooKeeperTree tree, StatementHandle name) {
    try {
      tree.createLease(name);
      return new ZooKeeperLease(tree, name);
    } catch (KeeperException e) {
      throw unavailable("take", e);
    }
  }

  @Override
  public void check() {
    try {
      if (!tree.hasLease(name)) {
        throw unavailable("keep", null);
      }
    } catch (KeeperException e) {
      throw unavailable("keep", e);
    }
  }

  @Override
  public void close() {
    try {
      tree.deleteLease(name);
    } catch (KeeperException e) {
      LOG.warn("The lease {} stays until this server's session with ZooKeeper ends", name, e);
    }
  }

  private static FlightFailure unavailable(String what, @Nullable KeeperException cause) {
    return new FlightFailure(
        ErrorKind.UNAVAILABLE,
        "Cannot %s the lease: another server has it, or ZooKeeper does not answer. Try again later."
            .formatted(what),
        cause);
  }
}
