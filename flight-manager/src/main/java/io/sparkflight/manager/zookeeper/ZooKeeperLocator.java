package io.sparkflight.manager.zookeeper;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.sparkflight.lifecycle.Closer;
import io.sparkflight.lifecycle.Listeners;
import io.sparkflight.manager.FlightServerLocator;
import io.sparkflight.manager.Member;
import io.sparkflight.manager.Subscription;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.recipes.cache.ChildData;
import org.apache.curator.framework.recipes.cache.CuratorCache;
import org.apache.curator.framework.recipes.cache.CuratorCacheListener;

/**
 * The members, as ZooKeeper last told. While this process is cut off from ZooKeeper, the list stays
 * as it was.
 */
final class ZooKeeperLocator implements FlightServerLocator, AutoCloseable {
  private final CuratorCache cache;
  private final ZooKeeperTree tree;
  private final Garbage garbage;
  private final Listeners<List<Member>> listeners = new Listeners<>("flight-zookeeper-members");

  @GuardedBy("this")
  private List<Member> members = List.of();

  private ZooKeeperLocator(CuratorCache cache, ZooKeeperTree tree, Garbage garbage) {
    this.cache = cache;
    this.tree = tree;
    this.garbage = garbage;
  }

  static ZooKeeperLocator start(CuratorFramework client, ZooKeeperTree tree, Garbage garbage) {
    CuratorCache cache = CuratorCache.build(client, tree.members());
    ZooKeeperLocator locator = new ZooKeeperLocator(cache, tree, garbage);
    cache
        .listenable()
        .addListener(
            CuratorCacheListener.builder().forAll((type, old, now) -> locator.look()).build());
    cache.start();
    return locator;
  }

  @Override
  public synchronized List<Member> members() {
    return members;
  }

  @Override
  public Subscription onChange(Consumer<List<Member>> listener) {
    return listeners.add(listener)::run;
  }

  /** Waits until a member is seen; false if that takes too long. */
  synchronized boolean awaitMember(String incarnation, Duration patience)
      throws InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    while (members.stream().noneMatch(member -> member.incarnation().equals(incarnation))) {
      long left = (deadline - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        return false;
      }
      wait(left);
    }
    return true;
  }

  private synchronized void look() {
    List<Member> now = new ArrayList<>();
    cache.stream().forEach(node -> addIfMember(node, now));
    now.sort(Comparator.comparing(Member::incarnation));
    if (!now.equals(members)) {
      members = List.copyOf(now);
      listeners.tell(members);
      notifyAll();
    }
  }

  private void addIfMember(ChildData node, List<Member> found) {
    if (node.getPath().equals(tree.members())) {
      return;
    }
    try {
      Member member = ZnodeCodec.member(Objects.requireNonNullElse(node.getData(), new byte[0]));
      if (!node.getPath().equals(tree.member(member.incarnation()))) {
        throw new ZnodeCodec.MalformedZnodeException("its incarnation is not its name");
      }
      found.add(member);
    } catch (ZnodeCodec.MalformedZnodeException e) {
      garbage.ignore(node.getPath(), String.valueOf(e.getMessage()));
    }
  }

  @Override
  public void close() {
    Closer closer = new Closer();
    closer.register("listeners", listeners);
    closer.register("cache of members", cache);
    closer.close();
  }
}
