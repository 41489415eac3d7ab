package io.sparkflight.manager.zookeeper;

import static java.util.stream.Collectors.joining;
import static org.awaitility.Awaitility.await;

import io.sparkflight.relay.Behaviour;
import io.sparkflight.relay.FaultRelay;
import io.sparkflight.testing.FreePorts;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.apache.curator.test.InstanceSpec;
import org.apache.curator.test.TestingCluster;
import org.apache.zookeeper.Watcher;
import org.apache.zookeeper.ZooKeeper;

/** Three ZooKeeper servers that tests kill and start again, and whose sessions they end. */
final class Ensemble implements AutoCloseable {
  /** Sessions of 1 to 10 seconds; who is silent for five ticks is no longer in the quorum. */
  private static final int TICK_MILLIS = 500;

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final TestingCluster cluster;
  private final List<FaultRelay> relays = new ArrayList<>();

  /** A ZooKeeper that finds its port taken ends the whole JVM. */
  private Ensemble() throws IOException {
    List<InstanceSpec> specs =
        IntStream.rangeClosed(1, 3)
            .mapToObj(id -> spec(id, FreePorts.take(), FreePorts.take(), FreePorts.take()))
            .toList();
    InstanceSpec last = specs.get(2);
    Map<InstanceSpec, Collection<InstanceSpec>> seenBy = new LinkedHashMap<>();
    seenBy.put(specs.get(0), specs);
    seenBy.put(specs.get(1), specs);
    seenBy.put(last, List.of(relayed(specs.get(0)), relayed(specs.get(1)), last));
    cluster = new TestingCluster(seenBy);
  }

  static Ensemble start() throws Exception {
    Ensemble ensemble = new Ensemble();
    ensemble.cluster.start();
    ensemble.awaitAll();
    return ensemble;
  }

  private static InstanceSpec spec(int id, int port, int electionPort, int quorumPort) {
    // Curator's own default, sessions that one server alone knows, is not ZooKeeper's.
    Map<String, Object> settings = Map.of("localSessionsEnabled", "false");
    return new InstanceSpec(
        null, port, electionPort, quorumPort, true, id, TICK_MILLIS, -1, settings);
  }

  /** The same server, with a hop before it on the way of those who follow it. */
  private InstanceSpec relayed(InstanceSpec server) throws IOException {
    FaultRelay relay = FaultRelay.start(server.getQuorumPort(), 0);
    relays.add(relay);
    return spec(server.getServerId(), server.getPort(), server.getElectionPort(), relay.port());
  }

  /**
   * A follower that hears nothing of its leader while the way is silent, and therefore answers with
   * what was; after five ticks of silence it leaves the quorum.
   */
  InstanceSpec follower() throws Exception {
    InstanceSpec last = servers().get(2);
    while (leader().equals(last)) {
      kill(last);
      restart(List.of(last));
    }
    return last;
  }

  /** Sets what becomes of the bytes between {@link #follower} and its leader. */
  void follow(Behaviour behaviour) {
    relays.forEach(relay -> relay.behave(behaviour));
  }

  String connectString() {
    return cluster.getConnectString();
  }

  List<InstanceSpec> servers() {
    return new ArrayList<>(cluster.getInstances());
  }

  InstanceSpec leader() {
    return servers().stream()
        .filter(server -> mode(server).equals("leader"))
        .findAny()
        .orElseThrow(() -> new IllegalStateException("no leader now"));
  }

  void kill(InstanceSpec server) throws Exception {
    if (!cluster.killServer(server)) {
      throw new IllegalArgumentException(server + " is not of this ensemble");
    }
  }

  /** Starts killed servers and waits until all three serve. */
  void restart(List<InstanceSpec> killed) throws Exception {
    for (InstanceSpec server : killed) {
      boolean unused = cluster.restartServer(server);
    }
    awaitAll();
  }

  private void awaitAll() {
    await("one leader and two followers")
        .atMost(PATIENCE)
        .until(
            () ->
                servers().stream()
                    .map(Ensemble::mode)
                    .sorted()
                    .collect(joining(" "))
                    .equals("follower follower leader"));
  }

  /**
   * Ends a session at once, as if its client had been silent for too long; the client learns it
   * later.
   */
  void end(ZooKeeper client) throws Exception {
    CountDownLatch connected = new CountDownLatch(1);
    ZooKeeper twin =
        new ZooKeeper(
            connectString(),
            client.getSessionTimeout(),
            event -> {
              if (event.getState() == Watcher.Event.KeeperState.SyncConnected) {
                connected.countDown();
              }
            },
            client.getSessionId(),
            client.getSessionPasswd());
    connected.await();
    twin.close();
  }

  /** What a server says it is; "none" while it serves nobody. */
  private static String mode(InstanceSpec server) {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.getPort())) {
      socket.setSoTimeout(1_000);
      socket.getOutputStream().write("srvr".getBytes(StandardCharsets.US_ASCII));
      InputStream in = socket.getInputStream();
      return new String(in.readAllBytes(), StandardCharsets.US_ASCII)
          .lines()
          .filter(line -> line.startsWith("Mode: "))
          .map(line -> line.substring(6))
          .findAny()
          .orElse("none");
    } catch (IOException e) {
      return "none";
    }
  }

  @Override
  public void close() throws IOException {
    cluster.close();
    for (FaultRelay relay : relays) {
      relay.close();
    }
  }
}
