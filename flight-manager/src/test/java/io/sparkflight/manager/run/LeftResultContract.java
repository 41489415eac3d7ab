package io.sparkflight.manager.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.sparkflight.arrow.Compression;
import io.sparkflight.error.ErrorKind;
import io.sparkflight.error.FlightFailure;
import io.sparkflight.manager.Placement;
import io.sparkflight.manager.PublishedStatement;
import io.sparkflight.manager.ResultEndpoint;
import io.sparkflight.manager.ResultOptions;
import io.sparkflight.relay.Behaviour;
import io.sparkflight.relay.FaultRelay;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.arrow.flight.CallOption;
import org.apache.arrow.flight.CallOptions;
import org.apache.arrow.flight.FlightClient;
import org.apache.arrow.flight.FlightRuntimeException;
import org.apache.arrow.flight.FlightStatusCode;
import org.apache.arrow.flight.FlightStream;
import org.apache.arrow.flight.Location;
import org.apache.arrow.flight.Ticket;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Readers that do not come, leave, or vanish, of more rows than memory, and sometimes disk, has.
 */
public abstract class LeftResultContract extends LittleMemory {
  private static final int FAR_TOO_MANY = 400_000;
  private static final int FITTING = 80_000;
  private static final int QUICK = 8_000;
  private static final int OF_EACH_SERVER = LargeRows.PARTITIONS / 2;

  private static final String SPILL_LIMIT = "spark.flight.exchange.spill-limit";

  private static final ResultOptions RETAINED =
      new ResultOptions(
          READ_WITHIN,
          ResultOptions.Locations.DIRECT,
          ResultOptions.Order.SINGLE,
          Compression.NONE,
          1);

  private static final long FEW = 4L << 20;

  /** So much has to be on disk before a test goes on. */
  private static final long MUCH = 2L << 20;

  private static final int SEEDS = 20;

  /** A few more than a quick result has batches: the last moments are after its end. */
  private static final int MOMENTS = 45;

  private static final long DEADLINE_SECONDS = 3;

  private final String gate = "left result " + UUID.randomUUID();

  @Override
  int quotaMebibytes() {
    return 64;
  }

  @Override
  Duration idle() {
    return Duration.ofSeconds(4);
  }

  @AfterEach
  void openTheGate() {
    HeldPartition.open(gate);
  }

  @Test
  void aPartThatNobodyReadsFillsTheDiskAndEndsOnlyItsStatement() throws Exception {
    LargeRows earlier = new LargeRows(8_000);
    PublishedStatement keeps = a.publish(earlier.table(spark), Placement.DISTRIBUTED, RETAINED);
    awaitOnDisk(FEW / 2);
    awaitNoJob();
    PublishedStatement large = publish(new LargeRows(FAR_TOO_MANY).skewed(spark));
    Future<?> reading = readers.submit(until(b.open(large.endpoints().get(0).ticket())));
    while (!reading.isDone()) {
      answer(a);
      answer(b);
    }
    assertEndsWith(reading, FlightStatusCode.RESOURCE_EXHAUSTED, SPILL_LIMIT);
    awaitNoJob();
    for (ResultEndpoint endpoint : keeps.endpoints()) {
      read(endpoint, earlier::take);
    }
    assertThat(earlier.isWhole()).as("%s", earlier).isTrue();
    b.manager().cancel(keeps.endpoints().get(0).ticket(), ManagerFixture.USER);
  }

  @Test
  void aReaderThatTakesNothingFillsTheDiskAndEveryReaderIsToldSo() throws Exception {
    for (ManagerFixture initiator : List.of(a, b)) {
      PublishedStatement large =
          initiator.publish(new LargeRows(FAR_TOO_MANY).skewed(spark), Placement.DISTRIBUTED);
      FlightStream stalled = a.open(large.endpoints().get(1).ticket());
      assertThat(stalled.next()).isTrue();
      Future<?> reading = readers.submit(until(a.open(large.endpoints().get(0).ticket())));
      assertEndsWith(reading, FlightStatusCode.RESOURCE_EXHAUSTED, SPILL_LIMIT);
      assertEndsWith(
          readers.submit(until(stalled)), FlightStatusCode.RESOURCE_EXHAUSTED, SPILL_LIMIT);
      awaitNoJob();
    }
  }

  @Test
  void aPartThatNobodyReadsExpiresAndTheOtherIsExact() throws Exception {
    LargeRows rows = new LargeRows(FITTING);
    PublishedStatement statement = publish(rows.table(spark));
    read(of(statement, a), rows::take);
    assertThat(rows.partitions()).isEqualTo(OF_EACH_SERVER);
    assertThat(b.manager().usage().disk()).as("the part that waits").isGreaterThan(MUCH);
    awaitNothingLeft();
    assertThatThrownBy(() -> read(of(statement, b), batch -> {})).hasMessageContaining("expired");
  }

  @Test
  void whatNobodyReadsExpiresAndItsJobIsCancelled() {
    PublishedStatement statement = publish(new LargeRows(FITTING).held(spark, gate));
    awaitOnDisk(MUCH);
    awaitNothingLeft();
    awaitNoJob();
    for (ResultEndpoint endpoint : statement.endpoints()) {
      assertThatThrownBy(() -> read(endpoint, batch -> {})).hasMessageContaining("nobody read it");
    }
  }

