package io.sparkflight.manager.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sparkflight.manager.Digest;
import io.sparkflight.manager.Outcome;
import io.sparkflight.manager.StatementHandle;
import io.sparkflight.manager.Subscription;
import io.sparkflight.relay.Behaviour;
import io.sparkflight.relay.FaultRelay;
import io.sparkflight.relay.Hop;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.curator.test.TestingServer;
import org.junit.jupiter.api.Test;

/** What a server learns that ZooKeeper never notifies of anything. */
class MissedWatchIT {
  private static final Outcome COMPLETE =
      new Outcome.Complete(Map.of("aa", new Digest(1, 2, 3, 4)));

  /** The board looks again every ten seconds. */
  private static final Duration SEEN_WITHIN = Duration.ofSeconds(30);

  /** Answers pass, notifications do not. */
  private static final class SilencedNews implements Behaviour {
    private static final int NOTIFICATION = -1;
    private final Map<Hop, byte[]> begun = new ConcurrentHashMap<>();
    private final AtomicInteger kept = new AtomicInteger();

    @Override
    public void handOn(byte[] piece, int length, Hop hop) throws IOException {
      byte[] before = begun.getOrDefault(hop, new byte[0]);
      byte[] bytes = Arrays.copyOf(before, before.length + length);
      System.arraycopy(piece, 0, bytes, before.length, length);
      ByteBuffer ints = ByteBuffer.wrap(bytes);
      int begin = 0;
      while (bytes.length - begin >= 4 && bytes.length - begin - 4 >= ints.getInt(begin)) {
        int end = begin + 4 + ints.getInt(begin);
        if (ints.getInt(begin + 4) == NOTIFICATION) {
          kept.incrementAndGet();
        } else {
          hop.write(bytes, begin, end - begin);
        }
        begin = end;
      }
      begun.put(hop, Arrays.copyOfRange(bytes, begin, bytes.length));
    }
  }

  @Test
  void outcomesAndLossesAreSeenAnyway() throws Exception {
    try (TestingServer server = new TestingServer(true);
        FaultRelay relay = FaultRelay.start(server.getPort(), 0);
        ZooKeeperCluster announcing = cluster(server.getConnectString());
        ZooKeeperCluster leaving = cluster(server.getConnectString());
        ZooKeeperCluster watcher = cluster(relay.authority())) {
      SilencedNews news = new SilencedNews();
      relay.behave(FaultRelay.Direction.TO_CALLER, news);
      StatementHandle announced = StatementHandle.random();
      StatementHandle lost = StatementHandle.random();
      announcing.board().own(announced);
      leaving.board().own(lost);
      Queue<Outcome> ofAnnounced = watch(watcher, announced);
      Queue<Outcome> ofLost = watch(watcher, lost);
      awaitLooks(watcher);
      assertThat(ofAnnounced).isEmpty();
      assertThat(ofLost).isEmpty();
      announcing.board().announce(announced, COMPLETE);
      leaving.close();
      await("the outcome and the loss")
          .atMost(SEEN_WITHIN)
          .untilAsserted(
              () -> {
                assertThat(ofAnnounced).containsExactly(COMPLETE);
                assertThat(ofLost).containsExactly(Outcome.Failed.initiatorLost(lost));
              });
      assertThat(news.kept).hasPositiveValue();
    }
  }

  private static ZooKeeperCluster cluster(String connectString) {
    return ZooKeeperCluster.start(
        new ZooKeeperConfig(
            connectString, "/missed", Duration.ofSeconds(6), Duration.ofSeconds(10)));
  }

  private static Queue<Outcome> watch(ZooKeeperCluster cluster, StatementHandle statement) {
    Queue<Outcome> told = new ConcurrentLinkedQueue<>();
    Subscription unused = cluster.board().watch(statement, told::add);
    return told;
  }

  /** The board looks at one statement after the other, and is soon done with one of nobody. */
  private static void awaitLooks(ZooKeeperCluster cluster) {
    Queue<Outcome> last = watch(cluster, StatementHandle.random());
    await("the last look").until(() -> !last.isEmpty());
  }
}
