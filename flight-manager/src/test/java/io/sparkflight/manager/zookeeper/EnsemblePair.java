package io.sparkflight.manager.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sparkflight.lifecycle.Closer;
import io.sparkflight.lifecycle.Threads;
import io.sparkflight.manager.Placement;
import io.sparkflight.manager.PublishedStatement;
import io.sparkflight.manager.run.HeldPartition;
import io.sparkflight.manager.run.ManagerFixture.Numbers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.stream.LongStream;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.SparkSession;
import org.apache.zookeeper.data.Stat;
import org.jspecify.annotations.Nullable;

/** A cluster of two servers with a path of its own, and readers of what they publish. */
final class EnsemblePair implements AutoCloseable {
  /** How soon everybody must know how a statement ended. */
  static final Duration TOLD_WITHIN = Duration.ofSeconds(10);

  /** How soon a session is over of which nothing is heard, and a new one in its place. */
  static final Duration EXPIRED_WITHIN = Duration.ofSeconds(20);

  private static final long ROWS = 200_000;
  private static final Numbers ALL = Numbers.upTo(ROWS);

  private final Closer closer = new Closer();
  private final SparkSession spark;
  private final String path = "/" + UUID.randomUUID();
  private final ExecutorService threads = Threads.pool("test-readers");
  private final EnsembleServer a;
  private final EnsembleServer b;

  /** Starts both, each with its way to ZooKeeper. */
  EnsemblePair(SparkSession spark, String connectStringOfA, String connectStringOfB) {
    this.spark = spark;
    closer.register("readers", () -> Threads.stop(threads));
    a = closer.register("server a", EnsembleServer.start(connectStringOfA, path));
    b = closer.register("server b", EnsembleServer.start(connectStringOfB, path));
    awaitEachOther();
  }

  /**
   * A random case as often as {@code -Dfaults.runs} says, each time with another seed, or once with
   * the seed that {@code -Dfaults.seed} names.
   */
  static LongStream seeds() {
    Long replayed = Long.getLong("faults.seed");
    LongStream seeds =
        replayed != null
            ? LongStream.of(replayed)
            : new Random().longs(Integer.getInteger("faults.runs", 1));
    return seeds.peek(seed -> System.out.println("Run with -Dfaults.seed=" + seed));
  }

  EnsembleServer a() {
    return a;
  }

  EnsembleServer b() {
    return b;
  }

  /** A statement of server a, whose last partition waits for a gate. */
  HeldStatement hold(int partitions) {
    String gate = "gate " + UUID.randomUUID();
    closer.register("gate", () -> HeldPartition.open(gate));
    PublishedStatement published =
        a.fixture()
            .publish(
                spark
                    .range(0, ROWS, 1, partitions)
                    .mapPartitions(new HeldPartition(gate, partitions - 1), Encoders.LONG())
                    .toDF("id"),
                Placement.DISTRIBUTED);
    assertThat(published.endpoints()).hasSize(2);
    return new HeldStatement(published, () -> HeldPartition.open(gate));
  }

  /** A statement, and what lets it come to its end. */
  record HeldStatement(PublishedStatement published, Runnable gate) {}

  WholeRead read(HeldStatement statement) {
    return read(statement.published());
  }

  WholeRead read(PublishedStatement statement) {
    return new WholeRead(statement, List.of(a, b), threads);
  }

  /** What a statement of {@link #hold} has to give. */
  static void assertExact(WholeRead.End end) {
    assertThat(end.failures()).isEmpty();
    assertThat(end.rows().sameAs(ALL)).as("%s", end.rows()).isTrue();
  }

  /** Every stream ended so that its client knows: try again. */
  static void assertUnavailable(WholeRead.End end) {
    assertThat(end.failures())
        .isNotEmpty()
        .allSatisfy(
            failure ->
                assertThat(failure)
                    .isInstanceOfSatisfying(
                        FlightRuntimeException.class,
                        e ->
                            assertThat(e.status().code()).isEqualTo(FlightStatusCode.UNAVAILABLE)));
  }

  /** The next statement uses both servers and gives every row once. */
  void assertNextIsExact() throws InterruptedException {
    HeldStatement next = hold(4);
    next.gate().run();
    assertExact(read(next).end(TOLD_WITHIN));
  }

  void awaitEachOther() {
    await("both servers")
        .atMost(EXPIRED_WITHIN)
        .until(() -> a.members().size() == 2 && b.members().equals(a.members()));
  }

  void awaitNoJob() {
    await("the job's end")
        .atMost(TOLD_WITHIN)
        .until(() -> spark.sparkContext().statusTracker().getActiveJobIds().length == 0);
  }

  /** The sessions that the member nodes belong to, one for each node. */
  List<Long> sessionsOfMembers() throws Exception {
    List<Long> sessions = new ArrayList<>();
    for (String member : a.client().getChildren().forPath(path + "/members")) {
      Stat stat = a.client().checkExists().forPath(path + "/members/" + member);
      if (stat != null) {
        sessions.add(stat.getEphemeralOwner());
      }
    }
    return sessions;
  }

  /** A node of the statement; null if there is none. */
  @Nullable Stat node(PublishedStatement statement, String name) throws Exception {
    return b.client().checkExists().forPath(queries() + "/" + statement.handle() + "/" + name);
  }

  /** Writes what none of the servers writes. */
  void write(String node, byte[] data) throws Exception {
    String unused = b.client().create().creatingParentsIfNeeded().forPath(path + node, data);
  }

  /** Where the nodes of statements are. */
  String queries() {
    return path + "/queries";
  }

  @Override
  public void close() {
    closer.close();
  }
}