  @Test
  void readersThatVanishWithoutAWordLeaveNothing() throws Exception {
    PublishedStatement statement = publish(new LargeRows(FITTING).held(spark, gate));
    for (ResultEndpoint endpoint : statement.endpoints()) {
      FaultRelay relay = FaultRelay.start(location(endpoint).getPort(), 0);
      Location hop = Location.forGrpcInsecure("127.0.0.1", relay.port());
      BufferAllocator allocator = closer.register("far allocator", new RootAllocator());
      FlightClient client =
          closer.register("far client", FlightClient.builder(allocator, hop).build());
      closer.register("relay", relay);
      FlightStream stream = client.getStream(new Ticket(endpoint.ticket()));
      closer.register("far stream", stream);
      assertThat(stream.next()).isTrue();
      relay.behave(Behaviour.BLACK_HOLE);
    }
    awaitOnDisk(MUCH);
    awaitNothingLeft();
    awaitNoJob();
  }

  @Test
  void aDeadlineEndsAReaderThatWaitsForRows() throws Exception {
    PublishedStatement statement = publish(new LargeRows(FITTING).held(spark, gate));
    Future<?> other = readers.submit(until(a.open(of(statement, a).ticket())));
    awaitOnDisk(b, FEW);
    Future<?> brief = readers.submit(until(b.open(of(statement, b).ticket(), deadline())));
    assertEndsWith(brief, FlightStatusCode.TIMED_OUT, "");
    assertEndsWith(other, FlightStatusCode.CANCELLED, "its reader left before the end");
    awaitNoJob();
  }

  @Test
  void aDeadlineEndsAForwardedReaderThatTakesNothing() throws Exception {
    PublishedStatement statement = publish(new LargeRows(FITTING).held(spark, gate));
    Future<?> other = readers.submit(until(a.open(of(statement, a).ticket())));
    awaitOnDisk(b, FEW);
    FlightStream stalled = a.open(of(statement, b).ticket(), deadline());
    assertEndsWith(other, FlightStatusCode.CANCELLED, "its reader left before the end");
    assertEndsWith(readers.submit(until(stalled)), FlightStatusCode.TIMED_OUT, "");
    awaitNoJob();
  }

  @Test
  void aResultThatIsCancelledAtAnyMomentIsWholeOrCancelled() throws Exception {
    AtomicInteger whole = new AtomicInteger();
    for (long seed = 0; seed < SEEDS; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      ManagerFixture initiator = random.nextBoolean() ? a : b;
      ManagerFixture canceller = initiator == a ? b : a;
      boolean held = random.nextBoolean(); // then it cannot be whole before it is cancelled
      LargeRows rows = new LargeRows(QUICK);
      PublishedStatement statement =
          initiator.publish(
              held ? rows.held(spark, gate) : rows.table(spark), Placement.DISTRIBUTED);
      CountDownLatch moment = new CountDownLatch(held ? 0 : random.nextInt(MOMENTS));
      List<Future<?>> reads = new ArrayList<>();
      for (ResultEndpoint endpoint : statement.endpoints()) {
        FlightStream stream = (random.nextBoolean() ? a : b).open(endpoint.ticket());
        assertThat(stream.getSchema().getFields()).hasSize(2); // it is open
        reads.add(readers.submit(() -> readWhole(stream, moment, whole)));
      }
      await("the moment, or the end, with seed " + seed)
          .atMost(READ_WITHIN)
          .until(() -> moment.getCount() == 0 || reads.stream().allMatch(Future::isDone));
      cancelled(canceller, statement.endpoints().get(random.nextInt(2)));
      for (Future<?> read : reads) {
        assertThatCode(() -> awaitEnd(read)).as("seed %d", seed).doesNotThrowAnyException();
      }
      awaitNothingLeft();
    }
    assertThat(whole.get()).as("whole parts of all").isBetween(1, 2 * SEEDS - 1);
    awaitNoJob();
  }

  /** It is gone if somebody has read all of it before. */
  private static void cancelled(ManagerFixture server, ResultEndpoint endpoint) {
    try {
      server.manager().cancel(endpoint.ticket(), ManagerFixture.USER);
    } catch (FlightFailure gone) {
      assertThat(gone.kind()).as("%s", gone.sentence()).isEqualTo(ErrorKind.NOT_FOUND);
      assertThat(gone.sentence()).contains("was read already");
    }
  }

  /** Reads a part that is whole at its end, or else is cancelled. */
  private static @Nullable Void readWhole(
      FlightStream stream, CountDownLatch moment, AtomicInteger whole) throws Exception {
    LargeRows rows = new LargeRows(QUICK);
    try (stream) {
      while (stream.next()) {
        rows.take(stream.getRoot());
        moment.countDown();
      }
      assertThat(rows.partitions()).isEqualTo(OF_EACH_SERVER);
      whole.incrementAndGet();
    } catch (FlightRuntimeException e) {
      assertThat(e.status().code()).as("%s", e).isEqualTo(FlightStatusCode.CANCELLED);
    }
    return null;
  }

  private static CallOption deadline() {
    return CallOptions.timeout(DEADLINE_SECONDS, TimeUnit.SECONDS);
  }

  /** Reads a stream to its end, however that is. */
  private static Callable<Void> until(FlightStream stream) {
    return () -> {
      try (stream) {
        while (stream.next()) {
          assertThat(stream.getRoot().getRowCount()).isPositive();
        }
      }
      return null;
    };
  }

  private void awaitOnDisk(long bytes) {
    awaitOnDisk(a, bytes);
    awaitOnDisk(b, bytes);
  }

  private static void awaitOnDisk(ManagerFixture server, long bytes) {
    await("bytes on disk").atMost(READ_WITHIN).until(() -> server.manager().usage().disk() > bytes);
  }
}
