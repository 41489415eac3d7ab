package io.sparkflight.manager.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sparkflight.manager.Digest;
import io.sparkflight.manager.Outcome;
import io.sparkflight.manager.StatementHandle;
import io.sparkflight.manager.Subscription;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.curator.test.TestingServer;
import org.junit.jupiter.api.Test;

/** What a server learns that ZooKeeper never notifies of anything. */
class MissedWatchIT {
  private static final Outcome COMPLETE =
      new Outcome.Complete(Map.of("aa", new Digest(1, 2, 3, 4)));

  /** The board looks again every ten seconds. */
  private static final Duration SEEN_WITHIN = Duration.ofSeconds(14);

  /** Answers pass, notifications do not. */
  private static final class SilencedNews extends Relay {
    private static final int NOTIFICATION = -1;
    private final AtomicInteger kept = new AtomicInteger();

    SilencedNews(int target) throws IOException {
      super(target);
    }

    @Override
    void copyBack(DataInputStream in, OutputStream out) throws IOException {
      while (true) {
        byte[] message = new byte[in.readInt()];
        in.readFully(message);
        if (ByteBuffer.wrap(message).getInt() == NOTIFICATION) {
          kept.incrementAndGet();
        } else {
          ByteBuffer whole = ByteBuffer.allocate(4 + message.length);
          out.write(whole.putInt(message.length).put(message).array());
        }
      }
    }
  }

  @Test
  void outcomesAndLossesAreSeenAnyway() throws Exception {
    try (TestingServer server = new TestingServer(true);
        SilencedNews relay = new SilencedNews(server.getPort());
        ZooKeeperCluster announcing = cluster(server.getConnectString());
        ZooKeeperCluster leaving = cluster(server.getConnectString());
        ZooKeeperCluster watcher = cluster(relay.connectString())) {
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
      assertThat(relay.kept).hasPositiveValue();
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
